"""The worst mistakes of a classifier: the images, and what it took them for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinytorch.plots import style
from tinytorch.plots.outcome import NO_ANSWER, Outcome, check_outcome
from tinytorch.plots.words import names_of, percent

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
        _draw(outcome, known, given)
        return given
    with style.theme(dark):
        figure = style.figure(10.0, 3.3)
        _draw(outcome, known, figure.add_axes((0.02, 0.01, 0.96, 0.87)))
    return figure


def _draw(outcome: Outcome, known: Sequence[str], axes: Any) -> None:
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
