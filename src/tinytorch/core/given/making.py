"""Tensors made of sizes, and of other tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, cast

import numpy as np

from tinytorch import rng
from tinytorch.core.given.answers import table
from tinytorch.core.given.base import array_for, array_from
from tinytorch.core.given.checks import axis_error, came, check_shape, has_axes, is_whole, shortened
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    import numpy.typing as npt

    from tinytorch._typing import Array, Shape
    from tinytorch.core.given.base import Operand

__all__ = [
    "arange",
    "cat",
    "full",
    "full_like",
    "ones",
    "ones_like",
    "rand",
    "rand_like",
    "randn",
    "randn_like",
    "stack",
    "tensor",
    "where",
    "zeros",
    "zeros_like",
]


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


P = ParamSpec("P")

# What PyTorch's functions take besides, and what to do here.
SETTINGS = table(
    {
        "device pin_memory": "Everything runs on the processor: leave it out.",
        "out layout memory_format names": "Leave it out: a new tensor is made.",
        "generator": "Leave it out: manual_seed makes random numbers repeat.",
    }
)


def without_device(make: Callable[P, Tensor]) -> Callable[P, Tensor]:
    """The function; TypeError for settings that only PyTorch's has."""

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> Tensor:
        for name in SETTINGS.keys() & kwargs.keys():
            raise TypeError(
                f"{make.__name__} expects dtype and requires_grad, got {name}. {SETTINGS[name]}"
            )
        return make(*args, **kwargs)

    return made


@without_device
def tensor(
    data: npt.ArrayLike | Tensor, *, dtype: npt.DTypeLike | None = None, requires_grad: bool = False
) -> Tensor:
    """Copy numbers into a tensor of the dtype that PyTorch gives it.

    Whole numbers of Python become int64, others float32, truth values bool; arrays keep their
    dtype. (`Tensor(data)` is float32 whatever comes.) TypeError and ValueError as `Tensor` has
    them, and for whole numbers with `requires_grad=True`.

    >>> tensor([1, 2]).dtype, tensor([1.0, 2.0]).dtype
    (dtype('int64'), dtype('float32'))
    """
    if dtype is None:
        array = array_from(data)
        own = isinstance(data, np.ndarray | np.generic | Tensor) or array.dtype.kind != "f"
        dtype = array.dtype if own else np.float32
    return Tensor(cast("Any", data), requires_grad, dtype=dtype)


@without_device
def zeros(*size: Any, dtype: npt.DTypeLike | None = None, requires_grad: bool = False) -> Tensor:
    """Zeros of a shape, `zeros(2, 3)` or `zeros((2, 3))`; float32 unless `dtype` says otherwise.

    TypeError or ValueError for what is no shape, or one that does not fit into memory.

    >>> zeros(2, 3).shape
    (2, 3)
    """
    return equal("zeros", size, 0, dtype, requires_grad)


@without_device
def ones(*size: Any, dtype: npt.DTypeLike | None = None, requires_grad: bool = False) -> Tensor:
    """Ones of a shape, `ones(2, 3)` or `ones((2, 3))`; float32 unless `dtype` says otherwise.

    TypeError or ValueError as for `zeros`.

    >>> ones(2).numpy()
    array([1., 1.], dtype=float32)
    """
    return equal("ones", size, 1, dtype, requires_grad)


@without_device
def full(
    size: Any, fill_value: Any, *, dtype: npt.DTypeLike | None = None, requires_grad: bool = False
) -> Tensor:
    """One number everywhere, in a shape; its dtype is that of the number.

    TypeError or ValueError for what is no shape, or no number.

    >>> full((2,), 0.5).numpy()
    array([0.5, 0.5], dtype=float32)
    """
    return equal("full", (size,), fill_value, dtype or tensor(fill_value).dtype, requires_grad)


@without_device
def arange(
    start: float, end: float | None = None, step: float = 1, *,
    dtype: npt.DTypeLike | None = None, requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """Numbers from `start` up to, but not including, `end`; from 0 if one number is given.

    Whole numbers give int64, others float32. ValueError for a step of 0 or one away from the end,
    TypeError for what is no number.

    >>> arange(3).tolist(), arange(0.0, 1.0, 0.5).tolist()
    ([0, 1, 2], [0.0, 0.5])
    """
    first, last = (0, start) if end is None else (start, end)
    try:
        count = np.ceil((last - first) / step)
        if not 0 <= count <= 2**38:
            raise ValueError
        numbers = np.arange(first, last, step)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(
            "arange expects numbers from start to end in steps that lead there, got "
            f"{shortened((first, last, step))}. Write it like arange(0, 10, 2)."
        ) from None
    wanted = dtype or (np.int64 if numbers.dtype.kind in "biu" else np.float32)
    return Tensor(numbers, requires_grad, dtype=wanted)


@without_device
def rand(*size: Any, dtype: npt.DTypeLike | None = None, requires_grad: bool = False) -> Tensor:
    """Random numbers spread evenly from 0 to 1, in a shape; `manual_seed` makes them repeat.

    Other numbers than PyTorch's of the same seed. Errors as in `zeros`.

    >>> rand(2, 3).shape
    (2, 3)
    """
    return drawn("rand", size, lambda shape: rng.uniform(0.0, 1.0, shape), dtype, requires_grad)


@without_device
def randn(*size: Any, dtype: npt.DTypeLike | None = None, requires_grad: bool = False) -> Tensor:
    """Random numbers of the normal distribution, in a shape; `manual_seed` makes them repeat.

    Mean 0 and standard deviation 1, other numbers than PyTorch's of the same seed. Errors as in
    `zeros`.

    >>> randn(2, 3).shape
    (2, 3)
    """
    return drawn("randn", size, rng.normal, dtype, requires_grad)


@without_device
def zeros_like(
    x: Tensor, *, dtype: npt.DTypeLike | None = None, requires_grad: bool = False
) -> Tensor:
    """Zeros in the shape and dtype of a tensor.

    TypeError for what is none, ValueError for numbers that its dtype cannot hold.

    >>> zeros_like(tensor([1, 2])).tolist()
    [0, 0]
    """
    like("zeros_like", x)
    return zeros(x.shape, dtype=dtype or x.dtype, requires_grad=requires_grad)


@without_device
def ones_like(
    x: Tensor, *, dtype: npt.DTypeLike | None = None, requires_grad: bool = False
) -> Tensor:
    """Ones in the shape and dtype of a tensor.

    TypeError for what is none, ValueError for numbers that its dtype cannot hold.

    >>> ones_like(tensor([1, 2])).tolist()
    [1, 1]
    """
    like("ones_like", x)
    return ones(x.shape, dtype=dtype or x.dtype, requires_grad=requires_grad)


@without_device
def full_like(
    x: Tensor, fill_value: Any, *,
    dtype: npt.DTypeLike | None = None, requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """One number everywhere, in the shape and dtype of a tensor.

    TypeError for what is none, ValueError for numbers that its dtype cannot hold.

    >>> full_like(tensor([1, 2]), 7).tolist()
    [7, 7]
    """
    like("full_like", x)
    return full(x.shape, fill_value, dtype=dtype or x.dtype, requires_grad=requires_grad)


@without_device
def rand_like(
    x: Tensor, *, dtype: npt.DTypeLike | None = None, requires_grad: bool = False
) -> Tensor:
    """Random numbers from 0 to 1 in the shape and dtype of a tensor.

    TypeError for what is none, ValueError for numbers that its dtype cannot hold.

    >>> rand_like(tensor([1.0, 2.0])).shape
    (2,)
    """
    like("rand_like", x)
    return rand(x.shape, dtype=dtype or x.dtype, requires_grad=requires_grad)


@without_device
def randn_like(
    x: Tensor, *, dtype: npt.DTypeLike | None = None, requires_grad: bool = False
) -> Tensor:
    """Random normal numbers in the shape and dtype of a tensor.

    TypeError for what is none, ValueError for numbers that its dtype cannot hold.

    >>> randn_like(tensor([1.0, 2.0])).shape
    (2,)
    """
    like("randn_like", x)
    return randn(x.shape, dtype=dtype or x.dtype, requires_grad=requires_grad)


def equal(
    owner: str, size: tuple[Any, ...], value: Any, dtype: npt.DTypeLike | None, requires_grad: bool
) -> Tensor:
    """The same number everywhere."""
    room = np.broadcast_to(np.asarray(array_from(value)), shape_of(owner, size))
    return Tensor(room, requires_grad, dtype=dtype or np.float32)


def drawn(
    owner: str, size: tuple[Any, ...], draw: Callable[[Any], Array], dtype: npt.DTypeLike | None,
    requires_grad: bool,
) -> Tensor:  # fmt: skip
    """Random numbers, without copying them where they are float32 anyway."""
    result = Tensor.recorded(owner, draw(shape_of(owner, size)))
    result = result if dtype is None else result.to(dtype)
    result.requires_grad = requires_grad
    return result


def shape_of(owner: str, size: tuple[Any, ...]) -> tuple[int, ...]:
    """The shape that was given, number by number or as one; an error for what is none."""
    several = len(size) == 1 and isinstance(size[0], tuple | list)
    shape = tuple(cast("list[Any]", size[0])) if several else size
    check_shape(owner, shape)
    return tuple(int(length) for length in shape)


def like(owner: str, x: object) -> None:
    """TypeError for what is no tensor that another could be like."""
    if not isinstance(x, Tensor):
        raise TypeError(
            f"{owner} expects a tensor to be like, got {shortened(x)}. "
            f"For a shape write {owner.removesuffix('_like')}(2, 3)."
        )
