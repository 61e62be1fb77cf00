"""Reductions: operations that turn many numbers of a tensor into one."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np

from tinytorch.core.arithmetic import Arithmetic
from tinytorch.core.checks import axis_error, check_count, flag_error, has_axes, shortened
from tinytorch.core.sums import total

if TYPE_CHECKING:
    from tinytorch._typing import Array, Axis, Shape


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
        if summed.size and not self.data.size:
            raise nothing_to_reduce("mean", axis, self.shape)
        count = self.data.size // summed.size if summed.size else 1
        return self.recorded(
            "mean", summed / count, (self,), (1 / count, self.shape, axis, keepdims)
        )

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


def nothing_to_reduce(operation: str, axis: Axis, shape: Shape) -> ValueError:
    """The error for the mean or the extreme of no numbers."""
    return ValueError(
        f"{operation} expects at least 1 number, got none along axis {axis} of shape {shape}. "
        "Leave out empty batches."
    )
