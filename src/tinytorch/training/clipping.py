"""Clipping: gradients that are too long together are made shorter, before a step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tinytorch.core.storage import set_gradient
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    from tinytorch._typing import Array


def clip_gradients(parameters: Sequence[Tensor], most: float) -> float:
    """Scale all gradients so that their norm, as one vector, is at most ``most``; give the norm.

    As PyTorch's `clip_grad_norm_`: times most / (norm + 1e-6), where that is below 1 (Pascanu et
    al., 2013). A gradient that was taken from a parameter before stays as it is.
    """
    slopes = [parameter.grad.data for parameter in parameters if parameter.grad is not None]
    norm = math.sqrt(sum(map(squared_norm, slopes)))
    scale = most / (norm + 1e-6)
    if scale >= 1:
        return norm
    for parameter in parameters:
        if parameter.grad is not None:
            slope = parameter.grad.data
            set_gradient(parameter, Tensor(slope * slope.dtype.type(scale), dtype=slope.dtype))
    return norm


def squared_norm(array: Array) -> float:
    """The sum of an array's squares, in double precision."""
    flat = array.ravel().astype(np.float64)
    return float(np.dot(flat, flat))
