"""`tito show`: a picture is written whole or not at all, and what to see in it is said."""

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from tito.cli import commands
from tito.cli.show import PICTURES
from tito.lab.train import recipe

RIGHT = Path(__file__).parents[2] / "lessons" / "layers" / "files" / "right" / "page.py"
UNSCALED = RIGHT.read_text().replace("1.0 / keep_prob", "1.0")


def run_here(*arguments):
    """A command in this process: its result, with `return_value` as the exit code."""
    return CliRunner().invoke(commands.tito, ["show", *arguments], standalone_mode=False)


@pytest.fixture
def matplotlib():
    return pytest.importorskip("matplotlib")


def test_without_a_name_all_pictures_are_listed(learner):
    """Lost otherwise: one has to guess what there is to see."""
    output = run_here().output
    for name in PICTURES:
        assert f"tito show {name} " in output
    assert all(len(line) < 80 for line in output.splitlines())


def test_an_unknown_picture_names_those_that_there_are(tito, learner):
    """Lost otherwise: a typing mistake ends in a riddle."""
    result = tito("show", "wieghts")
    assert result.returncode == 2
    assert "There is no picture 'wieghts'. Did you mean: tito show weights" in result.stderr
    result = tito("show", "convolutions")
    assert f"There is no picture 'convolutions'. There are: {', '.join(PICTURES)}." in result.stderr


def test_a_picture_is_written_and_what_to_see_is_said(learner, matplotlib):
    """Lost otherwise: the picture, or half of what it is for."""
    result = run_here("activations", "--output", "a picture.svg", "--dark")
    assert result.return_value == 0
    assert (learner / "a picture.svg").read_bytes().startswith(b"<?xml")
    assert "The picture: a picture.svg" in result.output
    assert "0.25 at most" in result.output
    assert [file.name for file in learner.iterdir()] == ["a picture.svg"]


def test_the_data_is_given_without_a_picture(learner):
    """Lost otherwise: who cannot see the picture has nothing."""
    told = json.loads(run_here("activations", "--json").output)
    assert told["picture"] is None
    assert [curve["name"] for curve in told["curves"]][:2] == ["ReLU", "Sigmoid"]
    assert "0.25 at most" in told["seen"][1]
    assert list(learner.iterdir()) == []


def test_the_data_and_the_picture_are_both_given_when_asked(learner, matplotlib):
    """Lost otherwise: two runs for the two."""
    told = json.loads(run_here("activations", "--json", "--output", "a.png").output)
    assert told["picture"] == "a.png"
    assert (learner / "a.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("not/there.png", "The folder not, for the picture, is not there. Make it first."),
        ("folder.png", "folder.png is a folder."),
    ],
)
def test_a_place_that_will_not_do_is_refused_before_work(learner, matplotlib, output, words):
    """Lost otherwise: the work is done, and then lost."""
    (learner / "folder.png").mkdir()
    result = run_here("activations", "--output", output)
    assert result.return_value == 1
    assert words in result.output


def test_an_ending_that_is_no_picture_is_refused(tito, learner):
    """Lost otherwise: layers_dev.py is overwritten by a picture after a slip of the fingers."""
    (learner / "layers_dev.py").write_text("mine")
    result = tito("show", "activations", "--output", "layers_dev.py")
    assert result.returncode == 2
    assert "should end in .png, .svg or .pdf, and it is 'layers_dev.py'" in result.stderr
    assert (learner / "layers_dev.py").read_text() == "mine"


def test_what_cannot_be_written_leaves_what_was_there(learner, matplotlib, monkeypatch):
    """Lost otherwise: a full disk costs the old picture too."""

    def full(*_):
        raise OSError(28, "No space left on device")

    (learner / "activations.png").write_text("the old one")
    monkeypatch.setattr("tinytorch.files.writing.os.fsync", full)
    result = run_here("activations")
    assert result.return_value == 1
    assert "No picture. " in result.output
    assert "the disk is full" in result.output
    assert [file.read_text() for file in learner.iterdir()] == ["the old one"]


def test_ctrl_c_leaves_what_was_there(learner, matplotlib, monkeypatch):
    """Lost otherwise: half a picture, or a traceback."""

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    (learner / "activations.png").write_text("the old one")
    monkeypatch.setattr("tito.cli.pictures.experiments.measure_apart", interrupted)
    result = run_here("activations")
    assert result.return_value == 130
    assert result.output == "\nStopped by Ctrl-C; no picture was written.\n"
    assert (learner / "activations.png").read_text() == "the old one"


def test_without_matplotlib_one_is_told_how_to_get_it(learner, monkeypatch):
    """Lost otherwise: a traceback, or numbers that nobody needed a picture for are lost too."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    result = run_here("activations")
    assert result.return_value == 1
    words = " ".join(result.output.split())
    assert "No picture. A picture needs matplotlib, and it is not installed." in words
    assert "pip install 'tinytorch-lessons[learn]'" in words
    assert "--json gives the data" in words
    assert run_here("activations", "--json").return_value == 0


def test_a_wrong_dropout_is_shown_only_anyway_and_as_it_is(tito, begun, matplotlib):
    """Lost otherwise: a picture that praises what is wrong, or no way to look at it."""
    (begun / "layers_dev.py").write_text(UNSCALED)
    refused = tito("show", "dropout")
    assert refused.returncode == 1
    assert "is not right yet, so no picture was made." in refused.stdout
    shown = tito("show", "dropout", "--anyway", "--calls", "50", "--output", "my dropout.png")
    words = " ".join(shown.stdout.split())
    assert shown.returncode == 0
    assert "layers: yours (my-tinytorch/layers_dev.py), " in words
    assert "multiplied by 1, but 1 / (1 - p) is 2." in words
    assert "where it should come to 1" in words
    assert Path("my dropout.png").read_bytes().startswith(b"\x89PNG")


PAGE = Path(__file__).parents[2] / "lessons" / "layers" / "files" / "right" / "page.py"
NEEDS = {"init": "Linear", "dropout": "Dropout", "layers": "Sequential", "training": "Dropout"}


@pytest.mark.parametrize(("picture", "needed"), NEEDS.items())
def test_a_picture_wants_only_what_it_draws(begun, matplotlib, monkeypatch, picture, needed):
    """Lost otherwise: a look at the first layer, until the last one is written."""
    monkeypatch.setattr(recipe, "DIGITS", replace(recipe.DIGITS, epochs=2))
    monkeypatch.setattr("tito.cli.pictures.making.write_picture", lambda path, draw: None)
    page = PAGE.read_text()
    other = page.replace("class Dense", "class Dense(Layer): ...\n\n\nclass Other")
    (begun / "layers_dev.py").write_text(other)
    quick = ["--calls", "50"] if picture == "dropout" else []
    shown = run_here(picture, *quick)
    assert shown.return_value == 0, shown.output
    assert "layers: yours (my-tinytorch/layers_dev.py), " in shown.output
    empty = rf"class {needed}\1:\n    forward = None\n\n\nclass Other\1:"
    broken, count = re.subn(rf"class {needed}(\(Layer\))?:", empty, page)
    assert count == 1
    (begun / "layers_dev.py").write_text(broken)
    refused = run_here(picture)
    assert refused.return_value == 1
    assert f"{needed} in my-tinytorch/layers_dev.py is not right yet" in refused.output
    assert f"fix: {needed}." in refused.output


def test_layers_that_are_right_are_the_learners(tito, begun, matplotlib):
    """Lost otherwise: the promise that it is your code that you see."""
    (begun / "layers_dev.py").write_text(RIGHT.read_text() + "\nprint('hello')\n")
    shown = tito("show", "init", "--seed", "1", "--json")
    told = json.loads(shown.stdout)
    assert shown.returncode == 0
    assert "Your code printed:\n    hello" in shown.stderr
    assert told["seed"] == 1
    assert told["seen"][-1].startswith("Your Linear, with the weights that it makes itself")
    assert len(told["starts"]) == 16


def test_code_that_breaks_is_shown_with_its_lines(tito, begun, matplotlib):
    """Lost otherwise: a traceback of ours for a mistake of theirs."""
    line = "output = x * mask_tensor"
    broken = RIGHT.read_text().replace(line, f"{line}.reshape(3)")
    (begun / "layers_dev.py").write_text(broken)
    shown = tito("show", "dropout", "--anyway")
    assert shown.returncode == 1
    assert "No picture was made. ValueError" in shown.stdout
    assert "output = x * mask_tensor.reshape(3) * scale" in shown.stdout
    assert not Path("dropout.png").exists()
