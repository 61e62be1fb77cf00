"""What each activation does to a number, and the derivative by which it sends gradients back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.activations import GELU, ReLU, Sigmoid, Softmax, Tanh
from tinytorch.core.given.checks import came, check_range
from tinytorch.core.tensor import Tensor
from tinytorch.plots import style
from tinytorch.plots.style import as_it_is

if TYPE_CHECKING:
    from tinytorch._typing import Array

#: What stands beside the score that moves in the picture of Softmax.
FIXED_SCORES = (1.0, 0.0)
NAMES = ("ReLU", "Sigmoid", "Tanh", "GELU", "Softmax")
TITLE = "What multiplies a gradient on its way back through an activation"
SUBTITLE = "Solid: the output. Dashed: its derivative, as backward() gives it."
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
    ValueError for a reach that is not from 0.01 to 1000, TypeError for one that is no number.

    >>> curves = {curve.name: curve for curve in measure_activations()}
    >>> curves["Sigmoid"].steepest
    (0.0, 0.25)
    """
    check_range("measure_activations", 0.01, 1000, reach=reach)
    x: Array = np.linspace(-float(reach), float(reach), STEPS + 1)
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


def activations(
    data: Sequence[Curve] | None = None, axes: Any = None, *, dark: bool = False
) -> Any:
    """Each activation (solid) with its derivative (dashed), and the derivatives side by side.

    `data` is what `measure_activations` returned, which is asked where it is left out. Draws on six
    matplotlib `axes`, which are returned, or else makes a figure, light or `dark`. TypeError for
    other data, ModuleNotFoundError without matplotlib.

    >>> [axes.get_title(loc="left") for axes in activations().axes][:3]
    ['ReLU', 'Sigmoid', 'Tanh']
    """
    curves = measure_activations() if data is None else _curves(data)
    given = style.axes_of("activations", axes, 6)
    if given:
        _draw(curves, given)
        return axes
    with style.theme(dark):
        figure = style.figure(10, 7.6)
        panels = list(figure.subplots(2, 3).flat)
        figure.subplots_adjust(0.055, 0.085, 0.985, 0.82, wspace=0.2, hspace=0.42)
        figure.text(0.055, 0.965, TITLE, va="top", fontsize=15, fontweight="bold")
        figure.text(0.055, 0.915, SUBTITLE, va="top", color=style.faint(figure))
        _draw(curves, panels)
    return figure


def _curves(data: Any) -> list[Curve]:
    curves: list[Any] = list(data) if type(data) in (list, tuple) else []
    if curves and all(isinstance(each, Curve) for each in curves):
        return curves
    raise TypeError(
        f"activations expects what measure_activations returned, got {came(data)}. "
        "Leave it out to have it measured."
    )


def _draw(curves: Sequence[Curve], axes: Sequence[Any]) -> None:
    for each, curve in zip(axes, curves, strict=False):
        draw_activation(curve, each)
    draw_slopes([curve for curve in curves if not curve.others], axes[-1])


def draw_activation(curve: Curve, axes: Any) -> Any:
    """One activation and its derivative on matplotlib axes, which are returned."""
    first, second = style.colour("blue", axes), style.colour("vermilion", axes)
    told = style.readable(second, axes)
    for name, values in curve.others.items():
        axes.plot(curve.x, values, color=style.faint(axes), linewidth=1, linestyle=":", label=name)
        axes.text(curve.x[0], values[0] + 0.02, name, color=style.faint(axes), fontsize=10)
    axes.plot(curve.x, curve.y, color=first, label="output")
    axes.plot(*_broken_at_jumps(curve), color=second, linestyle="--", label="derivative")
    axes.axvline(0, color=style.faint(axes), linewidth=0.8, zorder=0)
    axes.set_title(as_it_is(curve.name))
    axes.set_title(fact(curve), loc="right", fontsize=10, fontweight="normal", color=told)
    axes.set_xticks(np.linspace(curve.x[0], curve.x[-1], 5))
    if curve.others:
        fixed = " and ".join(f"{score:g}" for score in FIXED_SCORES)
        axes.set_xlabel(f"one score; the others stay at {fixed}", fontsize=10)
    return axes


def _broken_at_jumps(curve: Curve) -> tuple[Array, Array]:
    """The derivative with a gap where it jumps: a slope of ReLU between 0 and 1 is none of its."""
    x, slope = np.asarray(curve.x), np.asarray(curve.slope)
    jumps = np.flatnonzero(np.abs(np.diff(slope)) > 0.5) + 1
    return np.insert(x, jumps, np.nan), np.insert(slope, jumps, np.nan)


def fact(curve: Curve) -> str:
    """What is worth seeing of the derivative: its values, or how far it reaches."""
    values = sorted(set(curve.slope))
    low, high = (_decimal(value) for value in (values[0], values[-1]))
    if len(values) == 2:
        return f"derivative {low} or {high}"
    return f"derivative up to {high}" if values[0] > -0.005 else f"derivative {low} to {high}"


def _decimal(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace("-", "\N{MINUS SIGN}")


def draw_slopes(curves: Sequence[Curve], axes: Any) -> Any:
    """The derivatives of several activations on one scale, on axes, which are returned."""
    for curve, look in zip(curves, style.series(len(curves), axes), strict=True):
        x, slope = _broken_at_jumps(curve)
        axes.plot(x, slope, **look, markevery=40, label=as_it_is(curve.name))
    axes.set_xticks(np.linspace(curves[0].x[0], curves[0].x[-1], 5) if curves else [])
    axes.set_title("The derivatives together")
    axes.legend(loc="upper left", fontsize=10, handlelength=2.6)
    return axes
