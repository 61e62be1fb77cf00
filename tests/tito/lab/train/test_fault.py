"""Which class is named, from what was measured."""

from pathlib import Path

import pytest

from tests.choosing import chosen
from tito.cli.running.train import Fault, classes_to_try
from tito.engine.source import Source
from tito.lab.train.recipe import DIGITS

CLASSES = ("Layer", "Linear", "Dropout", "Sequential")


def fault(replaced, alone=(), none=1.0):
    return Fault(
        0.9,
        dict(zip(CLASSES, replaced, strict=False)),
        dict(zip(CLASSES, alone, strict=False)),
        none,
    )


@pytest.mark.parametrize(
    ("measured", "failing", "named", "words"),
    [
        (fault([0.5, 0.5, 0.95, None]), [], ["Dropout"], "The fault is in Dropout."),
        (fault([0.5, 0.9, 0.95, None]), ["Linear"], ["Linear"], "The fault is in Linear."),
        (fault([0.5, 0.95, 0.95, None]), [], ["Linear", "Dropout"], "meet: each, replaced alone"),
        (fault([0.5] * 4, [0.95, 0.5, None, 0.95]), [], ["Linear", "Dropout"], "More than one"),
        (fault([0.5] * 4, [0.95, 0.5, 0.95, 0.95]), [], ["Linear"], "and in how the others work"),
        (fault([0.5] * 4, [0.95] * 4), ["Linear"], [], "in how they work together"),
        (fault([0.5] * 4, [0.5] * 4, 0.5), ["Linear"], [], "outside the classes"),
        (fault([None] * 4, [None] * 4, None), ["Linear"], [], "outside the classes"),
        (fault([0.5] * 4, [0.5] * 4, 0.95), ["Layer", "Linear"], ["Layer", "Linear"], "More than"),
    ],
)
def test_the_class_that_the_measurements_show(measured, failing, named, words):
    """Lost otherwise: a person is sent to a class of theirs that is right."""
    assert measured.named(failing) == named
    assert words in measured.verdict(failing)
    assert all(name in measured.verdict(failing) for name in named)


def test_dense_is_tried_where_a_class_builds_on_it():
    """Lost otherwise: the fault in a Dense below Linear is called nobody's."""
    plain = Source(Path("a"), b"class Dense: pass\nclass Linear: pass\n", 0.0)
    below = Source(Path("a"), b"class Dense: pass\nclass Linear(Dense): pass\n", 0.0)
    assert "Dense" not in classes_to_try([chosen(plain)], DIGITS)
    assert classes_to_try([chosen(below)], DIGITS) == (
        "Layer",
        "Linear",
        "Dense",
        "Dropout",
        "Sequential",
    )
