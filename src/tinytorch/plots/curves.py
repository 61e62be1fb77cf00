"""The curves of a training: its loss at each step, its accuracy after each epoch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinytorch.core.checks import check_count
from tinytorch.core.conversion import array_for
from tinytorch.plots import style
from tinytorch.plots.labels import label_ends
from tinytorch.plots.outcome import Outcome, check_outcome


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
