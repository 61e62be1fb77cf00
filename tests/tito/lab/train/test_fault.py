"""Which class is named, from what was measured."""

from pathlib import Path

import pytest

from tests.choosing import chosen
from tito.cli.train import classes_to_try, look_for_the_fault, verdict
from tito.engine.source import Source
from tito.lab.train.recipe import DIGITS


@pytest.mark.parametrize(
    ("mended", "failing", "named", "words"),
    [
        (["Dropout"], [], ["Dropout"], "The fault is in Dropout."),
        (["Linear", "Dropout"], ["Linear"], ["Linear"], "The fault is in Linear."),
        (["Linear", "Dropout"], [], ["Linear", "Dropout"], "meet: each, replaced alone"),
        ([], ["Linear"], [], "None alone mends it: more than one is at fault"),
    ],
)
def test_the_class_that_the_measurements_show(mended, failing, named, words):
    """Lost otherwise: a person is sent to a class of theirs that is right."""
    found, said = verdict(mended, set(failing))
    assert found == named
    assert words in said
    assert all(name in said for name in named)


def test_dense_is_tried_where_a_class_builds_on_it():
    """Lost otherwise: the fault in a Dense below Linear is called nobody's."""
    plain = Source(Path("a"), b"class Dense: pass\nclass Linear: pass\n", 0.0)
    below = Source(Path("a"), b"class Dense: pass\nclass Linear(Dense): pass\n", 0.0)
    assert "Dense" not in classes_to_try([chosen(plain)], DIGITS)
    assert classes_to_try([chosen(below)], DIGITS) == [
        "Layer",
        "Linear",
        "Dense",
        "Dropout",
        "Sequential",
    ]


def test_a_class_whose_checks_all_pass_is_named_all_the_same(monkeypatch, capsys):
    """Lost otherwise: measured evidence is thrown away because the checks saw nothing."""
    monkeypatch.setattr("tito.cli.train._measure", lambda name, *_: float(name == "Linear"))
    look_for_the_fault([chosen(Source(Path("a"), b"class Linear: pass\n", 0.0))], DIGITS)
    said = " ".join(capsys.readouterr().out.split())
    assert "The fault is in Linear. All checks of Linear pass, so they miss this." in said
