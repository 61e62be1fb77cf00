"""Every named mistake of the lessons: seen by its checks, recognised alone and for sure."""

import pytest

from tito.engine.bench import Bench
from tito.engine.diagnose import diagnose
from tito.lesson.model import lesson_names, load_lesson
from tito.lesson.variants import Misconception

BENCHES = {name: Bench(load_lesson(name), 20240) for name in lesson_names()}
# A learner's random numbers are others than those that the diagnosis draws for the same mistake.
LEARNERS_SAMPLE = 7
KNOWN = [
    pytest.param(bench, wrong, id=f"{name}-{place}-{wrong.exercise}-{wrong.name}")
    for name, bench in BENCHES.items()
    for place, wrong in enumerate(bench.lesson.misconceptions)
]
#: How an edit ends that came out otherwise than it was meant, and those that are meant to.
BY_CHANCE = {"RecursionError", "NameError", "UnboundLocalError"}
MEANT = {"asks-itself", "call-calls-itself", "layers-shared", "self-forgotten"}
PLAIN = [(bench, exercise) for bench in BENCHES.values() for exercise in bench.lesson.plain]


@pytest.mark.parametrize(("bench", "wrong"), KNOWN)
def test_is_seen_and_named_alone_and_for_sure(bench, wrong):
    """A learner with this mistake is told of another, of several, or that all is right."""
    local = [check for check in bench.lesson.checks if check.part == wrong.part]
    sample = {check: LEARNERS_SAMPLE if check.measure else 0 for check in local}
    sights = {check: bench.sight_of(wrong, check, sample[check]) for check in local}
    bench.looks.clear()  # each diagnosis may look at as many variants as any other
    failed = {check.id for check, sight in sights.items() if not sight.right}
    assert failed
    ends = {getattr(sight.seen, "type", None) for sight in sights.values()}
    assert wrong.name in MEANT or not ends & BY_CHANCE
    found = list(diagnose(bench, sights))
    assert {diagnosis.misconception.name for diagnosis in found} == {wrong.name}
    assert all(diagnosis.sure for diagnosis in found)
    assert failed <= {name for diagnosis in found for name in diagnosis.explains}


@pytest.mark.parametrize(("bench", "exercise"), PLAIN)
def test_the_plain_version_in_which_mistakes_are_made_is_right(bench, exercise):
    """Every mistake would have a second one in it, which nobody meant."""
    plain = Misconception("none", exercise, "", {exercise: bench.lesson.plain[exercise]})
    wrong = [check.id for check in bench.lesson.checks if not bench.sight_of(plain, check).right]
    assert wrong == []


@pytest.mark.parametrize("lesson", [bench.lesson for bench in BENCHES.values()], ids=BENCHES)
def test_there_are_enough_and_each_is_told_in_short_sentences(lesson):
    """A learner reads half a sentence, or too many of them, or none."""
    assert len({wrong.name for wrong in lesson.misconceptions}) >= 60
    assert {wrong.exercise for wrong in lesson.misconceptions} >= set(lesson.tasks)
    for wrong in lesson.misconceptions:
        assert wrong.says.endswith("."), wrong.name
        assert wrong.says[0].isupper(), wrong.name
        assert len(wrong.says) <= 300, wrong.name
