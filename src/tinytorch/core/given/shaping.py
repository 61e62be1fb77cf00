"""Shaping: the shapes, copies, types and items of tensors, under the names that PyTorch has."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np

from tinytorch.core.given.base import (
    TensorBase,
    as_dtype,
    dtype_of,
    numbers_from,
    refuse_others,
)
from tinytorch.core.given.checks import PlaceError, axis_error, came, has_axes, is_whole, shortened
from tinytorch.core.given.graph import recording, set_data
from tinytorch.core.given.interop import Interop

if TYPE_CHECKING:
    import numpy.typing as npt

    from tinytorch._typing import Array, Axis, Shape
    from tinytorch.core.given.base import Operand


class Size(int):
    """How many numbers a tensor has; called as in PyTorch, its shape or the length of an axis."""

    shape: Shape

    def __call__(self, dim: int | None = None) -> Any:
        """The shape, or the length of an axis; ValueError or TypeError if it is not there."""
        if dim is None:
            return self.shape
        if not is_whole(dim) or not -len(self.shape) <= dim < len(self.shape):
            raise axis_error("size", dim, self.shape)
        return self.shape[dim]


@lru_cache(maxsize=256)
def size_of(shape: Shape) -> Size:
    """How many numbers there are in a shape; kept for the next time, for it never changes."""
    size = Size(math.prod(shape))
    size.shape = shape
    return size


class Shaping(Interop):
    """Views, copies, other types, and items that are set."""

    __slots__ = ()

    if TYPE_CHECKING:  # Tensor has them

        def reshape(self, *shape: int | tuple[int, ...]) -> Self: ...  # noqa: D102
        def transpose(self, axis0: int, axis1: int) -> Self: ...  # noqa: D102
        def __getitem__(self, index: Any) -> Self: ...

    @property
    def size(self) -> Size:  # pyright: ignore[reportIncompatibleVariableOverride]
        """How many numbers there are, in all axes together; `size(0)` is the length of an axis.

        ValueError and TypeError for an axis that is not there.

        >>> from tinytorch import Tensor
        >>> x = Tensor([[1.0, 2.0, 3.0]])
        >>> x.size, x.size(1), x.size()
        (3, 3, (1, 3))
        """
        return size_of(self.data.shape)

    def numel(self) -> int:
        """How many numbers there are, in all axes together.

        >>> from tinytorch import Tensor
        >>> Tensor([[1.0, 2.0, 3.0]]).numel()
        3
        """
        return self.data.size

    def dim(self) -> int:
        """How many axes there are, as `ndim`.

        >>> from tinytorch import Tensor
        >>> Tensor([[1.0, 2.0, 3.0]]).dim()
        2
        """
        return self.data.ndim

    def tolist(self) -> Any:
        """The numbers as Python's, in nested lists.

        >>> from tinytorch import Tensor
        >>> Tensor([[1.0, 2.0], [3.0, 4.0]]).tolist()
        [[1.0, 2.0], [3.0, 4.0]]
        """
        return self.data.tolist()

    def view(self, *shape: int | tuple[int, ...]) -> Self:
        """The same numbers in another shape: `reshape` under PyTorch's name, with its errors.

        >>> from tinytorch import Tensor
        >>> Tensor([1.0, 2.0, 3.0, 4.0]).view(2, -1).shape
        (2, 2)
        """
        return self.reshape(*shape)

    def flatten(self, start_dim: int = 0, end_dim: int = -1) -> Self:
        """The axes from `start_dim` to `end_dim` as one; an error for axes that are not there.

        >>> from tinytorch import Tensor
        >>> Tensor([[[1.0, 2.0], [3.0, 4.0]]]).flatten(1).shape
        (1, 4)
        """
        start, end = self._axis("flatten", start_dim), self._axis("flatten", end_dim)
        if start > end:
            raise ValueError(
                f"flatten expects start_dim before end_dim, got {start_dim} and {end_dim} for "
                f"shape {self.shape}. Turn the two round."
            )
        joined = math.prod(self.shape[start : end + 1])
        return self.reshape((*self.shape[:start], joined, *self.shape[end + 1 :]))

    def squeeze(self, dim: Axis = None, *, axis: Axis = None) -> Self:
        """Leave out the axes of length 1: all of them, or those that are named.

        A named one that is longer stays, as in PyTorch. An error for one that is not there.

        >>> from tinytorch import Tensor
        >>> Tensor([[[1.0], [2.0]]]).squeeze().shape, Tensor([[[1.0], [2.0]]]).squeeze(0).shape
        ((2,), (2, 1))
        """
        dim = dim if axis is None else axis
        if dim is None:
            leave = range(self.ndim)
        else:
            dims = dim if isinstance(dim, tuple) else (dim,)
            leave = [self._axis("squeeze", each) for each in dims]
        kept = [n for place, n in enumerate(self.shape) if n != 1 or place not in leave]
        return self.reshape(tuple(kept))

    def unsqueeze(self, dim: int) -> Self:
        """Put in an axis of length 1 at `dim`; an error for a place that the shape does not have.

        >>> from tinytorch import Tensor
        >>> Tensor([1.0, 2.0]).unsqueeze(0).shape, Tensor([1.0, 2.0]).unsqueeze(-1).shape
        ((1, 2), (2, 1))
        """
        ndim = self.ndim + 1
        if not is_whole(dim) or not -ndim <= dim < ndim:
            raise axis_error("unsqueeze", dim, (*self.shape, 1))
        place = int(dim) % ndim
        return self.reshape((*self.shape[:place], 1, *self.shape[place:]))

    def permute(self, *dims: int | tuple[int, ...]) -> Self:
        """The axes in another order; an error where they are not all named, each once.

        >>> from tinytorch import Tensor
        >>> Tensor([[[1.0, 2.0, 3.0]]]).permute(2, 0, 1).shape
        (3, 1, 1)
        """
        order: Any = dims[0] if len(dims) == 1 and isinstance(dims[0], tuple | list) else dims
        if len(order) != self.ndim or not (self.ndim == 0 or has_axes(tuple(order), self.ndim)):
            raise ValueError(
                f"permute expects each axis of shape {self.shape} once, got {shortened(dims)}. "
                "Write the axes in their new order, such as permute(1, 0)."
            )
        wanted = [int(each) % self.ndim for each in order]
        result, now = self, list(range(self.ndim))
        for place, axis in enumerate(wanted):
            at = now.index(axis)
            if at != place:
                result = result.transpose(place, at)
                now[place], now[at] = now[at], now[place]
        return result

    def clone(self) -> Self:
        """A copy of the numbers; the gradient flows back through it.

        >>> from tinytorch import Tensor
        >>> Tensor([1.0]).clone()
        Tensor([1.], shape=(1,), requires_grad=False)
        """
        return self.recorded("clone", self.data.copy(), (self,))

    def to(self, dtype: npt.DTypeLike | None = None, **others: object) -> Self:
        """The numbers in another dtype; the gradient flows back. Of the same dtype: itself.

        TypeError for what is no dtype of real numbers, and for another argument, such as PyTorch's
        `device`, for there is none to go to; ValueError for numbers that it cannot hold.

        >>> import numpy as np
        >>> from tinytorch import Tensor
        >>> Tensor([1.0]).to(np.float64).dtype
        dtype('float64')
        """
        refuse_others("to", others)
        wanted = dtype_of(dtype)
        if wanted is None or wanted.kind not in "biuf":
            raise TypeError(
                f"to expects a dtype of real numbers, got {wanted or shortened(dtype)}. Write "
                "np.float64, say; everything runs on the processor, so leave .to(device) out."
            )
        if wanted == self.data.dtype:
            return self
        data = as_dtype(self.data, wanted)
        inputs = (self,) if wanted.kind == "f" else ()
        return self.recorded("cast", data, inputs, (self.data.dtype,))

    def float(self) -> Self:
        """The numbers as float32; the gradient flows back.

        >>> from tinytorch import Tensor
        >>> Tensor([1, 0], dtype="int64").float().dtype
        dtype('float32')
        """
        return self.to(np.float32)

    def double(self) -> Self:
        """The numbers as float64; the gradient flows back.

        >>> from tinytorch import Tensor
        >>> Tensor([1.0, 2.0]).double().dtype
        dtype('float64')
        """
        return self.to(np.float64)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Want a gradient from here on, or no longer; gives itself back.

        TypeError for whole numbers, and for what is neither True nor False.

        >>> from tinytorch import Tensor
        >>> Tensor([1.0]).requires_grad_()
        Tensor([1.], shape=(1,), requires_grad=True)
        """
        self.requires_grad = requires_grad
        return self

    def __setitem__(self, index: Any, value: Operand) -> None:
        """Set some numbers; outside the graph only, and in an array of its own.

        The tensor gets a new array: one that a person or a graph holds stays as it is. So a view
        is refused, for what it was taken from would not change: TypeError. ValueError for places
        and numbers that do not fit.
        """
        wanted = recording.on and (self.requires_grad or getattr(value, "requires_grad", False))
        if wanted:
            raise TypeError(
                "Setting items expects tensors outside the graph, got one with requires_grad=True. "
                "Use where(mask, new, x) for a result with a gradient, or no_grad() without one."
            )
        if self.data.base is not None:
            raise TypeError(
                "Setting items expects a tensor with an array of its own, got a view of another's, "
                "which would not change. Write x[0, 1] = … in place of x[0][1] = …, or x.clone()."
            )
        data = self.data.copy()
        try:
            data[plain_index(index)] = numbers_from(value, data.dtype)
        except (IndexError, OverflowError, ValueError) as error:
            raise index_error(self.shape, index, error) from None
        set_data(self, data)

    def __and__(self, other: Operand) -> Self:
        return self._truth(np.bitwise_and, "&", other)

    def __or__(self, other: Operand) -> Self:
        return self._truth(np.bitwise_or, "|", other)

    def __xor__(self, other: Operand) -> Self:
        return self._truth(np.bitwise_xor, "^", other)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __invert__(self) -> Self:
        return self._truth(np.bitwise_xor, "~", True if self.dtype == np.bool_ else -1)

    def _truth(self, function: Any, symbol: str, other: Any) -> Self:
        """Two masks put together; TypeError for what is neither truth values nor whole numbers."""
        right: Any = other.data if isinstance(other, Interop) else np.asarray(other)
        for each in (self.data, right):
            if each.dtype.kind not in "biu":
                raise TypeError(
                    f"{symbol} expects truth values, such as (x > 0) {symbol} (x < 1) with both "
                    f"brackets, got {each.dtype if each.dtype.kind == 'f' else came(other)}. "
                    "Compare the numbers with something first."
                )
        return self.recorded("compare", function(self.data, right))

    def _axis(self, owner: str, axis: Any) -> int:
        """An axis counted from 0; an error for one that the shape does not have."""
        if not is_whole(axis) or not has_axes(axis, self.ndim):
            raise axis_error(owner, axis, self.shape)
        return int(axis) % max(1, self.ndim)

    def __contains__(self, number: object) -> bool:
        equal: Any = self == number
        return equal is not False and bool(equal.data.any())

    def __iter__(self) -> Iterator[Self]:
        if self.ndim == 0:
            raise TypeError(
                "A loop expects a tensor with at least one axis, got a single number. Use .item()."
            )
        return (self[row] for row in range(len(self)))


def plain_index(index: Any) -> tuple[Any, ...]:
    """An index as NumPy takes it, always a tuple; arrays in it are copied: the graph keeps them."""
    items = cast("tuple[Any, ...]", index) if isinstance(index, tuple) else (index,)
    return tuple(map(plain_place, items))


def plain_place(item: Any) -> Any:
    """One entry of an index: tensors, arrays and lists as an array of its own."""
    if isinstance(item, list) and not item:
        return np.empty(0, np.intp)
    return np.array(item) if isinstance(item, TensorBase | np.ndarray | list) else item


def index_error(shape: Shape, index: object, error: Exception) -> ValueError | TypeError:
    """What is wrong with an index, in NumPy's words and with the shape that it has to fit."""
    kind = TypeError if isinstance(error, TypeError) else PlaceError
    return kind(
        f"Indexing expects places in a tensor of shape {shape}, got {shortened(index)}: "
        f"{str(error).rstrip('. ')}. Places are whole numbers from 0; in a tensor "
        "or array of them use dtype=np.int64."
    )


def in_shape(array: Array, wanted: Any) -> Array:
    """The array in another shape, with errors that name both shapes."""
    try:
        lengths = [operator.index(length) for length in as_lengths(wanted)]
    except TypeError:
        raise TypeError(
            f"reshape expects whole numbers, got {shortened(wanted)} for a tensor of shape "
            f"{array.shape}. Give the length of each axis; one of them may be -1."
        ) from None
    try:
        if min(lengths, default=0) < -1:  # NumPy takes these for -1
            raise ValueError
        return array.reshape(lengths)
    except ValueError:
        raise ValueError(
            f"reshape expects a shape for {array.size} numbers, got {shortened(wanted)} for a "
            f"tensor of shape {array.shape}. The product of the lengths must stay the same; one "
            "of them may be -1."
        ) from None


def as_lengths(wanted: Any) -> Iterable[Any]:
    """The lengths in a shape; a number by itself is one length."""
    several = isinstance(wanted, tuple | list | np.ndarray)
    return cast("Iterable[Any]", wanted) if several else (wanted,)


def taken(array: Array, index: Any) -> tuple[Array, tuple[Any, ...]]:
    """The numbers at some places, and the places as NumPy takes them."""
    try:
        places = plain_index(index)
        data = array[places]
        if data.strides and min(data.strides) < 0:
            data = data.copy()  # others cannot read backwards: PyTorch aborts the process
    except Exception as error:  # also what another library's array says of being an index
        raise index_error(array.shape, index, error) from None
    return data, places


def two_axes(shape: Shape, axis0: int | None, axis1: int | None) -> tuple[int, int]:
    """The axes to swap, the last two where none is named; an error for those that are not there."""
    if axis0 is None and axis1 is None:
        axis0, axis1 = (-2, -1) if len(shape) > 1 else (-1, -1)
    if axis0 is None or axis1 is None:
        raise ValueError(
            "transpose expects two axes or none, got one. Name both axes to swap them."
        )
    for axis in (axis0, axis1):
        if not has_axes(axis, len(shape)) or isinstance(axis, tuple):
            raise axis_error("transpose", axis, shape)
    return axis0, axis1
