"""Joining: tensors put together along an axis, and numbers chosen from two tensors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from tinytorch.core.checks import axis_error, came, has_axes, is_whole
from tinytorch.core.conversion import array_for
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    from tinytorch._typing import Operand, Shape

__all__ = ["cat", "stack", "where"]


def cat(tensors: Iterable[Tensor], dim: int = 0, *, axis: int | None = None) -> Tensor:
    """Tensors one after the other along an axis that they have; gradients flow to all.

    Shapes (..., n, ...) and (..., m, ...) give (..., n + m, ...). TypeError for what is no list of
    tensors, or no axis; ValueError for an axis that they do not have, and for shapes that differ
    elsewhere.

    >>> cat([Tensor([[1.0, 2.0]]), Tensor([[3.0, 4.0]])]).shape
    (2, 2)
    """
    parts = checked_tensors("cat", tensors)
    axis = checked_axis("cat", dim if axis is None else axis, parts[0])
    for part in parts:
        if part.ndim != parts[0].ndim or without(axis, part) != without(axis, parts[0]):
            raise ValueError(
                f"cat expects tensors of the same shape but for axis {axis}, got "
                f"{parts[0].shape} and {part.shape}. Reshape one, or use stack for a new axis."
            )
    return joined(parts, axis)


def joined(parts: list[Tensor], axis: int) -> Tensor:
    """The tensors as one: the left half beside the right half, so that each node has two inputs."""
    if len(parts) == 1:
        return parts[0].clone()
    middle = len(parts) // 2
    left, right = (
        half[0] if len(half) == 1 else joined(half, axis)
        for half in (parts[:middle], parts[middle:])
    )
    data = np.concatenate([left.data, right.data], axis)
    return Tensor.recorded("cat", data, (left, right), (axis, left.shape[axis]))


def without(axis: int, tensor: Tensor) -> Shape:
    """The shape but for one axis."""
    return tensor.shape[:axis] + tensor.shape[axis + 1 :]


def stack(tensors: Iterable[Tensor], dim: int = 0, *, axis: int | None = None) -> Tensor:
    """Tensors of one shape side by side along a new axis; gradients flow to all.

    k tensors of shape (n, ...) give (k, n, ...). TypeError and ValueError as in `cat`.

    >>> stack([Tensor([1.0, 2.0]), Tensor([3.0, 4.0])]).shape
    (2, 2)
    """
    parts = checked_tensors("stack", tensors)
    dim = dim if axis is None else axis
    ndim = parts[0].ndim + 1
    if not is_whole(dim) or not -ndim <= dim < ndim:
        raise axis_error("stack", dim, (1, *parts[0].shape))
    for part in parts:
        if part.shape != parts[0].shape:
            raise ValueError(
                f"stack expects tensors of one shape, got {parts[0].shape} and {part.shape}. "
                "Reshape one, or use cat along an axis that they have."
            )
    return joined([part.unsqueeze(dim) for part in parts], dim % ndim)


def where(condition: Operand, a: Operand, b: Operand) -> Tensor:
    """The numbers of `a` where the condition is true, those of `b` elsewhere; shapes broadcast.

    Gradients flow to the numbers that were chosen. TypeError for a condition that is not made of
    truth values; ValueError for shapes that do not broadcast.

    >>> x = Tensor([-1.0, 2.0])
    >>> where(x > 0, x, 0.0).numpy()
    array([0., 2.], dtype=float32)
    """
    mask = array_for("where", "condition", condition)
    if mask.dtype != np.bool_:
        raise TypeError(
            f"where expects truth values as its condition, such as x > 0, got {mask.dtype}. "
            "Compare the numbers with something first."
        )
    first, second = beside(a, b), beside(b, a)
    try:
        data = np.where(mask, first.data, second.data)
    except ValueError:
        raise ValueError(
            f"where expects shapes that broadcast, got {mask.shape}, {first.shape} and "
            f"{second.shape}. Reshape one of the three."
        ) from None
    return Tensor.recorded("where", data, (first, second), (mask, first.shape, second.shape))


def beside(value: Operand, other: Operand) -> Tensor:
    """The value as a tensor of the dtype that it has beside the other: whole only if both are."""
    array = array_for("where", "a choice", value)
    kinds = {array.dtype.kind, array_for("where", "a choice", other).dtype.kind}
    if isinstance(value, Tensor):
        return value.float() if "f" in kinds and array.dtype.kind != "f" else value
    if isinstance(other, Tensor) and other.dtype.kind == "f":
        return Tensor(array, dtype=other.dtype)
    return Tensor(array, dtype=np.float32 if "f" in kinds else array.dtype)


def checked_tensors(owner: str, tensors: Any) -> list[Tensor]:
    """The tensors as a list; TypeError for anything else, ValueError for none."""
    several = isinstance(tensors, list | tuple)
    given: list[object] = [*tensors] if several else [tensors]
    strangers = [each for each in given if not (several and isinstance(each, Tensor))]
    if strangers:
        raise TypeError(
            f"{owner} expects a list or a tuple of tensors, got {came(strangers[0])}. "
            f"Write it like {owner}([a, b])."
        )
    if not given:
        raise ValueError(f"{owner} expects at least one tensor, got none. Write {owner}([a, b]).")
    return cast("list[Tensor]", given)


def checked_axis(owner: str, axis: Any, tensor: Tensor) -> int:
    """The axis counted from 0; an error for one that the tensor does not have."""
    if tensor.ndim == 0 or not has_axes(axis, tensor.ndim) or not is_whole(axis):
        if tensor.ndim == 0:
            raise ValueError(
                f"{owner} expects tensors with at least one axis, got single numbers. "
                "Use stack for those."
            )
        raise axis_error(owner, axis, tensor.shape)
    return int(axis) % tensor.ndim
