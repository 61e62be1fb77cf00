"""What the first weights do to activations and gradients on their way through many layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.activations import ReLU, Tanh
from tinytorch.core.checks import check_count, check_range
from tinytorch.core.tensor import Tensor
from tinytorch.plots.unmeasurable import Unmeasurable
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
