"""The picture of a training with one's own layers: all of it is drawn, and written whole."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tinytorch.data import Digits, digits
from tito.lab.train import attempt as picture
from tito.lab.train.digits import Attempt

pytest.importorskip("matplotlib")

DATA = digits()


@pytest.fixture
def training() -> Attempt:
    """A training that never was, of two epochs; one answer of it is wrong."""
    rng = np.random.default_rng(0)
    chances = np.eye(10)[DATA.held_out_labels]
    chances[7] = np.roll(chances[7], 1)
    return Attempt(
        losses=(rng.random(90) + 0.1).tolist(),
        held_out=[0.5, 359 / 360],
        trained_on=[0.6, 1.0],
        probabilities=chances,
        weights=rng.standard_normal((64, 128)),
        remarks=[],
        printed="",
    )


def titles(figure: Any) -> list[str]:
    """The titles of all parts of a picture."""
    return [axes.get_title(loc="left") for axes in figure.axes]


def test_all_of_the_training_is_in_the_picture(training: Attempt):
    """Otherwise the picture shows another training, or half of it."""
    figure = picture.draw(training, DATA, "digits")
    assert [text.get_text() for text in figure.texts] == [
        "Handwritten digits: 359 of 360 held-out images right (99.7%)"
    ]
    assert titles(figure) == [
        "Training loss",
        "Accuracy",
        "Which digit was taken for which",
        "What each of the 128 units looks for",
        "The only mistake",
    ]
    outcome = picture.outcome_of(training, DATA)
    assert (outcome.losses, outcome.trained_on) == (training.losses, training.trained_on)
    assert outcome.mistakes == [7]


def test_images_of_mnist_have_their_size(training: Attempt):
    """Otherwise the picture of the larger images is a picture of the smaller ones."""
    rng = np.random.default_rng(0)
    images = rng.random((360, 784)).astype(np.float32)
    data = Digits(images, DATA.held_out_labels, images, DATA.held_out_labels)
    figure = picture.draw(replace(training, weights=rng.random((784, 30))), data, "mnist")
    assert figure.texts[0].get_text().startswith("MNIST: 359 of 360")
    (mistakes,) = [axes for axes in figure.axes if "mistake" in axes.get_title(loc="left")]
    assert mistakes.child_axes[0].get_images()[0].get_array().shape == (28, 28)


@pytest.mark.parametrize("weights", [None, np.full((64, 128), np.nan), np.zeros((64, 128))])
def test_weights_that_cannot_be_drawn_do_not_stop_the_picture(
    weights: Any, training: Attempt, tmp_path: Path
):
    """Otherwise an unusual layer costs its author the whole picture."""
    path = tmp_path / "digits.png"
    picture.save_picture(path, replace(training, weights=weights), DATA, "digits")
    assert path.stat().st_size > 10_000


def test_a_failed_write_leaves_the_old_picture(
    training: Attempt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Otherwise Ctrl-C at the wrong moment leaves half a picture."""
    from matplotlib.figure import Figure

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "digits.png"
    path.write_text("the old one")
    monkeypatch.setattr(Figure, "savefig", interrupted)
    with pytest.raises(KeyboardInterrupt):
        picture.save_picture(path, training, DATA, "digits")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [
        ("digits.png", "the old one")
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX home")
def test_a_home_that_cannot_be_written_is_no_trouble(tmp_path: Path):
    """Otherwise a picture in a container or a classroom ends in matplotlib's warnings."""
    script = (
        "import sys; from pathlib import Path; import numpy as np;"
        "from tito.lab.train.attempt import *;"
        "from tinytorch.data import digits; d = digits();"
        "done = Attempt(losses=[1.0, 0.5], held_out=[0.1], trained_on=[], weights=None,"
        "probabilities=np.eye(10)[d.held_out_labels], remarks=[], printed='');"
        "save_picture(Path(sys.argv[1]), done, d, 'digits')"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "digits.png")],
        env={**kept, "HOME": "/dev/null"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "digits.png").exists()
