"""The picture of a training: how the loss fell, what the first layer looks for, what it answers."""

from __future__ import annotations

import io
import logging
import math
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinytorch.writing import write_whole

#: Blue and vermilion of Okabe and Ito (2008): told apart with any colour vision.
BLUE, VERMILION, GREY, INK = "#0072B2", "#D55E00", "#8C8C8C", "#222222"
STYLE = {
    "font.size": 9,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.labelcolor": "#444444",
    "axes.edgecolor": "#BBBBBB",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": "#666666",
    "ytick.color": "#666666",
    "axes.grid": False,
    "grid.color": "#E8E8E8",
    "legend.frameon": False,
}
UNITS_IN_A_ROW = 16
SHOWN = 10
LEFT, RIGHT, TITLE = 0.055, 0.985, 0.88


def save_picture(
    path: Path,
    *,
    losses: list[float],
    held_out: list[float],
    weights: NDArray[np.float64] | None,
    probabilities: NDArray[np.float64],
    images: NDArray[np.float32],
    labels: NDArray[np.int64],
) -> None:
    """Draw the training and write it as a PNG file, whole or not at all.

    ``losses`` has one entry a step, ``held_out`` one accuracy an epoch, ``weights`` is (pixels,
    units) or None, ``probabilities`` (n, 10) for the held-out ``images`` (n, pixels) with
    ``labels`` (n,). ModuleNotFoundError without matplotlib, OSError where the file cannot be
    written.
    """
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    matplotlib: Any = import_module("matplotlib")
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        figure = draw(losses, held_out, weights, probabilities, images, labels)
        picture = io.BytesIO()
        figure.savefig(picture, format="png")
        write_whole(path, picture.getvalue())


def draw(
    losses: list[float],
    held_out: list[float],
    weights: NDArray[np.float64] | None,
    probabilities: NDArray[np.float64],
    images: NDArray[np.float32],
    labels: NDArray[np.int64],
) -> Any:
    """The figure of `save_picture`, in matplotlib's present style."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure: Any = Figure(figsize=(13, 8.1), dpi=140, facecolor="white")
    FigureCanvasAgg(figure)
    head, top, bottom = figure.subfigures(3, 1, height_ratios=[0.55, 4.4, 3.15])
    left, right = top.subfigures(1, 2, width_ratios=[1, 1.22])
    curve, measured = left.subplots(2, 1, sharex=True, height_ratios=[1.5, 1])
    left.subplots_adjust(left=LEFT * 13 / 5.85, right=0.95, top=0.93, bottom=0.12, hspace=0.36)
    draw_losses(curve, losses, len(held_out))
    draw_held_out(measured, held_out, len(labels))
    draw_weights(right, weights)
    draw_answers(bottom, probabilities, images, labels)
    count = int(np.sum(probabilities.argmax(axis=1) == labels))
    share = f"{count} of {len(labels)} held-out images right ({count / len(labels):.1%})"
    _title(head, f"Handwritten digits: {share}", 0.3, size=15)
    return figure


def draw_losses(axes: Any, losses: list[float], epochs: int) -> None:
    """Training loss: each step faint, the mean of each epoch strong."""
    steps = len(losses) // epochs
    means = np.asarray(losses).reshape(epochs, steps).mean(axis=1)
    at = np.arange(1, len(losses) + 1) / steps
    axes.plot(at, losses, color=BLUE, alpha=0.22, linewidth=0.7, label="each batch")
    axes.plot(np.arange(1, epochs + 1), means, color=BLUE, linewidth=2, label="mean of each epoch")
    axes.set_yscale("log")
    axes.set_title("Training loss")
    axes.set_ylabel("cross-entropy")
    axes.grid(axis="y")
    axes.legend(loc="upper right", fontsize=8)


def draw_held_out(axes: Any, held_out: list[float], count: int) -> None:
    """Accuracy on the held-out images, after each epoch."""
    epochs = np.arange(1, len(held_out) + 1)
    axes.plot(epochs, np.asarray(held_out) * 100, color=VERMILION, linewidth=2)
    axes.set_title(f"Held-out accuracy ({count} images, never trained on)")
    axes.set_ylabel("right, %")
    axes.set_xlabel("epoch")
    axes.set_xlim(0, len(held_out))
    axes.margins(y=0.12)
    axes.grid(axis="y")
    axes.annotate(
        f"{held_out[-1]:.1%}",
        (epochs[-1], held_out[-1] * 100),
        xytext=(0, -18),
        textcoords="offset points",
        ha="right",
        color=VERMILION,
        fontweight="bold",
    )


def draw_weights(part: Any, weights: NDArray[np.float64] | None) -> None:
    """Each unit's weights as an image, the largest first, all on one scale, zero white."""
    axes = part.subplots()
    part.subplots_adjust(left=0.04, right=0.953, top=0.93, bottom=0.1)
    axes.set_axis_off()
    axes.set_anchor("NW")
    axes.set_title("What the first layer looks for")
    if weights is None or not np.isfinite(weights).all():
        axes.text(0, 0.9, "There are no finite weights of the first layer to show.")
        return
    largest_first = np.argsort(-np.square(weights).sum(axis=0), kind="stable")
    limit = float(np.quantile(np.abs(weights), 0.995)) or 1.0
    tiles = _mosaic(weights[:, largest_first])
    image = axes.imshow(tiles, cmap="RdBu_r", vmin=-limit, vmax=limit, interpolation="nearest")
    bar = part.colorbar(
        image, ax=axes, orientation="horizontal", shrink=0.5, aspect=36, pad=0.04, extend="both"
    )
    bar.outline.set_visible(False)
    bar.set_label(f"each of the {weights.shape[1]} units: its weight for every pixel")


def _mosaic(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Columns of (pixels, units) as square tiles with a gap of one pixel, NaN, between them."""
    pixels, units = weights.shape
    side, rows = math.isqrt(pixels), -(-units // UNITS_IN_A_ROW)
    tiles = np.full((rows * UNITS_IN_A_ROW, side + 1, side + 1), np.nan)
    tiles[:units, :side, :side] = weights.T.reshape(-1, side, side)
    grid = tiles.reshape(rows, UNITS_IN_A_ROW, side + 1, side + 1).transpose(0, 2, 1, 3)
    return grid.reshape(rows * (side + 1), UNITS_IN_A_ROW * (side + 1))[:-1, :-1]


def draw_answers(
    part: Any,
    probabilities: NDArray[np.float64],
    images: NDArray[np.float32],
    labels: NDArray[np.int64],
) -> None:
    """One held-out image of each digit, and the worst mistakes, with the three surest answers."""
    every = [int(np.argmax(labels == digit)) for digit in range(10)]
    mistakes = worst_mistakes(probabilities, labels)
    upper, lower = part.subfigures(2, 1)
    _title(upper, "The first held-out image of each digit, and the network's answers", TITLE)
    _key(upper)
    _title(lower, _mistakes_title(len(mistakes)), TITLE)
    for row, chosen in ((upper, every), (lower, mistakes[:SHOWN])):
        for place, index in enumerate(chosen):
            left = LEFT + place * (RIGHT - LEFT) / SHOWN
            picture = row.add_axes((left, 0.22, 0.049, 0.41))
            bars = row.add_axes((left + 0.053, 0.22, 0.031, 0.41))
            _draw_image(picture, images[index], int(labels[index]))
            _draw_bars(bars, probabilities[index], int(labels[index]))


def worst_mistakes(probabilities: NDArray[np.float64], labels: NDArray[np.int64]) -> list[int]:
    """Where the surest answer is wrong: first where the right digit was thought least likely."""
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    return wrong[np.argsort(probabilities[wrong, labels[wrong]], kind="stable")].tolist()


def _mistakes_title(count: int) -> str:
    if not count:
        return "No mistake on the held-out images"
    if count <= SHOWN:
        return f"All mistakes ({count}), the worst first"
    return f"The {SHOWN} worst of {count} mistakes"


def _title(part: Any, text: str, height: float, size: float = 11) -> None:
    part.text(LEFT, height, text, fontsize=size, fontweight="bold", color=INK)


def _key(part: Any) -> None:
    style = {"fontsize": 9, "ha": "right"}
    part.text(RIGHT - 0.093, TITLE, "■ the right digit", color=BLUE, **style)
    part.text(RIGHT - 0.012, TITLE, "■ another digit", color=VERMILION, **style)


def _draw_image(axes: Any, image: NDArray[np.float32], label: int) -> None:
    side = math.isqrt(image.size)
    axes.imshow(image.reshape(side, side), cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    axes.set_anchor("NW")
    axes.set_title(f"a {label}", fontsize=9, fontweight="normal", pad=3, color="#444444")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(True)
    axes.spines[:].set_color("#DDDDDD")


def _draw_bars(axes: Any, probabilities: NDArray[np.float64], right: int) -> None:
    """The three most probable digits as bars, the right one among them in any case."""
    digits = np.argsort(-probabilities, kind="stable")[:3].tolist()
    if right not in digits:
        digits[-1] = right
    colours = [BLUE if digit == right else VERMILION for digit in digits]
    axes.set_axis_off()
    axes.barh(range(3), [1] * 3, color="#EEEEEE", height=0.24)
    axes.barh(range(3), probabilities[digits], color=colours, height=0.24)
    axes.set_xlim(0, 1)
    axes.set_ylim(2.12, -0.6)
    for place, digit in enumerate(digits):
        share = f"{probabilities[digit]:.0%}"
        bold = "bold" if digit == right else "normal"
        axes.text(0, place - 0.22, str(digit), fontsize=8, fontweight=bold, color=INK)
        axes.text(1, place - 0.22, share, fontsize=7, ha="right", color="#666666")
