"""Sums over any axes that stay exact, however many numbers they add."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Container, Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from tinytorch.core.given.checks import axis_error

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from tinytorch._typing import Array, Axis, Shape

# NumPy adds in pairs where numbers lie next to each other in memory, and one by one elsewhere. One
# by one, float32 numbers of 0.1 add up to 1% too much after a million, and to 0.004% after so many.
ONE_BY_ONE = 4096


def total(x: Array, axis: Axis = None, keepdims: bool = False) -> Any:
    """The sum over axes, in the dtype of `x`; many float32 numbers are added up in float64.

    >>> float(total(np.full((10**6, 2), 0.1, np.float32), axis=0)[0])
    100000.0
    """
    in_pairs = x.flags.c_contiguous and (axis is None or axis == -1 or axis == x.ndim - 1)
    if in_pairs or x.size <= ONE_BY_ONE:
        return x.sum(axis=axis, keepdims=keepdims)
    return x.sum(axis=axis, keepdims=keepdims, dtype=np.float64).astype(x.dtype)


def column_sums(x: Array) -> Array:
    """The sum over the first of two axes: the product with ones is the fastest way to it."""
    return ones(len(x), x.dtype).dot(x)


@lru_cache(maxsize=8)
def ones(count: int, dtype: np.dtype[Any]) -> Array:
    """A vector of ones, kept for the next time: nobody writes into it."""
    return np.ones(count, dtype)


# Below this many numbers, waking a thread costs more than it saves.
LARGE = 2**18


def in_halves(work: Callable[..., object], out: Array, *inputs: Array) -> Array:
    """Let `work(out, *inputs)` fill `out`; if that is large, in two halves along the first axis.

    Each input is as long as `out` along that axis, or 1 long there: then it goes to both halves.

    >>> import numpy as np
    >>> in_halves(lambda out, x: np.add(x, 1, out=out), np.empty(2), np.array([1.0, 2.0]))
    array([2., 3.])
    """
    if out.size < LARGE or len(out) < 2:
        work(out, *inputs)
        return out
    arrays = (out, *inputs)
    middle = len(out) // 2
    upper = [array if len(array) == 1 else array[:middle] for array in arrays]
    lower = [array if len(array) == 1 else array[middle:] for array in arrays]
    at_once(lambda: work(*upper), lambda: work(*lower))
    return out


def at_once(first: Callable[[], object], second: Callable[[], object]) -> None:
    """Call both, side by side where there are two processors; what they raise is raised here."""
    if not two_processors():
        first()
        second()
        return
    other = helper(os.getpid()).submit(second)
    try:
        first()
    finally:
        other.result()


@cache
def two_processors() -> bool:
    """Whether there is a second processor for this process, and OMP_NUM_THREADS is not 1."""
    allowed = getattr(os, "sched_getaffinity", None)  # not on every system
    count = len(allowed(0)) if allowed else os.cpu_count() or 1
    return count > 1 and os.environ.get("OMP_NUM_THREADS") != "1"


@cache
def helper(process: int) -> ThreadPoolExecutor:
    """The thread that does the other half; a forked process has to start its own."""
    # Only here, for it takes a while to import.
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(1, "tinytorch")


# Up to so many numbers, the maximum with zeros in memory is the fastest way to ReLU, and clip for
# more; the maximum with the number 0 takes three times as long as clip.
FEW = 2**15


def relu(x: Array) -> Array:
    """max(x, 0) of each number."""
    return np.maximum(x, zeros(x.shape, x.dtype)) if x.size <= FEW else x.clip(0, np.inf)


@lru_cache(maxsize=8)
def zeros(shape: Shape, dtype: np.dtype[Any]) -> Array:
    """Zeros, kept for the next time: nobody writes into them."""
    return np.zeros(shape, dtype)


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)) of each number."""
    return in_halves(sigmoid_into, np.empty_like(x), x)


def sigmoid_into(out: Array, x: Array) -> None:
    """1 / (1 + exp(-x)), pass by pass in `out`."""
    np.negative(x, out=out)
    with np.errstate(over="ignore"):  # exp(10000) is infinite, and 1 / infinity is 0: right
        np.exp(out, out=out)
    out += 1
    np.divide(1, out, out=out)


def tanh(x: Array) -> Array:
    """The hyperbolic tangent of each number."""
    return in_halves(tanh_into, np.empty_like(x), x)


def tanh_into(out: Array, x: Array) -> None:
    """The hyperbolic tangent in `out`."""
    np.tanh(x, out=out)


def softmax(scores: Array, axis: int) -> Array:
    """exp(scores) over their sum along an axis; ValueError for one that is not there."""
    axes = max(1, scores.ndim)  # a single number counts as one axis, as in PyTorch
    if not -axes <= axis < axes:
        raise axis_error("Softmax", axis, scores.shape)
    out = np.empty_like(scores)
    if scores.ndim < 2:
        softmax_rows(out.reshape(1, -1), scores.reshape(1, -1))
    else:
        in_halves(softmax_rows, out.swapaxes(axis, -1), scores.swapaxes(axis, -1))
    return out


def softmax_rows(out: Array, scores: Array) -> None:
    """Softmax along the last axis in `out`."""
    highest = np.empty((*scores.shape[:-1], 1), scores.dtype)
    totals = np.empty_like(highest)
    exp_rows(out, scores, highest, totals)
    np.divide(out, totals, out=out)


def exp_rows(powers: Array, scores: Array, highest: Array, totals: Array) -> None:
    """exp(scores - highest) in `powers`, with the highest score and the sum of each row.

    Without the highest score exp cannot overflow. All that a half of the rows needs happens here:
    what one processor has written takes long to reach another.
    """
    scores.max(axis=-1, keepdims=True, initial=-np.inf, out=highest)
    np.subtract(scores, highest, out=powers)
    np.exp(powers, out=powers)
    totals[...] = total(powers, -1, keepdims=True)


def cross_entropy(logits: Array, labels: Array) -> tuple[Any, tuple[Array, Array, Array]]:
    """The mean of -log(softmax(logits) at the labels), and what its derivative needs."""
    count, classes = cast("Shape", logits.shape)
    # Where the labels' logits lie when all are counted through, row after row.
    places = labels + np.arange(0, count * classes, classes)
    highest = np.empty((count, 1), logits.dtype)
    totals = np.empty_like(highest)
    powers = in_halves(exp_rows, np.empty_like(logits), logits, highest, totals)
    surprise: Any = np.log(totals[:, 0])
    surprise -= logits.take(places) - highest[:, 0]
    return surprise.sum() / count, (powers, totals, places)


def stepped(data: Array, gradient: Array, rate: float) -> Array:
    """data - rate * gradient, in a new array."""

    def work(new: Array, data: Array, gradient: Array) -> None:
        np.multiply(gradient, -rate, out=new)
        new += data

    return in_halves(work, np.empty(data.shape, data.dtype), data, gradient)


def times_mask(x: Array, mask: Array, scale: float) -> Array:
    """The product of numbers, a mask and a scale, in a new array."""

    def work(out: Array, x: Array, mask: Array) -> None:
        out[...] = mask
        out *= scale
        out *= x

    return in_halves(work, np.empty(x.shape, x.dtype), x, mask)


def normal(x: Array) -> Array:
    """The share of standard normal numbers that lie below each number."""
    below = erf(x * math.sqrt(0.5))
    below += 1
    below *= 0.5
    return below


# Beyond 6 erf is 1 to the last bit of a float64. Between table points the series is off by at
# most (1/1024)^4 / 2, about 5e-13.
LIMIT = 6
POINTS_PER_UNIT = 512


@cache
def erf_table(dtype: str) -> tuple[Array, Array]:
    """erf and its derivative at the table's points from -LIMIT to LIMIT."""
    ends = LIMIT * POINTS_PER_UNIT
    points = [n / POINTS_PER_UNIT for n in range(-ends, ends + 1)]
    slope = [2 / math.sqrt(math.pi) * math.exp(-z * z) for z in points]
    return np.array([math.erf(z) for z in points], dtype), np.array(slope, dtype)


def erf(z: Array) -> Array:
    """The error function of each number; NaN stays NaN.

    >>> bool(abs(erf(np.array([0.5]))[0] - math.erf(0.5)) < 1e-12)
    True
    """
    return in_halves(erf_into, np.empty_like(z), z)


def erf_into(out: Array, z: Array) -> None:
    """The error function in `out`."""
    values, slopes = erf_table(z.dtype.str)
    z = z.clip(-LIMIT, LIMIT)
    # fmax turns NaN into a valid place in the table; the distance from there is NaN again.
    point = np.rint(np.fmax(z, -LIMIT) * POINTS_PER_UNIT)
    place = point.astype(np.intp)
    place += LIMIT * POINTS_PER_UNIT
    point *= 1 / POINTS_PER_UNIT
    z -= point  # the distance d, for d (1 - d (point - d (2 point^2 - 1) / 3))
    np.square(point, out=out)
    out *= 2
    out -= 1
    out *= z
    out /= -3
    out += point
    out *= z
    np.subtract(1, out, out=out)
    out *= z
    out *= slopes.take(place)
    out += values.take(place)


# Parameters of fewer numbers are updated together with their neighbours: there a call of NumPy's
# costs more than its work.
SMALL = 2**14


class Moments:
    """The running means of gradients and of their squares, for parameters counted by place.

    They are kept as sums, without the factors 1 - beta, which move into two numbers: that saves
    three passes over the arrays.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        """`sizes` says how many numbers each parameter has."""
        self.ends = [0, *accumulate(sizes)]
        self.sums: Array = np.zeros((2, self.ends[-1]), np.float16)
        # How many steps each parameter has made, and with which betas the last.
        self.past: list[tuple[int, tuple[float, float]]] = [(0, (0.0, 0.0))] * len(sizes)
        self.runs: list[list[int]] = []
        for place, size in enumerate(sizes):
            if size >= SMALL or place == 0 or sizes[place - 1] >= SMALL:
                self.runs.append([])
            self.runs[-1].append(place)

    def together(self, ready: Container[int]) -> Iterator[list[int]]:
        """The places that are ready, those in one list whose numbers are updated as one array."""
        for run in self.runs:
            if len({self.past[place] for place in run}) == 1 and all(p in ready for p in run):
                yield run
            else:
                yield from ([place] for place in run if place in ready)

    def change(
        self, places: list[int], gradients: list[Array], lr: float, betas: tuple[float, float],
        eps: float,
    ) -> list[Array]:  # fmt: skip
        """What to add to each of the parameters that are updated together (see `Adam`)."""
        gradient = gradients[0].ravel() if len(gradients) == 1 else np.concatenate(gradients, None)
        if self.sums.itemsize < gradient.itemsize:  # the first step, or the first in float64
            self.sums = self.sums.astype(gradient.dtype)
        part = slice(self.ends[places[0]], self.ends[places[-1] + 1])
        steps, last = self.past[places[0]]
        for place in places:
            self.past[place] = (steps + 1, betas)
        # Where betas change from step to step, the factors 1 - beta do, and the sums with them.
        keep1 = betas[0] * (1 - last[0]) / (1 - betas[0])
        keep2 = betas[1] * (1 - last[1]) / (1 - betas[1])
        scale1 = (1 - betas[0]) / (1 - betas[0] ** (steps + 1))
        scale2 = math.sqrt((1 - betas[1]) / (1 - betas[1] ** (steps + 1)))

        def work(change: Array, first: Array, second: Array, gradient: Array) -> None:
            first *= keep1
            first += gradient
            second *= keep2
            np.multiply(gradient, gradient, out=change)
            second += change
            np.sqrt(second, out=change)
            change += eps / scale2
            np.divide(first, change, out=change)
            change *= -lr * scale1 / scale2

        change = np.empty(gradient.shape, gradient.dtype)
        in_halves(work, change, self.sums[0, part], self.sums[1, part], gradient)
        return parted(change, gradients)

    def memory(self, shapes: Sequence[Shape]) -> dict[str, dict[int, Any]]:
        """The sums of each parameter that has made a step, its steps, and the last betas."""
        begun = [place for place, (steps, _) in enumerate(self.past) if steps]
        rows = [
            {place: self._part(row, place).reshape(shapes[place]) for place in begun}
            for row in (0, 1)
        ]
        steps, betas = ({place: self.past[place][i] for place in begun} for i in (0, 1))
        return {"first": rows[0], "second": rows[1], "steps": steps, "betas": betas}

    def remember(self, memory: dict[str, dict[int, Any]]) -> None:
        """Go on from what `memory` gave, as arrays."""
        kept = [*memory["first"].values(), *memory["second"].values()]
        self.sums = np.zeros((2, self.ends[-1]), np.result_type(np.float16, *kept))
        self.past = [(0, (0.0, 0.0))] * len(self.past)
        for place, steps in memory["steps"].items():
            first, second = memory["betas"][place].tolist()
            self.past[place] = (int(steps), (first, second))
            self._part(0, place)[:] = memory["first"][place].ravel()
            self._part(1, place)[:] = memory["second"][place].ravel()

    def _part(self, row: int, place: int) -> Array:
        return self.sums[row, self.ends[place] : self.ends[place + 1]]


def parted(flat: Array, like: list[Array]) -> list[Array]:
    """Pieces of a flat array, one after the other, in the shapes of others."""
    pieces: list[Array] = []
    end = 0
    for array in like:
        start, end = end, end + array.size
        pieces.append(flat[start:end].reshape(array.shape))
    return pieces
