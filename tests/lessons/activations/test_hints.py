"""The hints of the lesson: for each check, and for each exercise as a whole."""

from tito.lesson.model import load_lesson

LESSON = load_lesson("activations")


def test_every_check_has_a_hint_and_every_exercise_one_as_a_whole():
    """A learner asks for help on what failed, and there is none."""
    asked = [(ladder.exercise, name) for ladder in LESSON.hints for name in ladder.checks]
    assert sorted(asked) == sorted((check.exercise, check.name) for check in LESSON.checks)
    wholes = [ladder.exercise for ladder in LESSON.hints if not ladder.checks]
    assert wholes == list(LESSON.tasks)
    assert set(LESSON.solutions) == set(LESSON.tasks)
