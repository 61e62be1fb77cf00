"""The simulated learner, held against real files in the real engine."""

from itertools import islice

import pytest

from proof.files import examine_with
from proof.learner import merged, verdict_on
from proof.pairs import drawn
from proof.totals import DRAW, SEED
from tito.lessons.layers import LESSON

COUNT = 20


@pytest.mark.slow
def test_a_simulated_learner_is_told_what_a_file_is_told(bench, tmp_path):
    """Lost otherwise: the totals are about a simulation, and not about what a person sees."""
    for pair in islice(drawn(LESSON, DRAW), COUNT):
        real = examine_with(LESSON, pair, tmp_path / "layers_dev.py", SEED)
        simulated = verdict_on(bench, pair)
        assert real.error is None
        assert statuses(real) == statuses(simulated)
        assert (real.first.name, real.first.diagnosis) == (
            simulated.first.name,
            simulated.first.diagnosis,
        )
        assert sure_names(real) == sure_names(simulated)


def statuses(report):
    return {f"{check.exercise}: {check.name}": check.status for check in report.checks}


def sure_names(report):
    return {check.misconception for check in report.checks if check.sure}


def test_two_wrong_methods_for_one_exercise_are_refused():
    """Lost otherwise: one of the two mistakes is silently left out of the pair."""
    of_forward = [m for m in LESSON.misconceptions if m.exercise == "Linear.forward"]
    with pytest.raises(ValueError, match=r"Linear\.forward"):
        merged(of_forward[:2])
