"""The confusion matrix: which class was taken for which, readable without colours too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinytorch.core.conversion import array_for
from tinytorch.plots import style
from tinytorch.plots.words import percent

#: More classes than this leave no room for a number in each cell.
NUMBERED = 30


def confusion(
    confusion: Any, *, names: Sequence[str] | None = None, axes: Any = None, dark: bool = False
) -> Any:
    """A matrix of counts, rows the truth, columns the answers, with the counts in the cells.

    `confusion` is (classes, classes). A cell's shade is its share of the row, blue for right
    answers, orange for wrong ones, stronger where few are shown; a cell with nothing in it stays
    empty. Draws on matplotlib `axes` and returns them, or else makes a figure, light or `dark`.
    ValueError where it is no square of counts, TypeError for what is no number,
    ModuleNotFoundError without matplotlib.

    >>> figure = confusion([[8, 2], [0, 9]])
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['8', '2', '80%', '9', '100%']
    """
    counts = array_for("confusion", "confusion", confusion)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not counts.size:
        raise ValueError(
            "confusion expects a matrix of counts of shape (classes, classes), got shape "
            f"{counts.shape}. Count one row for each class, one column for each answer."
        )
    known = [str(each) for each in (names or range(len(counts)))]
    if len(known) != len(counts):
        raise ValueError(
            f"confusion expects a name for each of {len(counts)} classes, got {len(known)}. "
            "Leave names out to number them."
        )
    if axes is not None:
        _draw(counts, known, axes)
        return axes
    with style.theme(dark):
        figure = style.figure(6.0, 6.0)
        _draw(counts, known, figure.add_axes((0.12, 0.03, 0.78, 0.78)))
    return figure


def _draw(counts: NDArray[Any], names: Sequence[str], axes: Any) -> None:
    classes, totals = len(counts), counts.sum(axis=1)
    shares = counts / np.maximum(totals, 1)[:, None]
    axes.imshow(_shades(shares, axes), interpolation="nearest")
    axes.set_title(
        "Which digit was taken for which"
        if names == list("0123456789")
        else "Which class was taken for which",
        pad=34,
    )
    axes.set_ylabel("truth")
    axes.set_xlabel("answer")
    axes.xaxis.set_label_position("top")
    axes.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    axes.grid(visible=False)
    axes.spines[:].set_visible(True)
    every = max(1, classes // NUMBERED)
    axes.set_xticks(range(0, classes, every), names[::every])
    axes.set_yticks(range(0, classes, every), names[::every])
    axes.set_xticks(np.arange(-0.5, classes), minor=True)
    axes.set_yticks(np.arange(-0.5, classes), minor=True)
    axes.grid(which="minor", color=style.grid(axes), linewidth=0.6)
    axes.tick_params(which="minor", length=0)
    if classes > NUMBERED:
        return
    size = min(10.0, 190 / classes / max(2, len(str(int(counts.max())))))
    for row in range(classes):
        for column in np.flatnonzero(counts[row]).tolist():
            strong = shares[row, column] > 0.5 if row == column else shares[row, column] > 0.4
            tint = axes.get_facecolor() if strong else style.ink(axes)
            look = {"ha": "center", "va": "center", "fontsize": size, "color": tint}
            bold = {} if row == column else {"fontweight": "bold"}
            axes.text(column, row, f"{counts[row, column]:g}", **look, **bold)
        if totals[row]:
            share, look = percent(float(shares[row, row])), {"va": "center", "fontsize": size}
            axes.text(classes - 0.35, row, share, color=style.faint(axes), **look)


def _shades(shares: NDArray[np.float64], axes: Any) -> NDArray[np.float64]:
    """A colour for each cell, from the ground to blue where right, to orange where wrong."""
    rgb = style.require("matplotlib.colors").to_rgb
    right, wrong = (np.array(rgb(style.colour(name, axes))) for name in ("blue", "vermilion"))
    full = np.where(np.eye(len(shares), dtype=bool)[:, :, None], right, wrong)
    # The square root lets one mistake among many right answers be seen.
    depth = np.where(np.eye(len(shares), dtype=bool), shares, np.sqrt(shares) * 0.8)[:, :, None]
    return np.array(rgb(axes.get_facecolor())) * (1 - depth) + full * depth
