"""Every named mistake of the lesson: seen by its checks, recognised alone and for sure."""

import pytest

from tito.engine.bench import Bench
from tito.engine.diagnose import diagnose
from tito.lesson.model import load_lesson
from tito.lesson.variants import Misconception

LESSON = load_lesson("activations")
BENCH = Bench(LESSON, 20240)
PLACES = {id(wrong): place for place, wrong in enumerate(LESSON.misconceptions)}


def named(wrong):
    return f"{PLACES[id(wrong)]}-{wrong.exercise}-{wrong.name}"


@pytest.mark.parametrize("wrong", LESSON.misconceptions, ids=named)
def test_is_seen_and_named_alone_and_for_sure(wrong):
    """A learner with this mistake is told of another, of several, or that all is right."""
    BENCH.looks.clear()  # each diagnosis may look at as many variants as any other
    local = [check for check in LESSON.checks if check.part == wrong.part]
    sights = {check: BENCH.sight_of(wrong, check) for check in local}
    failed = {check.id for check, sight in sights.items() if not sight.right}
    assert failed
    found = list(diagnose(BENCH, sights))
    assert {diagnosis.misconception.name for diagnosis in found} == {wrong.name}
    assert all(diagnosis.sure for diagnosis in found)
    assert failed <= {name for diagnosis in found for name in diagnosis.explains}


@pytest.mark.parametrize("exercise", LESSON.plain)
def test_the_plain_version_in_which_mistakes_are_made_is_right(exercise):
    """Every mistake would have a second one in it, which nobody meant."""
    plain = Misconception("none", exercise, "", {exercise: LESSON.plain[exercise]})
    wrong = [check.id for check in LESSON.checks if not BENCH.sight_of(plain, check).right]
    assert wrong == []


def test_there_are_enough_and_each_is_told_in_short_sentences():
    """A learner reads half a sentence, or too many of them, or none."""
    assert len({wrong.name for wrong in LESSON.misconceptions}) >= 60
    assert {wrong.exercise for wrong in LESSON.misconceptions} == set(LESSON.tasks)
    for wrong in LESSON.misconceptions:
        assert wrong.says.endswith("."), wrong.name
        assert wrong.says[0].isupper(), wrong.name
        assert len(wrong.says) <= 300, wrong.name


def test_every_check_has_a_hint_and_every_exercise_one_as_a_whole():
    """A learner asks for help on what failed, and there is none."""
    asked = [(ladder.exercise, name) for ladder in LESSON.hints for name in ladder.checks]
    assert sorted(asked) == sorted((check.exercise, check.name) for check in LESSON.checks)
    wholes = [ladder.exercise for ladder in LESSON.hints if not ladder.checks]
    assert wholes == list(LESSON.tasks)
    assert set(LESSON.solutions) == set(LESSON.tasks)
