"""Masking: zeroing some numbers of a tensor and scaling the others. Given, no exercise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tinytorch.core.given.kernels import in_halves
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    from tinytorch._typing import Array


def masked(x: Tensor, mask: Array, scale: float) -> Tensor:
    """`x * mask * scale`, for a mask of truth values that has the shape of `x`.

    Only the mask is kept for the gradient: a byte a number.

    >>> masked(Tensor([1.0, 2.0]), np.array([True, False]), scale=2.0).numpy()
    array([2., 0.], dtype=float32)
    """
    data = x.data if x.data.dtype.kind == "f" else x.data.astype(np.float32)
    return Tensor.recorded("masked", times_mask(data, mask, scale), (x,), (mask, scale))


def times_mask(x: Array, mask: Array, scale: float) -> Array:
    """The product of numbers, a mask and a scale, in a new array."""

    def work(out: Array, x: Array, mask: Array) -> None:
        out[...] = mask
        out *= scale
        out *= x

    return in_halves(work, np.empty(x.shape, x.dtype), x, mask)
