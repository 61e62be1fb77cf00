"""What each activation does to a number, and the derivative by which it sends gradients back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.activations import GELU, ReLU, Sigmoid, Softmax, Tanh
from tinytorch.core.tensor import Tensor
from tinytorch.plots import style

if TYPE_CHECKING:
    from tinytorch._typing import Array

#: What stands beside the score that moves in the picture of Softmax.
FIXED_SCORES = (1.0, 0.0)
NAMES = ("ReLU", "Sigmoid", "Tanh", "GELU", "Softmax")
REACH, STEPS = 6.0, 480


@dataclass(frozen=True)
class Curve:
    """A function of one number: `x`, `y` and the derivative `slope`, lists of one length.

    `others` are further outputs that move with x, by name: of Softmax alone.
    """

    name: str
    x: list[float]
    y: list[float]
    slope: list[float]
    others: Mapping[str, list[float]]

    @property
    def steepest(self) -> tuple[float, float]:
        """Where the derivative is largest, and how large: the middle of such places."""
        slopes = np.asarray(self.slope)
        at = np.flatnonzero(slopes >= slopes.max() - 1e-6)
        return self.x[int(at[len(at) // 2])], float(slopes.max())

    @property
    def flat(self) -> float:
        """The share of the numbers shown at which the derivative is exactly 0."""
        return sum(slope == 0 for slope in self.slope) / len(self.slope)


def measure_activations(reach: float = REACH) -> list[Curve]:
    """Each activation on 481 numbers from -reach to reach, with its derivative by `backward()`.

    Softmax is no function of one number: each of its outputs depends on all scores. So one score
    moves, the others stay at 1 and 0, and what is shown is the output at the one that moves.
    ValueError for a reach that is not a positive number.

    >>> curves = {curve.name: curve for curve in measure_activations()}
    >>> curves["Sigmoid"].steepest
    (0.0, 0.25)
    """
    if not 0 < reach < float("inf"):
        raise ValueError(f"Expected reach as a positive number, got {reach}. Use reach=6.0.")
    x: Array = np.linspace(-reach, reach, STEPS + 1)
    single: list[Any] = [ReLU(), Sigmoid(), Tanh(), GELU()]
    return [_of_one_number(function, x) for function in single] + [_softmax(x)]


def _of_one_number(function: Any, x: Array) -> Curve:
    moved = Tensor(x, requires_grad=True)
    y = function(moved)
    y.backward(np.ones(len(x)))
    assert moved.grad is not None
    slope = moved.grad.numpy().tolist()
    return Curve(type(function).__name__, x.tolist(), y.numpy().tolist(), slope, {})


def _softmax(x: Array) -> Curve:
    scores = np.stack([x, *(np.full(len(x), fixed) for fixed in FIXED_SCORES)], axis=1)
    moved = Tensor(scores, requires_grad=True)
    y = Softmax()(moved)
    y.backward(np.eye(3)[[0] * len(x)])
    assert moved.grad is not None
    outputs, slope = y.numpy(), moved.grad.numpy()[:, 0].tolist()
    others = {
        f"output at {fixed:g}": outputs[:, place].tolist()
        for place, fixed in enumerate(FIXED_SCORES, start=1)
    }
    return Curve("Softmax", x.tolist(), outputs[:, 0].tolist(), slope, others)


def draw_activations(curves: Sequence[Curve] | None = None, *, dark: bool = False) -> Any:
    """Each activation (solid) with its derivative (dashed), and the derivatives side by side.

    Returns a figure of six axes. `curves` are those of `measure_activations`, which is asked where
    they are left out; `draw_activation` draws one on axes of yours. ModuleNotFoundError without
    matplotlib.

    >>> [axes.get_title(loc="left") for axes in draw_activations().axes][:3]
    ['ReLU', 'Sigmoid', 'Tanh']
    """
    curves = measure_activations() if curves is None else curves
    with style.theme(dark):
        figure = style.figure(10, 7.4)
        panels = figure.subplots(2, 3).flat
        figure.subplots_adjust(0.055, 0.075, 0.985, 0.875, wspace=0.22, hspace=0.42)
        figure.suptitle(
            "Activations, and the derivative that a gradient is multiplied by on its way back",
            x=0.055, y=0.97, ha="left", fontsize=13, fontweight="bold",
        )  # fmt: skip
        for axes, curve in zip(panels, curves, strict=False):
            draw_activation(curve, axes)
        draw_slopes([curve for curve in curves if not curve.others], figure.axes[-1])
    return figure


def draw_activation(curve: Curve, axes: Any) -> Any:
    """One activation and its derivative on matplotlib axes, which are returned."""
    first, second = style.colour("blue", axes), style.colour("vermilion", axes)
    for name, values in curve.others.items():
        axes.plot(curve.x, values, color=style.faint(axes), linewidth=1, linestyle=":", label=name)
        axes.text(curve.x[0], values[0] + 0.02, name, color=style.faint(axes), fontsize=10)
    axes.plot(curve.x, curve.y, color=first, label="output")
    axes.plot(curve.x, curve.slope, color=second, linestyle="--", label="derivative")
    axes.axvline(0, color=style.faint(axes), linewidth=0.8, zorder=0)
    axes.set_title(curve.name)
    return axes


def draw_slopes(curves: Sequence[Curve], axes: Any) -> Any:
    """The derivatives of several activations on one scale, on axes, which are returned."""
    for curve, look in zip(curves, style.series(len(curves), axes), strict=True):
        axes.plot(curve.x, curve.slope, **look, markevery=40, label=curve.name)
    axes.set_title("The derivatives together")
    axes.legend()
    return axes
