"""The picture of a training: each part shows what its title says."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tinytorch.data import digits
from tito.training import picture

pytest.importorskip("matplotlib")

EPOCHS, STEPS = 6, 45


@pytest.fixture
def training() -> dict[str, Any]:
    """Numbers of a training that never was, all different; three answers of it are wrong."""
    data, rng = digits(), np.random.default_rng(0)
    count = len(data.held_out_labels)
    probabilities = np.full((count, 10), 0.01)
    probabilities[np.arange(count), data.held_out_labels] = 0.91
    for index, right in ((7, 0.2), (30, 0.05), (99, 0.3)):
        wrong = (data.held_out_labels[index] + 1) % 10
        probabilities[index] = 0
        probabilities[index, data.held_out_labels[index]] = right
        probabilities[index, wrong] = 1 - right
    return {
        "losses": (np.exp(-np.arange(EPOCHS * STEPS) / 99) + rng.random(EPOCHS * STEPS)).tolist(),
        "held_out": [0.5, 0.7, 0.8, 0.9, 0.95, 357 / 360],
        "weights": rng.standard_normal((64, 128)),
        "probabilities": probabilities,
        "images": data.held_out_images,
        "labels": data.held_out_labels,
    }


def axes_titled(figure: Any, title: str) -> list[Any]:
    """The axes whose title begins so."""
    return [axes for axes in figure.axes if axes.get_title(loc="left").startswith(title)]


def texts(figure: Any) -> list[str]:
    """Every text that stands in the figure itself or in a part of it."""
    found = [text.get_text() for text in figure.texts]
    return found + [words for part in figure.subfigs for words in texts(part)]


@pytest.fixture
def figure(training: dict[str, Any]) -> Any:
    """The figure drawn from it."""
    import matplotlib

    with matplotlib.rc_context(picture.STYLE):
        return picture.draw(**training)


def test_the_loss_curve_holds_every_step_and_the_mean_of_each_epoch(
    figure: Any, training: dict[str, Any]
):
    """Otherwise the curve shows another training."""
    (axes,) = axes_titled(figure, "Training loss")
    each, means = axes.get_lines()
    assert each.get_ydata().tolist() == training["losses"]
    assert each.get_xdata()[-1] == EPOCHS
    assert means.get_ydata()[1] == pytest.approx(np.mean(training["losses"][STEPS : 2 * STEPS]))
    assert means.get_xdata().tolist() == [1, 2, 3, 4, 5, 6]
    assert axes.get_yscale() == "log"


def test_the_held_out_curve_ends_in_the_number_told(figure: Any, training: dict[str, Any]):
    """Otherwise curve and sentence contradict each other."""
    (axes,) = axes_titled(figure, "Held-out accuracy (360 images")
    (line,) = axes.get_lines()
    assert line.get_ydata() == pytest.approx(np.multiply(training["held_out"], 100))
    assert [text.get_text() for text in axes.texts] == ["99.2%"]
    assert "Handwritten digits: 357 of 360 held-out images right (99.2%)" in texts(figure)


def test_each_unit_of_the_first_layer_is_a_tile(figure: Any, training: dict[str, Any]):
    """Otherwise pixels of several units are mixed into one image."""
    (axes,) = axes_titled(figure, "What the first layer looks for")
    (image,) = axes.get_images()
    shown, weights = np.asarray(image.get_array().filled(np.nan)), training["weights"]
    largest_first = np.argsort(-np.square(weights).sum(axis=0))
    for place in (0, 15, 16, 127):
        row, column = divmod(place, 16)
        tile = shown[row * 9 : row * 9 + 8, column * 9 : column * 9 + 8]
        assert np.array_equal(tile, weights[:, largest_first[place]].reshape(8, 8))
    low, high = image.get_clim()
    assert low == -high


def test_the_worst_mistake_comes_first(figure: Any, training: dict[str, Any]):
    """Otherwise the most instructive image may not be shown."""
    mistakes = picture.worst_mistakes(training["probabilities"], training["labels"])
    assert mistakes == [30, 7, 99]
    assert "All mistakes (3), the worst first" in texts(figure)
    images = [axes for axes in figure.axes if axes.get_title(loc="left").startswith("a ")]
    assert len(images) == 10 + 3
    shown = [np.asarray(axes.get_images()[0].get_array()).reshape(64) for axes in images]
    for image, index in zip(shown[10:], mistakes, strict=True):
        assert np.array_equal(image, training["images"][index])
    assert [axes.get_title(loc="left") for axes in images[:10]] == [f"a {n}" for n in range(10)]


def test_bars_are_as_long_as_the_probabilities(figure: Any, training: dict[str, Any]):
    """Otherwise the network looks surer than it is."""
    bars = [axes for axes in figure.axes if len(axes.patches) == 6]
    worst = bars[10]
    assert [bar.get_width() for bar in worst.patches[3:5]] == pytest.approx([0.95, 0.05])
    right = int(training["labels"][30])
    told = [text.get_text() for text in worst.texts]
    assert told[:4] == [str((right + 1) % 10), "95%", str(right), "5%"]


def test_ten_mistakes_at_most_and_none_are_said(training: dict[str, Any]):
    """Otherwise a bad network has no picture, or a perfect one an empty row without a word."""
    count = len(training["labels"])
    nothing = {**training, "probabilities": np.tile(np.linspace(0.2, 0, 10), (count, 1))}
    perfect = {**training, "probabilities": np.eye(10)[training["labels"]]}
    assert "The 10 worst of 318 mistakes" in texts(picture.draw(**nothing))
    assert "No mistake on the held-out images" in texts(picture.draw(**perfect))


@pytest.mark.parametrize("weights", [None, np.full((64, 128), np.nan), np.zeros((64, 128))])
def test_weights_that_cannot_be_drawn_do_not_stop_the_picture(
    weights: Any, training: dict[str, Any], tmp_path: Path
):
    """Otherwise an unusual layer costs its author the whole picture."""
    picture.save_picture(tmp_path / "digits.png", **{**training, "weights": weights})
    assert (tmp_path / "digits.png").stat().st_size > 10_000


def test_a_failed_write_leaves_the_old_picture(
    training: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Otherwise Ctrl-C at the wrong moment leaves half a picture."""
    from matplotlib.figure import Figure

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "digits.png"
    path.write_text("the old one")
    monkeypatch.setattr(Figure, "savefig", interrupted)
    with pytest.raises(KeyboardInterrupt):
        picture.save_picture(path, **training)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [
        ("digits.png", "the old one")
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX home")
def test_a_home_that_cannot_be_written_is_no_trouble(tmp_path: Path):
    """Otherwise a picture in a container or a classroom ends in matplotlib's warnings."""
    script = (
        "import sys; from pathlib import Path; import numpy as np;"
        "from tito.training.picture import *;"
        "from tinytorch.data import digits; d = digits();"
        "save_picture(Path(sys.argv[1]), losses=[1.0, 0.5], held_out=[0.1], weights=None,"
        "probabilities=np.eye(10)[d.held_out_labels], images=d.held_out_images,"
        "labels=d.held_out_labels)"
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
