"""A training on one page: its curves, what is confused, the first layer, the worst mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinytorch.core.given.base import array_for
from tinytorch.core.given.checks import check_count
from tinytorch.plots import style
from tinytorch.plots.columns import Tiles, measure_weights, weights
from tinytorch.plots.outcome import NO_ANSWER, Outcome, check_outcome, measure_training
from tinytorch.plots.style import as_it_is, label_ends, names_of, percent

#: More classes than this leave no room for a number in each cell.
NUMBERED = 30
#: The least share of the largest class at which a wrong answer is as strong as they get.
FULL = 0.02


def confusion(
    counts: Any, *, names: Sequence[str] | None = None, axes: Any = None, dark: bool = False
) -> Any:
    """A matrix of counts, rows the truth, columns the answers, with the counts in the cells.

    `counts` is (classes, classes). The higher the count, the deeper its cell: blue for right
    answers, up to the largest class, orange for wrong ones, up to the largest of these; equal
    counts look the same, and a cell with nothing in it stays empty. At the end of a row stands the
    share that is right. Draws on matplotlib `axes` and returns them,
    or else makes a figure, light or `dark`. ValueError where it is no square of counts or has not
    a name for each class, TypeError for what is no number, ModuleNotFoundError without matplotlib.

    >>> figure = confusion([[8, 2], [0, 9]])
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['8', '2', '80%', '9', '100%']
    """
    matrix = array_for("confusion", "counts", counts)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
        raise ValueError(
            "confusion expects a matrix of counts of shape (classes, classes), got shape "
            f"{matrix.shape}. Count one row for each class, one column for each answer."
        )
    if not np.isfinite(matrix).all() or matrix.min() < 0:
        raise ValueError(
            "confusion expects counts of at least 0, got numbers from "
            f"{matrix.min():.3g} to {matrix.max():.3g}. Count the answers."
        )
    known = names_of("confusion", names, len(matrix))
    for given in style.axes_of("confusion", axes, 1):
        _draw(matrix, known, given)
        return given
    with style.theme(dark):
        figure = style.figure(6.0, 6.0)
        _draw(matrix, known, figure.add_axes((0.12, 0.03, 0.78, 0.78)))
    return figure


def _draw(counts: NDArray[Any], names: Sequence[str], axes: Any) -> None:
    classes, totals = len(counts), counts.sum(axis=1)
    shares = counts / np.maximum(totals, 1e-9)[:, None]
    axes.imshow(_shades(counts, axes), interpolation="nearest")
    kind = "digit" if names == list("0123456789") else "class"
    axes.set_title(f"Which {kind} was taken for which", pad=34)
    axes.set_ylabel("truth")
    axes.set_xlabel("answer")
    axes.xaxis.set_label_position("top")
    axes.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    axes.grid(visible=False)
    axes.spines[:].set_visible(True)
    every = -(-classes // NUMBERED)
    axes.set_xticks(range(0, classes, every), names[::every])
    axes.set_yticks(range(0, classes, every), names[::every])
    axes.set_xticks(np.arange(-0.5, classes), minor=True)
    axes.set_yticks(np.arange(-0.5, classes), minor=True)
    axes.grid(which="minor", color=style.grid(axes), linewidth=0.6)
    axes.tick_params(which="minor", length=0)
    if not totals.any():
        look = {"ha": "center", "va": "center", "transform": axes.transAxes}
        axes.text(0.5, 0.5, "No answer is a number.", **look)
    elif classes <= NUMBERED:
        _write(counts, shares, axes)


def _write(counts: NDArray[Any], shares: NDArray[np.float64], axes: Any) -> None:
    """The count into each cell with something in it, and at each row's end what is right of it."""
    classes = len(counts)
    page = axes.get_figure(root=True).get_figwidth()
    room = axes.get_position().width * page * 72 / classes
    size = min(10.0, 0.85 * room / (0.64 * len(_number(counts.max()))), 0.6 * room)
    shades = _shades(counts, axes)
    for row, column in np.argwhere(counts > 0).tolist():
        tint = style.text_on(shades[row, column].tolist(), axes)
        look = {"ha": "center", "va": "center", "fontsize": size, "color": tint}
        look["fontweight"] = "normal" if row == column else "bold"
        axes.text(column, row, _number(counts[row, column]), **look)
        if column == np.flatnonzero(counts[row])[-1]:
            _right_of(row, percent(float(shares[row, row])), min(10.0, 0.6 * room), axes)


def _right_of(row: int, share: str, size: float, axes: Any) -> None:
    look = {"va": "center", "fontsize": size, "color": style.faint(axes)}
    where = {"xycoords": axes.get_yaxis_transform(), "textcoords": "offset points"}
    axes.annotate(share, (1, row), xytext=(5, 0), annotation_clip=False, **where, **look)


def _number(count: Any) -> str:
    return str(int(count)) if count == int(count) else f"{count:.2g}"


def _depth(counts: NDArray[Any]) -> NDArray[np.float64]:
    """How strong each cell's colour is, from 0 to 1; of what is wrong, none so faint as nothing."""
    right = np.eye(len(counts), dtype=bool)
    largest = max(float(counts.sum(axis=1).max()), 1e-9)
    most = max(FULL * largest, float(np.where(right, 0, counts).max()))
    return np.where(right, counts / largest, np.where(counts > 0, 0.1 + 0.6 * counts / most, 0))


def _shades(counts: NDArray[Any], axes: Any) -> NDArray[np.float64]:
    """A colour for each cell, from the ground to blue where right, to orange where wrong."""
    rgb = style.require("matplotlib.colors").to_rgb
    right, wrong = (np.array(rgb(style.colour(name, axes))) for name in ("blue", "vermilion"))
    full = np.where(np.eye(len(counts), dtype=bool)[:, :, None], right, wrong)
    depth = _depth(counts)[:, :, None]
    return np.array(rgb(axes.get_facecolor())) * (1 - depth) + full * depth


def losses(steps: Sequence[float], epochs: int = 0, *, axes: Any = None, dark: bool = False) -> Any:
    """The training loss: each step faint, the mean of each of `epochs` epochs strong.

    Draws on matplotlib `axes` and returns them, or else makes a figure, light or `dark`.
    TypeError for what is no number, ValueError for what is no list of them, ModuleNotFoundError
    without matplotlib.

    >>> [len(line.get_xdata()) for line in losses([4.0, 2.0, 1.0, 1.0], 2).axes[0].lines]
    [4, 2]
    """
    check_count("losses", 0, epochs=epochs)
    values = array_for("losses", "steps", steps).astype(np.float64)
    if values.ndim != 1:
        raise ValueError(
            f"losses expects a list of numbers, one a step, got shape {values.shape}. "
            "Give history.losses."
        )
    for given in style.axes_of("losses", axes, 1):
        return _draw_losses(values, epochs, given)
    with style.theme(dark):
        figure = style.figure(6.0, 4.0)
        _draw_losses(values, epochs, figure.add_axes((0.12, 0.14, 0.84, 0.74)))
    return figure


def _draw_losses(values: NDArray[np.float64], epochs: int, axes: Any) -> Any:
    numbers = values[np.isfinite(values)]
    axes.set_title("Training loss")
    axes.set_xlabel("epoch" if epochs else "step")
    if not numbers.size:
        return _say(axes, "No loss is a number." if values.size else "No step was taken.")
    blue = style.colour("blue", axes)
    parts = np.array_split(values, epochs) if epochs else []
    at = np.arange(1, len(values) + 1) * (epochs / len(values) if epochs else 1)
    look = {"color": blue, "label": "each batch"}
    look |= {"alpha": 0.35, "linewidth": 0.8} if parts else {"linewidth": 1.4}
    axes.plot(at, values, marker="o" if len(values) == 1 else "", **look)
    _count_whole(axes)
    if parts:
        means = [part.mean() if part.size else np.nan for part in parts]
        marker = "o" if epochs == 1 else ""
        look = {"color": blue, "linewidth": 2.2, "marker": marker, "label": "mean of an epoch"}
        axes.plot(np.arange(epochs) + 0.5, means, **look)  # in the middle of what it is the mean of
    if 0 < 10 * numbers.min() <= numbers.max():
        axes.set_yscale("log")
    if len(numbers) < len(values):
        first = int(np.argmin(np.isfinite(values))) + 1
        axes.text(0.02, 0.03, f"no number at step {first:,}", transform=axes.transAxes)
    axes.set_ylabel("loss")
    axes.legend(fontsize=10)
    return axes


def accuracy(outcome: Outcome, *, axes: Any = None, dark: bool = False) -> Any:
    """The accuracy after each epoch, on examples held out and on those trained on.

    Draws on matplotlib `axes` and returns them, or else makes a figure, light or `dark`.
    TypeError for what is no Outcome, ModuleNotFoundError without matplotlib.

    >>> from tinytorch.plots import measure_training
    >>> seen = measure_training([1.0, 0.5], held_out=[0.5, 1.0])
    >>> accuracy(seen).axes[0].lines[0].get_ydata().tolist()
    [50.0, 100.0]
    """
    check_outcome("accuracy", outcome)
    for given in style.axes_of("accuracy", axes, 1):
        return _draw_accuracy(outcome, given)
    with style.theme(dark):
        figure = style.figure(6.0, 4.0)
        _draw_accuracy(outcome, figure.add_axes((0.12, 0.14, 0.6, 0.74)))
    return figure


def _draw_accuracy(outcome: Outcome, axes: Any) -> Any:
    axes.set_title("Accuracy")
    axes.set_xlabel("epoch")
    axes.set_ylabel("right, %")
    ends: list[tuple[float, float, str, str]] = []
    measured = {"held out": outcome.held_out, "trained on": outcome.trained_on}
    looks = zip(("vermilion", "blue"), ("-", "--"), strict=True)
    for (name, shares), (tint, dashes) in zip(measured.items(), looks, strict=True):
        if not np.isfinite(shares).any():
            continue
        epochs, colour = np.arange(1, len(shares) + 1), style.colour(tint, axes)
        look = {"color": colour, "linestyle": dashes, "marker": "o" if len(shares) == 1 else ""}
        axes.plot(epochs, np.asarray(shares) * 100, label=name, **look)
        if np.isfinite(shares[-1]):
            ends.append((epochs[-1], shares[-1] * 100, f"{name} {shares[-1]:.1%}", colour))
    if not axes.lines:
        return _say(axes, "No accuracy was measured.")
    _count_whole(axes)
    bottom, top = axes.get_ylim()  # labels need to know where the lines end
    axes.set_ylim(bottom, min(top, 100 + 0.08 * (100 - bottom)))  # nothing is right beyond 100%
    axes.set_xlim(*axes.get_xlim())
    label_ends(axes, ends, size=10)
    return axes


def _count_whole(axes: Any) -> None:
    """No half epochs below the curve."""
    axes.xaxis.set_major_locator(style.require("matplotlib.ticker").MaxNLocator(6, integer=True))


def _say(axes: Any, words: str) -> Any:
    """Words in place of a curve."""
    axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", va="center")
    axes.set_xticks([])
    axes.set_yticks([])
    return axes


ROWS, IN_A_ROW = 2, 6
#: How many of the most probable answers are shown beside an image.
ANSWERS = 3


def mistakes(
    outcome: Outcome, *, names: Sequence[str] | None = None, axes: Any = None, dark: bool = False
) -> Any:
    """The twelve worst mistakes, with the three most probable answers beside each.

    The worst is the one whose right answer was thought least probable. Where there is no mistake,
    the right answers that the network was least sure of. Draws on matplotlib `axes` and returns
    them, or else makes a figure, light or `dark`. TypeError for what is no Outcome, ValueError
    where there is not a name for each class, ModuleNotFoundError without matplotlib.

    >>> from tinytorch.plots import measure_training
    >>> seen = measure_training([], [[0.9, 0.1], [0.6, 0.4]], [0, 1], [[0.0], [1.0]])
    >>> mistakes(seen).axes[0].get_title(loc="left")
    'The only mistake'
    """
    check_outcome("mistakes", outcome)
    known = names_of("mistakes", names, outcome.classes)
    for given in style.axes_of("mistakes", axes, 1):
        _draw_mistake(outcome, known, given)
        return given
    with style.theme(dark):
        figure = style.figure(10.0, 3.3)
        _draw_mistake(outcome, known, figure.add_axes((0.02, 0.01, 0.96, 0.87)))
    return figure


def _draw_mistake(outcome: Outcome, known: Sequence[str], axes: Any) -> None:
    most = ROWS * IN_A_ROW
    chosen = (outcome.mistakes or outcome.unsure)[:most]
    axes.set_axis_off()
    axes.set_title(_title(outcome, most))
    scale = _scale(outcome)
    for place, index in enumerate(chosen):
        row, column = divmod(place, IN_A_ROW)
        left, bottom = column / IN_A_ROW, 1 - (row + 1) / ROWS
        picture = axes.inset_axes((left, bottom + 0.02, 0.088, 0.36))
        _image(outcome, index, known, picture, scale)
        _bars(outcome, index, known, axes.inset_axes((left + 0.094, bottom + 0.02, 0.058, 0.36)))


def _title(outcome: Outcome, most: int) -> str:
    count = len(outcome.mistakes)
    if not count:
        return "No mistake; of the right answers, those it was least sure of"
    if count == 1:
        return "The only mistake"
    return (
        f"All {count} mistakes, first where the right answer got least"
        if count <= most
        else f"The {most} worst of {count:,} mistakes"
    )


def _scale(outcome: Outcome) -> tuple[float, float]:
    """What is drawn as paper and what as ink, the same for all images."""
    numbers = outcome.images[np.isfinite(outcome.images)]
    low, high = min(0.0, numbers.min(initial=0.0)), numbers.max(initial=0.0)
    return low, high if high > low else low + 1.0


def _image(
    outcome: Outcome, index: int, names: Sequence[str], axes: Any, scale: tuple[float, float]
) -> None:
    truth, answer = int(outcome.labels[index]), int(outcome.answers[index])
    taken = ": no answer" if answer == NO_ANSWER else f" taken for {names[answer]}"
    words = names[truth] if answer == truth else f"{names[truth]}{taken}"
    ink_on_paper = "gray" if style.is_dark(axes) else "gray_r"
    axes.imshow(outcome.images[index], cmap=ink_on_paper, vmin=scale[0], vmax=scale[1])
    axes.set_anchor("NW")
    axes.set_title(words, fontsize=10, fontweight="normal", pad=3)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.spines[:].set_visible(True)
    axes.spines[:].set_color(style.grid(axes))


def _bars(outcome: Outcome, index: int, names: Sequence[str], axes: Any) -> None:
    """The most probable answers as bars, the right one among them in any case, and bold."""
    shares, right = outcome.probabilities[index], int(outcome.labels[index])
    axes.set_axis_off()
    axes.grid(visible=False)
    axes.set_xlim(0, 1)
    axes.set_ylim(ANSWERS - 0.6, -0.75)
    if not np.isfinite(shares).all():
        return
    shown = np.argsort(-shares, kind="stable")[:ANSWERS].tolist()
    if right not in shown:
        shown[-1] = right
    for place, answer in enumerate(shown):
        tint = style.colour("blue" if answer == right else "vermilion", axes)
        axes.barh(place, 1, color=style.grid(axes), height=0.22)
        axes.barh(place, shares[answer], color=tint, height=0.22)
        bold = "bold" if answer == right else "normal"
        axes.text(0, place - 0.2, names[answer], fontsize=9, fontweight=bold)
        axes.text(1, place - 0.2, percent(shares[answer]), fontsize=9, ha="right", fontweight=bold)


#: In inches: the page with answers, and with curves alone.
WIDTH, HEIGHT, CURVES_ALONE = 10.0, 10.6, 3.6
#: Where the parts stand on the page: (left, top, width, height), in inches.
CURVES = (0.8, 1.05, 4.0, 1.9), (5.6, 1.05, 2.85, 1.9)
CONFUSION, WEIGHTS, MISTAKES = (0.8, 4.3, 3.6, 3.6), (5.3, 4.0, 4.4, 3.5), (0.3, 8.55, 9.4, 1.9)
#: Images of more pixels than that are shown few, for each pixel has to be seen.
SMALL, FEW = 256, 24


def training(
    history: Any,
    probabilities: Any = None,
    labels: Any = None,
    images: Any = None,
    *,
    layer: Any = None,
    shape: tuple[int, int] | None = None,
    names: Sequence[str] | None = None,
    title: str = "",
    dark: bool = False,
) -> Any:
    """A page about a training: loss, accuracy, confusion matrix, first layer, worst mistakes.

    `history` is what `fit` gave, or a list of losses, or what `measure_training` made of it and of
    the next three, which are explained there: without them there are the curves alone. `layer` is
    the network's first, with a weight for each pixel of images of that `shape`; `names` are those
    of the classes. Returns a figure, light or `dark`; the parts draw on axes of yours: `losses`,
    `accuracy`, `confusion`, `weights`, `mistakes`. ValueError and TypeError as `measure_training`
    and `weights` have them, ModuleNotFoundError without matplotlib.

    >>> figure = training([1.0, 0.5], [[0.9, 0.1]], [0], [[0.5]])
    >>> [axes.get_title(loc="left") for axes in figure.axes][:2]
    ['Training loss', 'Accuracy']
    """
    if isinstance(history, Outcome):
        seen = history
    else:
        seen = measure_training(history, probabilities, labels, images, shape=shape)
    tiles = layer if isinstance(layer, Tiles) or layer is None else measure_weights(layer, shape)
    if tiles and not isinstance(layer, Tiles) and tiles.images[0].size > SMALL:
        tiles = measure_weights(layer, shape, most=FEW)
    count = len(seen.labels)
    words = title or "Training"
    if count:
        share = f"{seen.right:,} of {count:,} held-out images right ({seen.right / count:.1%})"
        words = f"{title}: {share}" if title else share
    with style.theme(dark):
        figure = style.figure(WIDTH, HEIGHT if count else CURVES_ALONE)
        look = {"fontsize": 15, "fontweight": "bold", "va": "top"}
        figure.text(0.3 / WIDTH, 1 - 0.25 / figure.get_figheight(), as_it_is(words), **look)
        losses(seen.losses, len(seen.held_out), axes=_place(figure, *CURVES[0]))
        accuracy(seen, axes=_place(figure, *CURVES[1]))
        if count:
            confusion(seen.confusion, names=names, axes=_place(figure, *CONFUSION))
            if tiles:
                weights(tiles, axes=_place(figure, *WEIGHTS))
            if seen.images.size:
                mistakes(seen, names=names, axes=_place(figure, *MISTAKES))
    return figure


def _place(figure: Any, left: float, top: float, width: float, height: float) -> Any:
    """Axes at that place of the page, in inches from its upper left corner."""
    whole = figure.get_figheight()
    bottom = (whole - top - height) / whole
    return figure.add_axes((left / WIDTH, bottom, width / WIDTH, height / whole))
