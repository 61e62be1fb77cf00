"""Every misconception of the lesson: seen by its checks, recognised first and for sure."""

from __future__ import annotations

import pytest

from tito.engine.bench import Bench, Sight
from tito.engine.diagnose import diagnose
from tito.lesson.model import Check, Misconception
from tito.lessons.layers import LESSON

SEED = 20240
# A learner's random numbers are others than those that the diagnosis draws for the same mistake.
LEARNERS_SAMPLE = 7


PLACES = {id(wrong): place for place, wrong in enumerate(LESSON.misconceptions)}
BENCH = Bench(LESSON, SEED)


def sights_of_learner(wrong: Misconception) -> dict[Check, Sight]:
    """What the checks of its class see on a file that makes exactly this mistake."""
    local = [check for check in LESSON.checks if check.part == wrong.part]
    sample = {check: LEARNERS_SAMPLE if check.measure else 0 for check in local}
    sights = {check: BENCH.sight_of(wrong, check, sample[check]) for check in local}
    BENCH.looks.clear()  # each diagnosis may look at as many variants as any other
    return sights


def named(wrong: Misconception) -> str:
    place = PLACES[id(wrong)]
    return f"{place}-{wrong.exercise}-{wrong.name}"


@pytest.mark.parametrize("wrong", LESSON.misconceptions, ids=named)
def test_is_seen_by_a_check_of_its_class(wrong: Misconception) -> None:
    """If this fails, a learner with this mistake is told that everything is right."""
    assert not all(sight.right for sight in sights_of_learner(wrong).values())


@pytest.mark.parametrize("wrong", LESSON.misconceptions, ids=named)
def test_is_named_first_alone_and_for_sure(wrong: Misconception) -> None:
    """If this fails, a learner with this mistake is told of another, of several, or of none."""
    found = list(diagnose(BENCH, sights_of_learner(wrong)))
    assert {diagnosis.misconception.name for diagnosis in found} == {wrong.name}
    assert all(diagnosis.sure for diagnosis in found)


@pytest.mark.parametrize("wrong", LESSON.misconceptions, ids=named)
def test_explains_all_that_fails(wrong: Misconception) -> None:
    """If this fails, a learner sees failures that nobody explains, though they have one cause."""
    sights = sights_of_learner(wrong)
    failed = {check.id for check, sight in sights.items() if not sight.right}
    explained = {name for diagnosis in diagnose(BENCH, sights) for name in diagnosis.explains}
    assert failed <= explained


def test_explanations_are_short_sentences() -> None:
    """If this fails, a learner reads half a sentence, or too many of them."""
    for wrong in LESSON.misconceptions:
        assert wrong.says.endswith("."), wrong.name
        assert wrong.says[0].isupper(), wrong.name
        assert len(wrong.says) <= 300, wrong.name


def test_there_are_enough() -> None:
    """If this fails, part of the lesson's mistakes has lost its explanation."""
    assert len({wrong.name for wrong in LESSON.misconceptions}) >= 60
    assert {wrong.exercise for wrong in LESSON.misconceptions} >= {
        exercise.name for exercise in LESSON.exercises
    }
