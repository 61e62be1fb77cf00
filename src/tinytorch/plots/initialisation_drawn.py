"""The picture of what the first weights do: sizes layer by layer, and the last activations."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from tinytorch.core.checks import came
from tinytorch.plots import style
from tinytorch.plots.initialisation import (
    FUNCTIONS,
    KINDS,
    OWN,
    Start,
    Starts,
    measure_init,
)
from tinytorch.plots.labels import label_ends

#: In the order of the styles, the surest for those that matter most.
STYLED = ("He", "too large", "LeCun", "constant", "Glorot", "too small", OWN)
SUBTITLE = (
    "Each line is one way to set them; {own}: as the layer itself does. Sizes are root mean "
    "squares.\n"
    "Standard deviations: too small 0.01, too large 1, LeCun \N{SQUARE ROOT}(1/fan_in), "
    "Glorot \N{SQUARE ROOT}(2/(fan_in + fan_out)),\n"
    "He \N{SQUARE ROOT}(2/fan_in). Zero and constant: 0 and 0.01 throughout. fan_in: a layer's "
    "inputs, fan_out: its outputs;\nthey are equal here, so that LeCun and Glorot agree."
)
WIDTH, HEIGHT, LEFT = 10.0, 11.7, 0.09


def init(
    data: Starts | None = None, axes: Any = None, *, dark: bool = False, own: str = OWN
) -> Any:
    """Sizes of activations and of gradients through the layers, and how the last layer ends up.

    `data` is what `measure_init` returned, which is asked where it is left out. Makes a figure,
    light or `dark`: two axes with ReLU (the activations' sizes, the gradients'), two with Tanh,
    and for each way to start a histogram of the last activations, with the number of units that
    differ. With four matplotlib `axes` it draws the sizes on them and returns them; names stand to
    the right of each, for which `layout="constrained"` leaves room. `own` is what the weights that
    the layer itself set are called. TypeError for other data,
    the errors of `measure_init` (Unmeasurable), ModuleNotFoundError without matplotlib.

    >>> measured = measure_init(width=16, depth=3, batch=8)
    >>> [axes.get_title(loc="left") for axes in init(measured).axes][:2]
    ['ReLU: size of the activations', 'ReLU: size of the gradient']
    """
    if data is not None and not isinstance(data, Starts):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(
            f"init expects what measure_init returned, got {came(data)}. "
            "Leave it out to have it measured."
        )
    given = style.axes_of("init", axes, 4)
    starts = measure_init() if data is None else data
    if given:
        _draw_both(starts, given, own)
        return axes
    with style.theme(dark):
        figure = style.figure(WIDTH, HEIGHT)
        layers = f"{starts.depth} layers of {starts.width} units"
        words = (
            (0.987, 15, "bold", style.ink(figure), f"What the first weights do in {layers}"),
            (0.963, 10.5, "normal", style.faint(figure), SUBTITLE.format(own=own)),
        )
        for y, points, weight, tint, text in words:
            figure.text(LEFT, y, text, va="top", fontsize=points, fontweight=weight, color=tint)
        lefts, bottoms = (LEFT, LEFT + 0.48), (0.674, 0.398)
        places = [(left, bottom, 0.285, 0.2) for left in lefts for bottom in bottoms]
        _draw_both(starts, [figure.add_axes(place) for place in places], own)
        for row, function in enumerate(FUNCTIONS):
            draw_last(starts, function, figure, 0.226 - 0.175 * row, own)
    return figure


def _draw_both(starts: Starts, axes: Sequence[Any], own: str) -> None:
    """Activations and gradients, with ReLU and with Tanh, on four axes."""
    for place, function in enumerate(FUNCTIONS):
        known, (upper, lower) = starts.of(function), axes[2 * place : 2 * place + 2]
        shown = [known[kind] for kind in (*KINDS, OWN)]
        draw_sizes({start.kind: start.forward for start in shown}, upper, own=own)
        draw_sizes({start.kind: start.backward for start in shown}, lower, back=True, own=own)
        upper.set_title(f"{function}: size of the activations")
        lower.set_title(f"{function}: size of the gradient")


def draw_sizes(
    sizes: Mapping[str, Sequence[float]], axes: Any, *, back: bool = False, own: str = OWN
) -> Any:
    """One line a way to start, on a log scale with a place of its own for exactly 0.

    `sizes` has one number for the input and for each layer, which all have the same length;
    `back` draws them from the last layer to the input, as gradients flow. Returns the axes. A line
    breaks off where numbers are beyond float32.
    """
    every = np.array(list(sizes.values()), dtype=float)
    usual = every[(every > 0) & np.isfinite(every)]
    low = float(np.floor(np.log10(usual.min(initial=1))))
    high = float(np.ceil(np.log10(usual.max(initial=1))))
    unit = max((high - low) / 12, 0.15)  # of the height: the place for 0 is two of them
    none = 10.0 ** (low - 2 * unit)
    axes.set_yscale("log")
    axes.set_ylim(10.0 ** (low - 3 * unit), 10.0 ** (high + unit / 2))
    ends = (-0.3, every.shape[1] - 0.7)
    axes.set_xlim(*(ends[::-1] if back else ends))
    axes.axhspan(
        10.0 ** (low - 3 * unit), 10.0 ** (low - unit), color=style.faint(axes), alpha=0.14, lw=0
    )
    labels: list[tuple[float, float, str, str]] = []
    for (kind, values), look in zip(sizes.items(), looks(sizes, axes), strict=True):
        name = own if kind == OWN else kind
        line = np.where(np.asarray(values) == 0, none, values)
        line[~np.isfinite(line)] = np.nan
        axes.plot(
            range(len(line)), line, **look, markersize=4, markevery=-(-len(line) // 15), label=name
        )
        drawn = np.flatnonzero(np.isfinite(line)).tolist()
        if drawn:
            end = drawn[0 if back else -1]
            told = _short(values[0 if back else -1])
            labels.append((end, line[end], f"{name}  {told}", look["color"]))
    step = 10 if high - low > 15 else 5 if high - low > 6 else 1
    ticks = np.arange(np.ceil(low / step) * step, high + 1, step)
    axes.set_yticks([none, *10.0**ticks], ["exactly 0", *(_power(tick) for tick in ticks)])
    axes.set_yticks([], minor=True)
    axes.set_xlabel("back at layer (0: the input)" if back else "after layer (0: the input)")
    label_ends(axes, labels, size=10.5)
    return axes


def looks(kinds: Iterable[str], axes: Any) -> list[style.Series]:
    """The look of each way to start, the same in every axes."""
    known: dict[str, style.Series] = dict(zip(STYLED, style.series(len(STYLED), axes), strict=True))
    known["zero"] = {"color": style.faint(axes), "linestyle": "-", "marker": "|"}
    return [known[kind] for kind in kinds]


def _power(exponent: float) -> str:
    return "1" if exponent == 0 else f"$10^{{{exponent:g}}}$"


def _short(number: float) -> str:
    """A number in few characters: 0.03, 1.1, or a power of ten."""
    if not math.isfinite(number):
        return "no number" if math.isnan(number) else "overflows"
    if number == 0 or 0.001 <= number < 1000:
        return f"{number:.2g}"
    return _power(round(math.log10(number)))


def draw_last(starts: Starts, function: str, figure: Any, bottom: float, own: str = OWN) -> None:
    """A row of small histograms of the last activations, one a way to start, from `bottom` up."""
    width, gap = 0.093, 0.0205
    title = f"{function}: the last activations; below, how many different units of {starts.width}"
    figure.text(LEFT, bottom + 0.108, title, fontweight="bold", fontsize=12)
    known = starts.of(function)
    for place, kind in enumerate((*KINDS, OWN)):
        axes = figure.add_axes((LEFT + place * (width + gap), bottom, width, 0.07))
        draw_histogram(known[kind], axes, own)


def draw_histogram(start: Start, axes: Any, own: str = OWN) -> Any:
    """The last activations of one way to start, and how many units differ, on axes."""
    (look,) = looks([start.kind], axes)
    low, limit = (start.low, start.limit) if start.limit else (-1.0, 1.0)
    edges = np.linspace(low / limit, 1, len(start.counts) + 1)
    axes.bar(edges[:-1], start.counts, np.diff(edges), align="edge", color=look["color"])
    name = own if start.kind == OWN else start.kind
    axes.set_title(name, fontsize=10.5, pad=3, color=style.readable(look["color"], axes))
    axes.set_yticks([])
    axes.grid(False)
    axes.spines["left"].set_visible(False)
    ends = [low / limit, 0, 1] if low else [0, 1]
    words = [f"\N{MINUS SIGN}{_short(limit)}", "0", _short(limit)] if low else ["0", _short(limit)]
    axes.set_xticks(ends if start.limit else [0], words if start.limit else ["0"], fontsize=8)
    for label, side in zip(axes.get_xticklabels(), ("left", "center", "right"), strict=False):
        label.set_horizontalalignment(side if start.limit and low else "center")
    units = f"{start.units} of {start.width}"
    axes.text(0.5, -0.55, units, transform=axes.transAxes, ha="center", fontsize=10.5)
    return axes
