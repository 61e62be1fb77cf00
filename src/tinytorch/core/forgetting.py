"""Forgetting: gradients that are no longer wanted, before the next backward adds to them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tinytorch.core.storage import set_gradient
from tinytorch.core.tensor import Tensor


def forget_gradients(params: Iterable[Tensor], set_to_none: bool = True) -> None:
    """Each `.grad` is None again; with `set_to_none=False`, zeros where there was one."""
    for parameter in params:
        if set_to_none:
            set_gradient(parameter, None)
        elif parameter.grad is not None:
            zeros = np.zeros_like(parameter.grad.data)
            set_gradient(parameter, Tensor.recorded("gradient", zeros))
