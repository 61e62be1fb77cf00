"""Special functions of tensors, given for the exercises: `erf`, which GELU is made of."""

from __future__ import annotations

from tinytorch.core.given import kernels
from tinytorch.core.module import floating
from tinytorch.core.tensor import Tensor


def erf(x: Tensor) -> Tensor:
    """The error function of each number, of any shape; gradients flow. TypeError for no tensor.

    erf(x) is the probability that a normal number of variance 1/2 lies between -x and x; its
    slope is 2 exp(-x²) / sqrt pi. NaN stays NaN.

    >>> erf(Tensor([-1.0, 0.0, 1.0])).numpy().round(4)
    array([-0.8427,  0.    ,  0.8427], dtype=float32)
    """
    array = floating(erf, x)
    return Tensor.recorded("erf", kernels.erf(array), (x,), (array,))
