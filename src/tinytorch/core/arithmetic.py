"""Arithmetic on tensors, element by element: it computes with NumPy and records what it did."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np

from tinytorch.core.conversion import array_from, numbers_from
from tinytorch.core.graph import recording
from tinytorch.core.tensor_base import TensorBase

if TYPE_CHECKING:
    from tinytorch._typing import Array, Operand


class Arithmetic(TensorBase):
    """The operations that treat each number by itself.

    The other operand may be a tensor, a number, a list or a NumPy array; numbers and arrays take
    this tensor's dtype. Shapes broadcast as in NumPy; ValueError names both where they cannot.
    Whole numbers and truth values are calculated with as float32, for only that can learn, and two
    precisions meet in the higher one, as in NumPy (PyTorch keeps whole numbers, and refuses
    products of two precisions).

    Out of range, values are PyTorch's: 1 / 0 is infinite, log(-1) NaN; NumPy's RuntimeWarning says
    where. `x ** -0.5` and `0 / x` are exact also at -0.0 and at tiny numbers, where PyTorch's ways
    to compute them, 1 / sqrt(x) and 0 * (1 / x), give something else.

    >>> from tinytorch import Tensor
    >>> (Tensor([[1.0], [2.0]]) * [10.0, 100.0]).numpy()
    array([[ 10., 100.],
           [ 20., 200.]], dtype=float32)
    """

    __slots__ = ()

    def __add__(self, other: Operand) -> Self:
        a, b = self._operands(other)
        data = broadcast(np.add, "+", a.data, b.data)
        return self.recorded("add", data, (a, b), (a.data.shape, b.data.shape))

    __radd__ = __add__

    def __sub__(self, other: Operand) -> Self:
        a, b = self._operands(other)
        data = broadcast(np.subtract, "-", a.data, b.data)
        return self.recorded("subtract", data, (a, b), (a.data.shape, b.data.shape))

    def __rsub__(self, other: Operand) -> Self:
        return cast("Self", self._operand(other) - self)

    def __mul__(self, other: Operand) -> Self:
        a, b = self._operands(other)
        data = broadcast(np.multiply, "*", a.data, b.data)
        # Each factor is kept only for the other's gradient.
        kept = (a.data if b.requires_grad else None, b.data if a.requires_grad else None)
        return self.recorded("multiply", data, (a, b), (*kept, a.data.shape, b.data.shape))

    __rmul__ = __mul__

    def __truediv__(self, other: Operand) -> Self:
        a, b = self._operands(other)
        data = broadcast(np.divide, "/", a.data, b.data)
        quotient = data if b.requires_grad else None
        return self.recorded("divide", data, (a, b), (b.data, quotient, a.data.shape))

    def __rtruediv__(self, other: Operand) -> Self:
        return cast("Self", self._operand(other) / self)

    def __pow__(self, other: Operand) -> Self:
        a, b = self._operands(other)
        # NumPy squares and takes roots faster when it is given a plain number.
        plain = b.data.ndim == 0 and b.data.dtype == a.data.dtype
        exponent = b.data.item() if plain else b.data
        data = broadcast(np.power, "**", a.data, exponent)
        power = data if b.requires_grad else None
        return self.recorded("power", data, (a, b), (a.data, b.data, power))

    def __rpow__(self, other: Operand) -> Self:
        return cast("Self", self._operand(other) ** self)

    def __iadd__(self, other: Operand) -> Self:
        return self._changed(self + other)

    def __isub__(self, other: Operand) -> Self:
        return self._changed(self - other)

    def __imul__(self, other: Operand) -> Self:
        return self._changed(self * other)

    def __itruediv__(self, other: Operand) -> Self:
        return self._changed(self / other)

    def __neg__(self) -> Self:
        return self.recorded("negative", -self._floating().data, (self,))

    def exp(self) -> Self:
        """e to the power of each number, of any shape; infinite, in float32, above 88.7.

        >>> from tinytorch import Tensor
        >>> Tensor([0.0, 1.0]).exp().numpy().round(4)
        array([1.    , 2.7183], dtype=float32)
        """
        data = np.exp(self._floating().data)
        return self.recorded("exp", data, (self,), (data,))

    def log(self) -> Self:
        """The natural logarithm of each number, of any shape; -inf at 0, NaN below.

        >>> from tinytorch import Tensor
        >>> Tensor([1.0, 10.0]).log().numpy().round(4)
        array([0.    , 2.3026], dtype=float32)
        """
        return self.recorded("log", np.log(self._floating().data), (self,), (self.data,))

    def sqrt(self) -> Self:
        """The square root of each number, of any shape; NaN below 0. Its slope at 0 is infinite.

        >>> from tinytorch import Tensor
        >>> Tensor([0.0, 9.0]).sqrt().numpy()
        array([0., 3.], dtype=float32)
        """
        data = np.sqrt(self._floating().data)
        return self.recorded("sqrt", data, (self,), (data,))

    def __abs__(self) -> Self:
        """The size of each number, of any shape, without its sign; the gradient at 0 is 0.

        At NaN it is NaN, so that a NaN is seen; in PyTorch it is 0.

        >>> from tinytorch import Tensor
        >>> Tensor([-2.0, 3.0]).abs().numpy()
        array([2., 3.], dtype=float32)
        """
        data = np.absolute(self._floating().data)
        return self.recorded("absolute", data, (self,), (self.data,))

    abs = __abs__

    def maximum(self, other: Operand) -> Self:
        """The larger of two numbers, place by place; shapes broadcast, and NaN stays NaN.

        Where both are equal, each gets half of the gradient, as in PyTorch.

        >>> from tinytorch import Tensor
        >>> Tensor([-1.0, 2.0]).maximum(0).numpy()
        array([0., 2.], dtype=float32)
        """
        return self._extreme(np.maximum, "maximum", other)

    def minimum(self, other: Operand) -> Self:
        """The smaller of two numbers, place by place, as `maximum` is the larger.

        >>> from tinytorch import Tensor
        >>> Tensor([-1.0, 2.0]).minimum(0).numpy()
        array([-1.,  0.], dtype=float32)
        """
        return self._extreme(np.minimum, "minimum", other)

    def __lt__(self, other: Operand) -> Self:
        return self._compared(np.less, "<", other)

    def __le__(self, other: Operand) -> Self:
        return self._compared(np.less_equal, "<=", other)

    def __gt__(self, other: Operand) -> Self:
        return self._compared(np.greater, ">", other)

    def __ge__(self, other: Operand) -> Self:
        return self._compared(np.greater_equal, ">=", other)

    def __eq__(self, other: object) -> Self:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._compared(np.equal, "==", other)

    def __ne__(self, other: object) -> Self:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._compared(np.not_equal, "!=", other)

    # Comparing gives tensors, but a tensor is still found in sets and dicts as itself.
    __hash__ = TensorBase.__hash__

    def _changed(self, result: Self) -> Self:
        """What `x += other` leaves in `x`: the result.

        Inside `no_grad` a parameter stays itself, with a new array, so that `w -= lr * w.grad`
        trains as in PyTorch; elsewhere, where PyTorch refuses that, `w` names the result.
        """
        if recording.on or not self.requires_grad or self.node is not None:
            return result
        if result.shape != self.shape:
            raise ValueError(
                f"A parameter expects a change of its own shape {self.shape}, got one that makes "
                f"it {result.shape}. Sum the change over the axes that are too many."
            )
        self.data = result.data.astype(self.data.dtype, copy=False)
        return self

    def _operands(self, other: Operand) -> tuple[TensorBase, TensorBase]:
        a = self if self.data.dtype.kind == "f" else self._floating()
        if isinstance(other, Arithmetic) and other.data.dtype.kind == "f":
            return a, other
        return a, self._operand(other)

    def _operand(self, other: Operand) -> Arithmetic:
        """The other operand as a tensor of floating-point numbers."""
        if isinstance(other, Arithmetic):
            return other._floating()
        dtype = self.data.dtype if self.data.dtype.kind == "f" else np.float32
        return self.recorded("constant", numbers_from(other, dtype))

    def _floating(self) -> Self:
        """This tensor; its whole numbers or truth values as float32, so that arithmetic is real."""
        if self.data.dtype.kind == "f":
            return self
        return self.recorded("constant", self.data.astype(np.float32))

    def _extreme(self, ufunc: Callable[..., Any], name: str, other: Operand) -> Self:
        a, b = self._operands(other)
        data = broadcast(ufunc, name, a.data, b.data)
        return self.recorded(name, data, (a, b), (a.data, b.data))

    def _compared(self, ufunc: Callable[..., Any], symbol: str, other: object) -> Self:
        try:
            operand = array_from(cast("Any", other))
        except TypeError:
            if symbol in ("==", "!="):  # what is no number is never equal
                return NotImplemented
            raise
        return self.recorded("compare", broadcast(ufunc, symbol, self.data, operand))


def broadcast(ufunc: Callable[..., Any], symbol: str, a: Array, b: Any) -> Any:
    """Apply a NumPy function to two arrays; ValueError names both shapes if they do not fit."""
    try:
        return ufunc(a, b)
    except ValueError:
        raise ValueError(
            f"Cannot broadcast {np.shape(a)} {symbol} {np.shape(b)}: counted from the right, "
            "each pair of axes must be of equal length, or one of them of length 1. "
            "Reshape one of the two."
        ) from None
