"""Kernels: functions of arrays that are written for speed, and not to be read first."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.checks import axis_error
from tinytorch.core.sums import total

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from tinytorch._typing import Array, Shape

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
