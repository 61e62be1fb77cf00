"""Which section a person means."""

import pytest

from tito.lesson.model import load_lesson
from tito.lesson.text import lesson_text

TEXT = lesson_text("layers")


@pytest.mark.parametrize(
    ("typed", "anchor"),
    [
        ("5.2", "linear-forward"),
        ("5.2.", "linear-forward"),
        (" 5 ", "linear"),
        ("linear-forward", "linear-forward"),
        ("Linear.forward", "linear-forward"),
        ("LINEAR FORWARD", "linear-forward"),
        ("linear_forward", "linear-forward"),
        ("Linear.__init__", "linear-init"),
        ("dropout", "dropout"),
        ("What differs", "pytorch-differences"),
        ("part 3", "dropout"),
        ("question 2", "question-memory"),
        ("multiply", "costs-arithmetic"),
        ("history", "history"),
    ],
)
def test_a_name_finds_its_section(typed, anchor):
    """Lost otherwise: a person has to know the spelling before they may read."""
    assert [section.anchor for section in TEXT.find(typed)] == [anchor]


@pytest.mark.parametrize("section", TEXT.sections[1:], ids=lambda section: section.anchor)
def test_every_section_is_found_by_all_its_names(section):
    """Lost otherwise: what the list says to type finds another section, or two."""
    for name in (section.anchor, section.number, section.anchor.upper()):
        assert TEXT.find(name) == [section]


@pytest.mark.parametrize("exercise", load_lesson("layers").exercises, ids=lambda e: e.name)
def test_every_exercise_is_found(exercise):
    """Lost otherwise: the name on a person's screen is none that they can type."""
    assert TEXT.find(exercise.name) == [TEXT.of_exercise(exercise.name)]


def test_an_unclear_name_finds_all():
    """Lost otherwise: the first of several is shown, as if it were the one."""
    found = [section.anchor for section in TEXT.find("forward")]
    assert found == ["layer-forward", "linear-forward", "dropout-forward", "sequential-forward"]


@pytest.mark.parametrize("typed", ["", "  ", "...", "99", "5.22", "convolution", "ü", "\0"])
def test_what_is_nothing_finds_nothing(typed):
    """Lost otherwise: a section nobody asked for."""
    assert TEXT.find(typed) == []


def test_a_slip_is_near_what_was_meant():
    """Lost otherwise: a typing error ends in a shrug."""
    assert TEXT.near("lineer-forwad")[0].anchor == "linear-forward"
    assert TEXT.near("initialization")[0].anchor == "initialisation"
    assert TEXT.near("qqqqqqqqqq") == []
