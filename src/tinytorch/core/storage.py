"""Storage: what a tensor keeps, and what may be put there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.checks import came, check_flag, is_whole

if TYPE_CHECKING:
    from tinytorch._typing import Array
    from tinytorch.core.graph import Node


class Storage:
    """The attributes of a tensor. Nothing is checked here: what operations make is right.

    `_to_learn` is there, and True, from the moment when a leaf wants a gradient: such a tensor is
    a parameter, and stays one when it is frozen. Results of operations never have it.
    """

    __slots__ = ("__weakref__", "_to_learn", "data", "grad", "node", "requires_grad")

    _to_learn: bool
    data: Array
    grad: Any
    node: Node | None
    requires_grad: bool


# What a tensor keeps, as copy and pickle take it; data first, for the others are held against it.
KEPT = ("data", "grad", "node", "requires_grad", "_to_learn")
# Setting without a look, for what is right by the way it was made: `set_data(tensor, array)`.
set_data, set_gradient, set_node, set_to_learn = (
    vars(Storage)[name].__set__ for name in ("data", "grad", "node", "_to_learn")
)


def is_parameter(tensor: Storage) -> bool:
    """Whether a tensor is one to learn: a leaf made with `requires_grad=True`, frozen or not."""
    return getattr(tensor, "_to_learn", False)


def is_array(value: object) -> bool:
    """Whether a value is an array of NumPy's, or one of its numbers."""
    return isinstance(value, np.ndarray | np.generic)


def checked_data(tensor: Storage, value: Any) -> Array:
    """The value as an array; TypeError if it holds no real numbers."""
    dtype = value.dtype if is_array(value) else None
    if dtype is None or dtype.kind not in "biuf":
        what = came(value) if dtype is None else f"an array of {dtype}"
        raise TypeError(
            f"Tensor.data expects a NumPy array of real numbers, got {what}. "
            "Assign np.array(..., dtype=np.float32), or another tensor's .data."
        )
    if dtype.kind != "f" and getattr(tensor, "requires_grad", False):
        raise no_gradient(dtype)
    return np.asarray(value)


def checked_gradient(tensor: Storage, value: Any) -> Any:
    """The value itself; TypeError or ValueError if it can be no gradient of the tensor."""
    if value is None:
        return None
    if not isinstance(value, Storage) or value.data.dtype.kind != "f":
        what = f"a Tensor of {value.data.dtype}" if isinstance(value, Storage) else came(value)
        raise TypeError(
            f"Tensor.grad expects None or a Tensor of floating-point numbers, got {what}. "
            "Wrap numbers in Tensor(...)."
        )
    if value.data.shape != tensor.data.shape:
        raise ValueError(
            f"Tensor.grad expects a Tensor of the tensor's own shape {tensor.data.shape}, got "
            f"shape {value.data.shape}. Give one number for each of the tensor's."
        )
    return value


def checked_flag(tensor: Storage, value: Any) -> bool:
    """The value as a bool; TypeError if it is none, or if the tensor holds whole numbers."""
    if value is False:
        return False
    if is_whole(value):
        raise TypeError(
            f"Tensor expects requires_grad to be True or False, got {came(value)}. "
            "Write requires_grad=True; a tensor by its shape alone is zeros(2, 3)."
        )
    check_flag("Tensor", requires_grad=value)
    if value and tensor.data.dtype.kind != "f":
        raise no_gradient(tensor.data.dtype)
    if value and getattr(tensor, "node", None) is None:
        set_to_learn(tensor, True)
    return bool(value)


def no_gradient(dtype: np.dtype[Any]) -> TypeError:
    """The error for a tensor of whole numbers that wants a gradient."""
    return TypeError(
        "Only floating-point tensors can have gradients: expected a dtype such as float32, "
        f"got {dtype}. Leave out dtype= or requires_grad=True."
    )


# What is looked at when a person sets an attribute of a tensor.
CHECKS: dict[str, Callable[[Storage, Any], Any]] = {
    "data": checked_data,
    "grad": checked_gradient,
    "requires_grad": checked_flag,
}
