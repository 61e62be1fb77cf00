"""The confusion matrix: which class was taken for which, readable without colours too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinytorch.core.conversion import array_for
from tinytorch.plots import style
from tinytorch.plots.words import names_of, percent

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
