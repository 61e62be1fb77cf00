"""`tito train digits`: what is said of a training is what happened in it."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.choosing import chosen
from tinytorch.core import layers
from tinytorch.core.tensor import Tensor
from tinytorch.data import digits
from tinytorch.training import predict
from tito.cli.train import train_network
from tito.engine.source import Source
from tito.lab.train import recipe
from tito.lab.train.digits import Recogniser, train
from tito.lab.train.recipe import DIGITS

PLAIN = (Path(__file__).parent / "plain_layers.py").read_text(encoding="utf-8")


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trainings of two epochs, for what does not depend on their length."""
    monkeypatch.setitem(recipe.RECIPES, "digits", replace(recipe.DIGITS, epochs=2))
    monkeypatch.setattr(
        "tito.lab.train.recipe.LOWEST_EXPECTED", 0.0
    )  # so few epochs reach less than all
    monkeypatch.setattr("tito.lab.train.attempt.save_picture", lambda *_, **__: None)


def plain(folder: Path, old: str = "", new: str = "") -> Source:
    """The plain layers in a file, with one piece of code replaced."""
    assert old in PLAIN
    path = folder / "layers_dev.py"
    path.write_text(PLAIN.replace(old, new) if old else PLAIN, encoding="utf-8")
    return Source(path, path.read_bytes(), 0.0)


def brief(seed: int) -> recipe.Recipe:
    """The digits' recipe with two epochs."""
    return replace(DIGITS, seed=seed, epochs=2)


def test_a_seed_repeats_a_training():
    """Otherwise nobody can show another person what they saw."""
    first, again, other = (train(layers, brief(seed)) for seed in (3, 3, 4))
    assert first.losses == again.losses
    assert first.held_out == again.held_out
    assert np.array_equal(first.probabilities, again.probabilities)
    assert first.losses != other.losses


def test_a_training_holds_what_was_measured():
    """Otherwise the accuracy told is not that of the network in the picture."""
    result, labels = train(layers, brief(0)), digits().held_out_labels
    assert len(result.losses) == 2 * 45
    assert len(result.held_out) == 2
    assert result.held_out[-1] == np.mean(result.probabilities.argmax(axis=1) == labels)
    assert result.probabilities.sum(axis=1) == pytest.approx(1)
    assert result.weights is not None
    assert result.weights.shape == (64, 128)
    assert result.remarks == []


class FlagLostSequential(layers.Sequential):
    """Takes ``training``, and does not hand it on."""

    def forward(self, x, training=None):
        """Run the layers, all of them as in training."""
        for layer in self.layers:
            x = layer(x)
        return x


class PlainModule:
    """The plain layers, as a module would hold them."""

    exec(PLAIN, globals(), locals())


class FlagLostModule:
    """The library's layers in a Sequential that loses the flag."""

    Linear, Dropout, Sequential = layers.Linear, layers.Dropout, FlagLostSequential


@pytest.mark.parametrize("module", [PlainModule, FlagLostModule, layers])
def test_dropout_is_off_when_measuring_and_on_when_training(module: object):
    """Otherwise right layers are measured with a third of their units missing."""
    model, x = Recogniser(module, DIGITS.network).network, Tensor(digits().held_out_images[:50])
    assert np.array_equal(predict(model, x), predict(model, x))
    assert not np.array_equal(model.forward(x).data, model.forward(x).data)


def test_plain_layers_reach_what_the_reference_reaches(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    """Otherwise someone who did all that the lesson asks sees it fail at the end."""
    monkeypatch.chdir(tmp_path)
    layers, output = chosen(plain(tmp_path)), tmp_path / "digits.png"
    assert train_network([layers], replace(DIGITS, seed=1), output=output) == 0
    said = capsys.readouterr().out
    assert "layers: yours (layers_dev.py)" in said
    assert "tensor, activations, losses, autograd, optimizers: the reference" in said
    assert "Dropout(0.3)" in said
    assert "seed 1" in said
    right = int(said.partition("Held out: ")[2].split()[0])
    assert f"Held out: {right} of 360 right ({right / 360:.1%})" in said
    assert right >= 0.95 * 360
    assert "Picture: digits.png" in said
    assert (tmp_path / "digits.png").read_bytes().startswith(b"\x89PNG")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.usefixtures("short")
def test_without_a_file_the_reference_is_trained_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Otherwise someone believes that their code was trained when it was not."""
    assert train_network([], output=tmp_path / "digits.png") == 0
    assert "layers: the reference" in capsys.readouterr().out


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[self.weight, self.bias]", "[self.weight]", ["9,610", "9,472"]),
        ("x.matmul(self.weight)", "x.matmul(self.weight.detach())", ["(64, 128) got no gradient"]),
    ],
)
def test_what_is_not_trained_is_said(
    old: str, new: str, words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Otherwise a poor result stays a riddle."""
    assert train_network([chosen(plain(tmp_path, old, new))], output=tmp_path / "digits.png") == 0
    said = capsys.readouterr().out
    for word in words:
        assert word in said


@pytest.mark.usefixtures("short")
def test_a_network_that_learned_nothing_is_reported_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Otherwise the command flatters."""
    source = plain(tmp_path, "* scale", "* 0")
    assert train_network([chosen(source)], output=tmp_path / "digits.png") == 0
    said = capsys.readouterr().out
    assert int(said.partition("Held out: ")[2].split()[0]) < 100
    assert "guesses" in said
    assert "The parameter of shape (64, 128) never changed in training." in said


@pytest.mark.usefixtures("short")
def test_what_the_code_prints_is_shown_in_a_few_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Otherwise prints vanish, or bury the result."""
    loop = "        for layer in self.layers:\n"
    source = plain(tmp_path, loop, "        print('forward', x.shape)\n" + loop)
    assert train_network([chosen(source)], output=tmp_path / "digits.png") == 0
    said = capsys.readouterr().out
    assert "forward (32, 64)" in said
    assert len(said.splitlines()) < 24


def test_without_matplotlib_it_says_how_to_get_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    """Otherwise a person without the extra gets a traceback after a good training."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert train_network([], brief(0), output=tmp_path / "digits.png") == 0
    said = capsys.readouterr().out
    assert "Held out:" in said
    assert "pip install 'tinytorch-lessons[learn]'" in said


def test_a_missing_folder_is_said_before_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Otherwise a person waits for a picture that cannot be written."""
    assert train_network([], output=tmp_path / "nowhere" / "digits.png") == 1
    said = capsys.readouterr().out
    assert "nowhere" in said.replace("\n", "")  # a long path is broken
    assert "Held out:" not in said
