"""What dropout does to an image: one call, and the mean of many."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.checks import check_count, check_range
from tinytorch.core.tensor import Tensor
from tinytorch.data import digits
from tinytorch.plots.unmeasurable import Unmeasurable
from tinytorch.rng import manual_seed

if TYPE_CHECKING:
    from tinytorch._typing import Array

#: How many single pixels are followed, and at how many numbers of calls.
FOLLOWED, STOPS = 6, 60
#: What is added to every pixel: a 0 that is dropped would look like one that is kept.
FLOOR = 0.25
DIGIT = 3


@dataclass(frozen=True)
class Masking:
    """What a dropout with probability `p` did to `image` (rows of pixels, none of them 0).

    `first` is the output of the first call and `mean` that of all `calls`, both like the image.
    After each number of calls in `stops`: `ratio` is the mean output in sizes of the input,
    `single` the same for six pixels, `distance` how far the pixels' means are from the input
    (root mean square, in sizes of the input). `dropped` is the share of zeros of all calls, and
    `factors` are the numbers by which survivors were multiplied, at most five. `alike` says whose
    masks were the same throughout, by no accident: rows, columns, calls. `unchanged` says whether
    the values come back with training=False, None where the layer does not know that.
    """

    p: float
    calls: int
    seed: int
    image: list[list[float]]
    first: list[list[float]]
    mean: list[list[float]]
    stops: list[int]
    ratio: list[float]
    single: list[list[float]]
    distance: list[float]
    dropped: float
    factors: list[float]
    alike: list[str]
    unchanged: bool | None

    @property
    def noise(self) -> float:
        """The standard deviation of one output, in sizes of its input: sqrt(p / (1 - p))."""
        return (self.p / (1 - self.p)) ** 0.5

    @property
    def ratio_noise(self) -> float:
        """The standard deviation of `ratio` after one call, where dropout is as it should be."""
        pixels = np.asarray(self.image)
        share = float(np.square(pixels).sum()) ** 0.5 / float(pixels.sum())
        return self.noise * share

    @property
    def sigmas(self) -> float:
        """How many standard deviations the mean of all calls is away from the input."""
        return abs(self.ratio[-1] - 1) / (self.ratio_noise / self.calls**0.5)


def measure_dropout(
    dropout: Any = None, *, p: float = 0.5, calls: int = 1000, seed: int = 0
) -> Masking:
    """Call a dropout layer `calls` times on the image of a digit, as in training.

    `dropout` makes a layer from a probability, by default `tinytorch.Dropout` (Srivastava et al.,
    2014). The image is 8x8 pixels from 0.25 to 1.25. The mean of n calls is sqrt(p / (1 - p) / n)
    away from the input, in sizes of the input. ValueError for p that is not between 0 and 1
    (at either end nothing is left to see), fewer than 2 calls or more than 100,000, and
    an output of another shape; TypeError for what is no number.

    >>> seen = measure_dropout(p=0.2, calls=100)
    >>> seen.factors, seen.unchanged, 0.9 < seen.ratio[-1] < 1.1
    ([1.25], True, True)
    """
    check_range("measure_dropout", 0.01, 0.99, p=p)
    check_count("measure_dropout", 2, calls=calls)
    check_range("measure_dropout", 2, 100_000, calls=calls)
    check_count("measure_dropout", 0, seed=seed)
    if dropout is None:
        dropout = import_module("tinytorch.core.layers").Dropout
    manual_seed(seed)
    data = digits()
    pixels = data.train_images[int(np.argmax(data.train_labels == DIGIT))]
    image = pixels.reshape(8, 8).astype(np.float32) + FLOOR
    layer, x = dropout(p), Tensor(image)
    outputs = np.stack([_called(layer, x) for _ in range(calls)]).astype(np.float64)
    return _seen(outputs, image.astype(np.float64), (p, calls, seed), _unchanged(layer, x))


def _seen(
    outputs: Array, image: Array, asked: tuple[float, int, int], unchanged: bool | None
) -> Masking:
    p, calls, seed = asked
    stops = np.unique(np.geomspace(1, calls, STOPS).round().astype(int))
    means = outputs.cumsum(axis=0)[stops - 1] / stops[:, None, None]
    relative = (means / image).reshape(len(stops), -1)
    followed = np.linspace(0, image.size - 1, FOLLOWED + 2).astype(int)[1:-1]
    factors = np.unique((outputs / image)[outputs != 0].round(3))
    some = np.linspace(0, len(factors) - 1, min(len(factors), 5)).astype(int)
    return Masking(
        p=float(p),
        calls=int(calls),
        seed=int(seed),
        image=image.tolist(),
        first=outputs[0].tolist(),
        mean=means[-1].tolist(),
        stops=stops.tolist(),
        ratio=(means.sum(axis=(1, 2)) / image.sum()).tolist(),
        single=relative[:, followed].T.tolist(),
        distance=np.sqrt(np.square(relative - 1).mean(axis=1)).tolist(),
        dropped=float((outputs == 0).mean()),
        factors=factors[some].tolist(),
        alike=_alike(outputs != 0, p),
        unchanged=unchanged,
    )


def _alike(kept: Array, p: float) -> list[str]:
    """Whose masks (calls, rows, columns) are the same where one in a million would be."""
    firsts = {"calls": kept[:1], "rows": kept[:, :1], "columns": kept[:, :, :1]}
    equal = p * p + (1 - p) * (1 - p)
    return [
        name
        for name, first in firsts.items()
        if (kept == first).all() and equal ** (kept.size - first.size) < 1e-6
    ]


def _called(layer: Any, x: Tensor, **flags: bool) -> Array:
    run = layer if callable(layer) else getattr(layer, "forward", None)
    y = run(x, **flags) if run else None
    if isinstance(y, Tensor) and y.shape == x.shape:
        return y.data.copy()
    came = f"a Tensor of shape {y.shape}" if isinstance(y, Tensor) else type(y).__name__
    raise Unmeasurable(
        f"Expected the layer to return a Tensor of shape {x.shape} for such an input, but it "
        f"returned {came}. Look at its forward."
    )


def _unchanged(layer: Any, x: Tensor) -> bool | None:
    try:
        known = "training" in inspect.signature(getattr(layer, "forward", layer)).parameters
    except (TypeError, ValueError):
        return None
    return bool(np.array_equal(_called(layer, x, training=False), x.data)) if known else None
