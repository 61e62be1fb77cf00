"""`tito train digits`: only layers that are right are trained, unless one asks otherwise."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from tito.cli import commands
from tito.lab.train.recipe import DIGITS

RIGHT = Path(__file__).parents[2] / "lessons" / "layers" / "files" / "right" / "page.py"
PAGE = RIGHT.read_text()


def test_broken_layers_are_not_trained(tito, begun):
    """Lost otherwise: a person waits for a training that cannot succeed."""
    (begun / "layers_dev.py").write_text(PAGE.replace("output + self.bias", "output - self.bias"))
    result = tito("train", "digits")
    assert result.returncode == 1
    assert "is not right yet, so it was not trained" in result.stdout
    assert "First to fix: Linear.forward" in result.stdout
    assert "--anyway" in result.stdout
    assert not (begun.parent / "digits.png").exists()


@pytest.fixture
def trained(monkeypatch):
    """What would have been trained: the sources that training was asked for."""
    asked = []

    def train_network(chosen, recipe, *, output, dark, save, folder, before, anew):
        assert all(each.report.sha256 == each.source.sha256 for each in chosen)
        content = chosen[0].source.content if chosen else None
        asked.append((content, recipe, output, dark))
        return 0

    monkeypatch.setattr("tito.cli.train.train_network", train_network)
    return asked


def run_here(*arguments):
    return CliRunner().invoke(commands.tito, arguments, standalone_mode=False)


def test_right_layers_are_trained(begun, trained):
    """Lost otherwise: the promise that what you built is real."""
    (begun / "layers_dev.py").write_bytes(RIGHT.read_bytes())
    assert run_here("train", "digits", "--seed", "3", "--output", "a.png").return_value == 0
    assert trained == [(RIGHT.read_bytes(), replace(DIGITS, seed=3), Path("a.png"), False)]


def test_the_reference_is_trained_when_asked_and_drawn_for_a_dark_page(begun, trained):
    """Lost otherwise: a look at the goal in the middle of the lesson; or a white page at night."""
    assert run_here("train", "digits", "--reference", "--dark").return_value == 0
    assert trained == [(None, DIGITS, Path("digits.png"), True)]


def test_broken_layers_are_trained_anyway_when_asked(begun, trained):
    """Lost otherwise: seeing for oneself what a mistake does to training."""
    run_here("train", "digits", "--anyway")
    assert trained == [((begun / "layers_dev.py").read_bytes(), DIGITS, Path("digits.png"), False)]


def test_without_a_file_the_reference_is_trained(learner, trained):
    """Lost otherwise: a look at the goal before the first exercise."""
    run_here("train", "digits")
    assert trained == [(None, DIGITS, Path("digits.png"), False)]


def test_a_file_that_is_named_but_not_there_is_no_reference(tito, learner, trained):
    """Lost otherwise: a mistyped name trains something else than asked for."""
    result = tito("train", "digits", "--file", "mistyped.py")
    assert result.returncode == 1
    assert "mistyped.py" in result.stderr
    assert trained == []
