"""erf, the error function, which NumPy lacks: a table of exact values and a short Taylor series."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from tinytorch.core.halves import in_halves

if TYPE_CHECKING:
    from tinytorch._typing import Array

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
