"""Operations: element by element, and those that turn many numbers into one."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np

from tinytorch.core.given.base import TensorBase, array_from, numbers_from
from tinytorch.core.given.checks import axis_error, check_count, flag_error, has_axes, shortened
from tinytorch.core.given.graph import recording
from tinytorch.core.given.kernels import total

if TYPE_CHECKING:
    from tinytorch._typing import Array, Axis, Shape
    from tinytorch.core.given.base import Operand


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

    if TYPE_CHECKING:  # Tensor has them

        def __add__(self, other: Operand) -> Self: ...
        def __sub__(self, other: Operand) -> Self: ...
        def __mul__(self, other: Operand) -> Self: ...
        def __truediv__(self, other: Operand) -> Self: ...

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


class Reductions(Arithmetic):
    """Sums, means and extremes over all numbers (`axis=None`), over one axis, or over several.

    The result has the shape without those axes; with `keepdims=True` they stay, with length 1.
    No axes, `axis=()`, reduce nothing, as in NumPy (in PyTorch they mean all).
    All raise ValueError (an IndexError, too) for an axis that the shape does not have, and
    TypeError for one that is no whole number.

    >>> from tinytorch import Tensor
    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> x.sum().shape, x.sum(axis=0).shape, x.sum(axis=(0, 1), keepdims=True).shape
    ((), (2,), (1, 1))
    """

    __slots__ = ()

    if TYPE_CHECKING:  # Tensor has them

        def sum(self, axis: Axis = None, keepdims: bool = False) -> Self: ...  # noqa: D102
        def mean(self, axis: Axis = None, keepdims: bool = False) -> Self: ...  # noqa: D102

    def max(self, axis: Axis = None, keepdims: bool = False) -> Self:
        """The largest number along the axis; where several are largest, they share the gradient.

        It is PyTorch's `amax`: its `max` gives places besides, and one of them the whole gradient.
        Raises ValueError where there are no numbers.

        >>> from tinytorch import Tensor
        >>> Tensor([[1.0, 2.0], [3.0, 0.0]]).max(axis=1).numpy()
        array([2., 3.], dtype=float32)
        """
        data = reduced("max", np.ndarray.max, self.data, axis, keepdims)
        return self.recorded("max", data, (self,), (self.data, data, axis, keepdims))

    def min(self, axis: Axis = None, keepdims: bool = False) -> Self:
        """The smallest number along the axis; where several are, they share the gradient.

        It is PyTorch's `amin`, as `max` is its `amax`.
        Raises ValueError where there are no numbers.

        >>> from tinytorch import Tensor
        >>> Tensor([[1.0, 2.0], [3.0, 0.0]]).min(axis=1).numpy()
        array([1., 0.], dtype=float32)
        """
        data = reduced("min", np.ndarray.min, self.data, axis, keepdims)
        return self.recorded("min", data, (self,), (self.data, data, axis, keepdims))

    def var(self, axis: Axis = None, keepdims: bool = False, correction: int = 0) -> Self:
        """The variance: the sum of squared distances from the mean, over `n - correction`.

        It is that of the numbers themselves, as in NumPy; with `correction=1`, PyTorch's default,
        it is the estimate from a sample. Raises ValueError if `n`, the count of numbers, is not
        more than `correction`, a whole number of at least 0: PyTorch's NaN would spread.

        >>> from tinytorch import Tensor
        >>> Tensor([1.0, 3.0]).var().item(), Tensor([1.0, 3.0]).var(correction=1).item()
        (1.0, 2.0)
        """
        check_count("var", 0, correction=correction)
        x = self._floating().data
        summed = reduced("var", total, x, axis, keepdims=True)
        lengths = zip(x.shape, summed.shape, strict=True)
        count = math.prod(before // after for before, after in lengths if after)
        if count <= correction:
            raise ValueError(
                f"var(correction={shortened(correction)}) expects more than "
                f"{shortened(correction)} numbers, got {count} along axis {axis} of shape "
                f"{self.shape}. Reduce over more numbers, or lower the correction."
            )
        distance = x - summed / count
        # A second time, for the mean was rounded: of numbers that are nearly equal that shows.
        distance -= total(distance, axis, keepdims=True) / count
        squares = reduced("var", total, np.square(distance), axis, keepdims)
        freedom = count - correction
        saved = (distance, 2 / freedom, axis, keepdims)
        return self.recorded("var", squares / freedom, (self,), saved)


def either(owner: str, axis: Any, keepdims: Any, dim: Any, keepdim: Any) -> tuple[Any, bool]:
    """The axis and whether it stays, by the words that were used; TypeError for both at once."""
    if dim is not None:
        if axis is not None:
            raise TypeError(
                f"{owner} expects an axis once, got axis={shortened(axis)} and "
                f"dim={shortened(dim)}. They are two names for one thing: leave one out."
            )
        axis = tuple(cast("list[int]", dim)) if isinstance(dim, list) else dim
        axis = None if axis == () else axis  # in PyTorch no axes are all of them
    return axis, keepdims if keepdim is None else keepdim


def reduced(
    operation: str, function: Callable[..., Any], x: Array, axis: Axis, keepdims: bool
) -> Any:
    """What a reduction gives; where NumPy refuses, an error that says what it could be given."""
    try:
        return function(x, axis=axis, keepdims=keepdims)
    except (TypeError, ValueError, OverflowError):
        if not has_axes(axis, x.ndim):
            raise axis_error(operation, axis, x.shape, several=True) from None
        if type(keepdims) is not bool:
            raise flag_error(operation, "keepdims", keepdims) from None
        raise nothing_to_reduce(operation, axis, x.shape) from None


def how_many(operation: str, x: Array, results: Array, axis: Axis) -> int:
    """How many numbers each result was made of; ValueError for none."""
    if results.size and not x.size:
        raise nothing_to_reduce(operation, axis, x.shape)
    return x.size // results.size if results.size else 1


def nothing_to_reduce(operation: str, axis: Axis, shape: Shape) -> ValueError:
    """The error for the mean or the extreme of no numbers."""
    return ValueError(
        f"{operation} expects at least 1 number, got none along axis {axis} of shape {shape}. "
        "Leave out empty batches."
    )


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
