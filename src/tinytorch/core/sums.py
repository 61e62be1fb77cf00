"""Sums over any axes that stay exact, however many numbers they add."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tinytorch._typing import Array, Axis

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
