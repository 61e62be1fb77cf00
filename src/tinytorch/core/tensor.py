"""Tensor: an array that calculates, and remembers what made it."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np

from tinytorch.core.checks import PlaceError, axis_error, has_axes, shortened
from tinytorch.core.names import Names
from tinytorch.core.tensor_base import TensorBase

if TYPE_CHECKING:
    from tinytorch._typing import Array, Operand, Shape


class Tensor(Names):
    """Numbers in a regular grid, the material of all layers.

    `Tensor(data, requires_grad=False, *, dtype=np.float32)` copies a number, nested lists, a
    NumPy array or another tensor. With `requires_grad=True`, what is calculated from it is
    recorded, and `backward()` on the result fills its `.grad` (None before, a Tensor after).
    Raises ValueError for rows of uneven lengths, TypeError for what is not a number.

    >>> from tinytorch import Tensor
    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> x.shape, x.size, x.ndim, x.dtype
    ((2, 2), 4, 2, dtype('float32'))
    >>> x @ x + 1
    Tensor([[ 8., 11.],
            [16., 23.]], shape=(2, 2), requires_grad=False)
    """

    __slots__ = ()

    def matmul(self, other: Operand) -> Self:
        """The matrix product, for shapes (..., m, k) and (..., k, n): the result is (..., m, n).

        Axes before the last two broadcast. A tensor with one axis is a row on the left and a
        column on the right. Raises ValueError naming both shapes if they do not fit.

        >>> Tensor([[1.0, 2.0]]).matmul(Tensor([[3.0], [4.0]])).numpy()
        array([[11.]], dtype=float32)
        """
        a, b = self._operands(other)
        return self.recorded("matmul", multiply_matrices(a.data, b.data), (a, b), (a.data, b.data))

    __matmul__ = matmul

    def __rmatmul__(self, other: Operand) -> Self:
        return cast("Self", self._operand(other)).matmul(self)

    def reshape(self, *shape: int | tuple[int, ...]) -> Self:
        """The same numbers in another shape: `reshape(2, 3)` or `reshape((2, 3))`.

        One length may be -1: it is worked out. ValueError if the counts differ, TypeError for
        lengths that are no whole numbers.

        >>> Tensor([1.0, 2.0, 3.0, 4.0]).reshape(2, -1).shape
        (2, 2)
        """
        data = in_shape(self.data, shape[0] if len(shape) == 1 else shape)
        return self.recorded("reshape", data, (self,), (self.shape,))

    def transpose(self, axis0: int | None = None, axis1: int | None = None) -> Self:
        """Swap two axes, without arguments the last two; a tensor with one axis stays as it is.

        The last two, for that is what a product of stacks of matrices needs, as PyTorch's `mT`; its
        `T` turns all axes around.
        Raises ValueError for one axis alone, and for an axis that the shape does not have,
        TypeError for an axis that is no whole number.

        >>> Tensor([[1.0, 2.0, 3.0]]).transpose().shape
        (3, 1)
        """
        if axis0 is None and axis1 is None:
            axis0, axis1 = (-2, -1) if self.ndim > 1 else (-1, -1)
        if axis0 is None or axis1 is None:
            raise ValueError(
                "transpose expects two axes or none, got one. Name both axes to swap them."
            )
        for axis in (axis0, axis1):
            if not has_axes(axis, self.ndim) or isinstance(axis, tuple):
                raise axis_error("transpose", axis, self.shape)
        if self.ndim == 0:
            return self
        data = self.data.swapaxes(axis0, axis1)
        return self.recorded("transpose", data, (self,), (axis0, axis1))

    @property
    def T(self) -> Self:  # noqa: N802
        """The tensor with its last two axes swapped: (..., m, n) becomes (..., n, m).

        >>> Tensor([[1.0, 2.0, 3.0]]).T.shape
        (3, 1)
        """
        return self.transpose()

    def __getitem__(self, index: Any) -> Self:
        """The numbers at some places, by NumPy's rules; the gradient goes back to those places.

        Beyond PyTorch: slices may step backwards, places of any whole-number dtype are places
        (in PyTorch uint8 is a mask), and a number beside an array counts as an array.
        """
        try:
            places = plain_index(index)
            data = self.data[places]
            if data.strides and min(data.strides) < 0:
                data = data.copy()  # others cannot read backwards: PyTorch aborts the process
        except Exception as error:  # also what another library's array says of being an index
            raise index_error(self.shape, index, error) from None
        return self.recorded("index", data, (self,), (self.shape, places))

    def __contains__(self, number: object) -> bool:
        equal: Any = self == number
        return equal is not False and bool(equal.data.any())

    def __iter__(self) -> Iterator[Self]:
        if self.ndim == 0:
            raise TypeError(
                "A loop expects a tensor with at least one axis, got a single number. Use .item()."
            )
        return (self[row] for row in range(len(self)))


def multiply_matrices(a: Array, b: Array) -> Any:
    """The product of two arrays as `np.matmul` has it, with errors that name both shapes."""
    try:
        if a.ndim == b.ndim == 2:
            return a.dot(b)  # the same product, without matmul's look at the other axes
        if a.ndim > 2 and b.ndim == 2 and a.shape[-1] == b.shape[0]:
            # One large product is faster than a stack of small ones.
            flat = a.reshape(math.prod(a.shape[:-1]), a.shape[-1])
            return flat.dot(b).reshape(*a.shape[:-1], b.shape[1])
        return a @ b
    except ValueError:
        raise ValueError(
            f"Cannot perform matrix multiplication: {a.shape} @ {b.shape}. {mismatch(a, b)}"
        ) from None


def mismatch(a: Array, b: Array) -> str:
    """Why two arrays have no matrix product."""
    if a.ndim == 0 or b.ndim == 0:
        return "Both sides need at least one axis. Use * to multiply by a number."
    rows = b.shape[-2] if b.ndim > 1 else b.shape[0]
    if a.shape[-1] != rows:
        return f"Inner dimensions must match: {a.shape[-1]} ≠ {rows}"
    return (
        f"The axes before the last two must broadcast: {a.shape[:-2]} and {b.shape[:-2]} do not. "
        "Reshape one of the two."
    )


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
