"""Tensor: an array that calculates, and remembers what made it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np

from tinytorch.core.given.kernels import total
from tinytorch.core.given.names import Names
from tinytorch.core.given.operations import (
    broadcast,
    either,
    how_many,
    multiply_matrices,
    reduced,
)
from tinytorch.core.given.shaping import in_shape, taken, two_axes

if TYPE_CHECKING:
    from tinytorch._typing import Axis
    from tinytorch.core.given.base import Operand


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

    def __add__(self, other: Operand) -> Self:
        """The sum of two tensors, number by number; shapes broadcast."""
        a, b = self._operands(other)
        data = broadcast(np.add, "+", a.data, b.data)
        return self.recorded("add", data, (a, b), (a.data.shape, b.data.shape))

    __radd__ = __add__

    def __sub__(self, other: Operand) -> Self:
        """The difference, number by number; shapes broadcast."""
        a, b = self._operands(other)
        data = broadcast(np.subtract, "-", a.data, b.data)
        return self.recorded("subtract", data, (a, b), (a.data.shape, b.data.shape))

    def __rsub__(self, other: Operand) -> Self:
        return cast("Self", self._operand(other) - self)

    def __mul__(self, other: Operand) -> Self:
        """The product, number by number; shapes broadcast. The matrix product is `@`."""
        a, b = self._operands(other)
        data = broadcast(np.multiply, "*", a.data, b.data)
        # Each factor is kept only for the other's gradient.
        kept = (a.data if b.requires_grad else None, b.data if a.requires_grad else None)
        return self.recorded("multiply", data, (a, b), (*kept, a.data.shape, b.data.shape))

    __rmul__ = __mul__

    def __truediv__(self, other: Operand) -> Self:
        """The quotient, number by number; shapes broadcast."""
        a, b = self._operands(other)
        data = broadcast(np.divide, "/", a.data, b.data)
        quotient = data if b.requires_grad else None
        return self.recorded("divide", data, (a, b), (b.data, quotient, a.data.shape))

    def __rtruediv__(self, other: Operand) -> Self:
        return cast("Self", self._operand(other) / self)

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

    def sum(
        self, axis: Axis = None, keepdims: bool = False, *,
        dim: Axis = None, keepdim: bool | None = None,
    ) -> Self:  # fmt: skip
        """The sum over the axis, which PyTorch calls `dim`; TypeError for both names at once.

        >>> from tinytorch import Tensor
        >>> Tensor([[1.0, 2.0], [3.0, 4.0]]).sum(axis=0)
        Tensor([4., 6.], shape=(2,), requires_grad=False)
        """
        if dim is not None or keepdim is not None:
            axis, keepdims = either("sum", axis, keepdims, dim, keepdim)
        data = reduced("sum", total, self._floating().data, axis, keepdims)
        return self.recorded("sum", data, (self,), (self.shape, axis, keepdims))

    def mean(
        self, axis: Axis = None, keepdims: bool = False, *,
        dim: Axis = None, keepdim: bool | None = None,
    ) -> Self:  # fmt: skip
        """The mean over the axis, which PyTorch calls `dim`; TypeError for both names at once.

        Raises ValueError where there are no numbers, as the mean of an empty batch: the NaN that
        PyTorch gives for it would spread to all weights.

        >>> from tinytorch import Tensor
        >>> Tensor([[1.0, 2.0], [3.0, 6.0]]).mean(dim=1).numpy()
        array([1.5, 4.5], dtype=float32)
        """
        if dim is not None or keepdim is not None:
            axis, keepdims = either("mean", axis, keepdims, dim, keepdim)
        summed = reduced("mean", total, self._floating().data, axis, keepdims)
        count = how_many("mean", self.data, summed, axis)
        return self.recorded(
            "mean", summed / count, (self,), (1 / count, self.shape, axis, keepdims)
        )

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
        axis0, axis1 = two_axes(self.shape, axis0, axis1)
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
        data, places = taken(self.data, index)
        return self.recorded("index", data, (self,), (self.shape, places))
