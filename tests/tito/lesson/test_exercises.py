"""What a person types for an exercise is understood, or answered with what it may mean."""

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tito.cli.common import name_exercise
from tito.lesson.model import load_lesson
from tito.lesson.names import Unclear, find_exercise, one_exercise

LESSON = load_lesson("layers")
NAMES = [exercise.name for exercise in LESSON.exercises]


def names(text):
    return [exercise.name for exercise in find_exercise(LESSON, text)]


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_is_found_as_people_write_it(name):
    """Lost otherwise: the hint, because of a capital letter or two underscores."""
    for text in (name, name.lower(), name.upper(), name.replace("__", ""), f" {name}() "):
        assert names(text) == [name]
    assert names(name.replace(".", " ")) == names(name.replace(".", "::")) == [name]


def test_a_class_or_a_method_alone_means_each_of_its_exercises():
    """Lost otherwise: where to look, for someone who knows half of the name."""
    assert names("Linear") == ["Linear.__init__", "Linear.forward", "Linear.parameters"]
    assert names("__call__") == names("call") == ["Layer.__call__"]
    assert names("forward") == [name for name in NAMES if name.endswith(".forward")]
    assert names("dense") == ["Dense.__init__"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("linaer.forward", "Linear.forward"),
        ("Linear.fwd", "Linear.forward"),
        ("sequental", "Sequential.forward"),
        ("parmeters", "Dropout.parameters"),
    ],
)
def test_a_near_miss_is_answered_with_what_was_meant(text, meant):
    """Lost otherwise: a learner who mistypes is left with a refusal."""
    found = one_exercise(LESSON, text)
    assert isinstance(found, Unclear)
    assert meant in [exercise.name for exercise in found.candidates]
    assert "Did you mean" in found.words()


@given(st.text(max_size=60))
def test_whatever_is_typed_is_answered(text):
    """Lost otherwise: a traceback for a stray key."""
    found = one_exercise(LESSON, text)
    if isinstance(found, Unclear):
        assert any(exercise.name in found.words() for exercise in found.candidates)
    else:
        assert found.name in NAMES


def test_what_names_nothing_is_answered_with_all_there_is():
    """Lost otherwise: the names, for someone who does not know them."""
    with pytest.raises(click.UsageError) as refused:
        name_exercise(LESSON, "Conv2d" * 1000)
    assert all(name in refused.value.message for name in NAMES)
    assert len(refused.value.message) < 400
    assert name_exercise(LESSON, "linear.forward").name == "Linear.forward"
