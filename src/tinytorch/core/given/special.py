"""Functions of tensors, given for the exercises: `erf` for GELU, `masked` for Dropout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tinytorch.core.given import kernels
from tinytorch.core.given.module import floating
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    from tinytorch._typing import Array


def erf(x: Tensor) -> Tensor:
    """The error function of each number, of any shape; gradients flow. TypeError for no tensor.

    erf(x) is the probability that a normal number of variance 1/2 lies between -x and x; its
    slope is 2 exp(-x²) / sqrt pi. NaN stays NaN.

    >>> erf(Tensor([-1.0, 0.0, 1.0])).numpy().round(4)
    array([-0.8427,  0.    ,  0.8427], dtype=float32)
    """
    array = floating(erf, x)
    return Tensor.recorded("erf", kernels.erf(array), (x,), (array,))


def masked(x: Tensor, mask: Array, scale: float) -> Tensor:
    """`x * mask * scale`, for a mask of truth values that has the shape of `x`.

    Only the mask is kept for the gradient: a byte a number.

    >>> masked(Tensor([1.0, 2.0]), np.array([True, False]), scale=2.0).numpy()
    array([2., 0.], dtype=float32)
    """
    data = x.data if x.data.dtype.kind == "f" else x.data.astype(np.float32)
    return Tensor.recorded("masked", kernels.times_mask(data, mask, scale), (x,), (mask, scale))
