"""The simulated learner, held against real files in the real engine."""

import re
from itertools import islice

import pytest

from proof.files import examine_with
from proof.learner import merged, verdict_on
from proof.pairs import drawn
from proof.totals import DRAW, SEED

COUNT = 12


@pytest.mark.slow
def test_a_simulated_learner_is_told_what_a_file_is_told(bench, lesson, tmp_path):
    """Lost otherwise: the totals are about a simulation, and not about what a person sees."""
    for pair in islice(drawn(lesson, DRAW), COUNT):
        real = examine_with(lesson, pair, tmp_path / lesson.filename, SEED)
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


def test_two_wrong_methods_for_one_exercise_are_refused(lesson):
    """Lost otherwise: one of the two mistakes is silently left out of the pair."""
    one, *others = lesson.misconceptions
    with pytest.raises(ValueError, match=re.escape(one.exercise)):
        merged([one, next(other for other in others if other.exercise == one.exercise)])
