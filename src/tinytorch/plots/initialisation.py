"""What the first weights do to activations and gradients on their way through many layers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.activations import ReLU, Tanh
from tinytorch.core.given.checks import came, check_count, check_range
from tinytorch.core.tensor import Tensor
from tinytorch.plots import style
from tinytorch.plots.style import Unmeasurable, label_ends
from tinytorch.rng import manual_seed

if TYPE_CHECKING:
    from tinytorch._typing import Array

FUNCTIONS: dict[str, Callable[[], Any]] = {"ReLU": ReLU, "Tanh": Tanh}
CONSTANT, TOO_SMALL, TOO_LARGE = 0.01, 0.01, 1.0
#: The ways to start that are compared, and the layer's own.
KINDS = ("zero", "constant", "too small", "too large", "LeCun", "Glorot", "He")
OWN = "as made"
BINS = 25
#: The widest and deepest network that is tried.
MOST = 4096
#: Beyond this a tanh is flat: its derivative is below 0.02.
SATURATED = 0.99


@dataclass(frozen=True)
class Start:
    """One way to start, measured with one activation in between.

    Sizes are root mean squares over batch and units. `forward` has that of the input and of each
    layer's activations, `backward` that of the gradients at the same places (the last is that of
    the gradient put in), `weights` that of each weight's gradient. `distinct` counts the units of
    each layer that differ in what they compute or in the gradient of their weights. `counts` is
    the histogram of the last activations from `low` to `limit`, in equal steps: `limit` is the
    largest there is on either side, `low` its negative, or 0 where none is negative. Of the last
    activations, the share `saturated` is beyond 0.99 on either side.
    """

    kind: str
    function: str
    width: int
    forward: list[float]
    backward: list[float]
    weights: list[float]
    distinct: list[int]
    counts: list[int]
    low: float
    limit: float
    saturated: float

    @property
    def units(self) -> int:
        """How many units differ in the last hidden layer: the output's differ by their targets."""
        return self.distinct[-2:][0]

    @property
    def forward_ratio(self) -> float:
        """How large the last activations are, in sizes of the input."""
        return self.forward[-1] / self.forward[0]

    @property
    def backward_ratio(self) -> float:
        """How large the gradient at the input is, in sizes of the one put in at the end."""
        return self.backward[0] / self.backward[-1]


@dataclass(frozen=True)
class Starts:
    """All ways to start, in networks of `depth` layers, each from `width` to `width` units."""

    width: int
    depth: int
    batch: int
    seed: int
    starts: list[Start]

    def of(self, function: str) -> dict[str, Start]:
        """The ways to start with that activation, by their name."""
        return {start.kind: start for start in self.starts if start.function == function}


def measure_init(
    linear: Any = None, *, width: int = 128, depth: int = 10, batch: int = 128, seed: int = 0
) -> Starts:
    """Send a batch forward and a gradient back through `depth` layers, for each way to start.

    `linear` makes a layer from (in_features, out_features), by default `tinytorch.Linear`; the
    weights are put in place, biases stay as the layer made them. The input, (batch, width), and the
    gradient at the end are normal, of size 1. The ways to start: all zero; all 0.01;
    normal with standard deviation 0.01 and 1; sqrt(1 / fan_in) (LeCun et al., 1998); uniform in
    +-sqrt(6 / (fan_in + fan_out)) (Glorot, Bengio, 2010); normal with sqrt(2 / fan_in)
    (He et al., 2015); and as the layer was made. ValueError for a width or a batch below 2, a
    depth below 1 and any of them above 4096, for layers without a weight of shape
    (width, width), and for an output of another shape; TypeError for what is no number.

    >>> measured = measure_init(width=16, depth=3, batch=8)
    >>> measured.of("ReLU")["zero"].forward[1:], measured.of("ReLU")["constant"].distinct[:2]
    ([0.0, 0.0, 0.0], [1, 1])
    """
    check_count("measure_init", 2, width=width, batch=batch)
    check_count("measure_init", 1, depth=depth)
    check_count("measure_init", 0, seed=seed)
    check_range("measure_init", 1, MOST, width=width, batch=batch, depth=depth)
    if linear is None:
        linear = import_module("tinytorch.core.layers").Linear
    starts = [
        _measure(linear, kind, function, (width, depth, batch), seed)
        for function in FUNCTIONS
        for kind in (*KINDS, OWN)
    ]
    return Starts(width, depth, batch, seed, starts)


def weights_of(kind: str, fan_in: int, fan_out: int, rng: np.random.Generator) -> Array:
    """Weights of shape (fan_in, fan_out) that start in that way; KeyError for no such way."""
    shape = (fan_in, fan_out)
    if kind == "Glorot":
        limit = (6 / (fan_in + fan_out)) ** 0.5
        return rng.uniform(-limit, limit, shape)
    if kind in ("zero", "constant"):
        return np.full(shape, {"zero": 0.0, "constant": CONSTANT}[kind])
    scale = {
        "too small": TOO_SMALL,
        "too large": TOO_LARGE,
        "LeCun": (1 / fan_in) ** 0.5,
        "He": (2 / fan_in) ** 0.5,
    }[kind]
    return scale * rng.standard_normal(shape)


def _measure(linear: Any, kind: str, name: str, sizes: tuple[int, int, int], seed: int) -> Start:
    width, depth, batch = sizes
    rng, function = np.random.default_rng(seed), FUNCTIONS[name]()
    manual_seed(seed)
    x, towards = (each / size(each) for each in rng.standard_normal((2, batch, width)))
    x = Tensor(x, requires_grad=True)
    weights: list[Tensor] = []
    places = [x]  # leaves that are added to the activations: their gradients are those of these
    values: list[Array] = [x.data]
    h = x
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        for _ in range(depth):
            layer = linear(width, width)
            weights.append(_weight(layer, width))
            if kind != OWN:
                weights[-1].data[...] = weights_of(kind, width, width, rng)
            place = Tensor(np.zeros((batch, width)), requires_grad=True)
            h = function(_called(layer, h)) + place
            places.append(place)
            values.append(h.data)
        h.backward(towards)
        slopes = [_gradient(weight) for weight in weights]
        last = values[-1]
        finite = last[np.isfinite(last)].astype(np.float64)
        limit = float(np.abs(finite).max(initial=0))
        low = -limit if (finite < 0).any() else 0.0
        return Start(
            kind,
            name,
            width,
            forward=[size(each) for each in values],
            backward=[size(_gradient(each)) for each in places],
            weights=[size(each) for each in slopes],
            distinct=[distinct(h, g) for h, g in zip(values[1:], slopes, strict=True)],
            counts=np.histogram(finite, BINS, (low, limit) if limit else (-1, 1))[0].tolist(),
            low=low,
            limit=limit,
            saturated=float(np.mean(np.abs(last) > SATURATED)),
        )


def _weight(layer: Any, width: int) -> Tensor:
    found: list[Any] = list(layer.parameters()) if hasattr(layer, "parameters") else []
    for parameter in found:
        if isinstance(parameter, Tensor) and parameter.shape == (width, width):
            return parameter
    raise Unmeasurable(
        f"Expected a layer from {width} to {width} features with a weight of shape "
        f"{(width, width)} among its parameters(), but found none. Without it nothing can be put "
        "in its place."
    )


def _called(layer: Any, h: Tensor) -> Tensor:
    run = layer if callable(layer) else getattr(layer, "forward", None)
    y = run(h) if run else None
    if isinstance(y, Tensor) and y.shape == h.shape:
        return y
    came = f"a Tensor of shape {y.shape}" if isinstance(y, Tensor) else f"{type(y).__name__}"
    raise Unmeasurable(
        f"Expected the layer to return a Tensor of shape {h.shape} for such an input, but it "
        f"returned {came}. Look at its forward."
    )


def _gradient(leaf: Tensor) -> Array:
    """The gradient of a leaf; zeros where none got there."""
    return np.zeros(leaf.shape) if leaf.grad is None else leaf.grad.data


def size(values: Array) -> float:
    """The root mean square."""
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))


def distinct(outputs: Array, slopes: Array) -> int:
    """How many units differ: columns of outputs (batch, units) and of slopes (inputs, units).

    Two are alike where all numbers agree to 1e-5 of the largest: sums are rounded in other orders.
    """
    parts: list[Array] = []
    for part in (outputs, slopes):
        largest = float(np.abs(part).max())
        parts.append(part / largest if 0 < largest < np.inf else part)
    left: Array = np.concatenate(parts)
    count = 0
    while left.shape[1]:
        count += 1
        off: Array = np.abs(left - left[:, :1]).max(axis=0)
        left = left[:, 1:][:, ~(off[1:] <= 1e-5)]  # also what is no number is not alike
    return count


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
