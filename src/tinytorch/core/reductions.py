"""Reductions: operations that turn many numbers of a tensor into one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Self

import numpy as np

from tinytorch.core.arithmetic import Arithmetic
from tinytorch.core.sums import total

if TYPE_CHECKING:
    from tinytorch._typing import Axis


class Reductions(Arithmetic):
    """Sums, means and extremes over all numbers (`axis=None`), over one axis, or over several.

    The result has the shape without those axes; with `keepdims=True` they stay, with length 1.
    All raise ValueError for an axis that the shape does not have.

    >>> from tinytorch import Tensor
    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> x.sum().shape, x.sum(axis=0).shape, x.sum(axis=(0, 1), keepdims=True).shape
    ((), (2,), (1, 1))
    """

    __slots__ = ()

    def sum(self, axis: Axis = None, keepdims: bool = False) -> Self:
        """The sum over the axis.

        >>> from tinytorch import Tensor
        >>> Tensor([[1.0, 2.0], [3.0, 4.0]]).sum(axis=0)
        Tensor([4., 6.], shape=(2,), requires_grad=False)
        """
        data = total(self._floating().data, axis, keepdims)
        return self.recorded("sum", data, (self,), (self.shape, axis, keepdims))

    def mean(self, axis: Axis = None, keepdims: bool = False) -> Self:
        """The mean over the axis.

        Raises ValueError where there are no numbers, as the mean of an empty batch: the NaN that
        PyTorch gives for it would spread to all weights.

        >>> from tinytorch import Tensor
        >>> Tensor([[1.0, 2.0], [3.0, 6.0]]).mean(axis=1).numpy()
        array([1.5, 4.5], dtype=float32)
        """
        summed = total(self._floating().data, axis, keepdims)
        if summed.size and not self.size:
            raise ValueError(
                f"mean expects at least 1 number, got none along axis {axis} of shape "
                f"{self.shape}. Leave out empty batches."
            )
        count = self.size // summed.size if summed.size else 1
        return self.recorded(
            "mean", summed / count, (self,), (1 / count, self.shape, axis, keepdims)
        )

    def max(self, axis: Axis = None, keepdims: bool = False) -> Self:
        """The largest number along the axis; where several are largest, they share the gradient.

        Raises ValueError where there are no numbers.

        >>> from tinytorch import Tensor
        >>> Tensor([[1.0, 2.0], [3.0, 0.0]]).max(axis=1).numpy()
        array([2., 3.], dtype=float32)
        """
        data = self.data.max(axis=axis, keepdims=keepdims)
        return self.recorded("max", data, (self,), (self.data, data, axis, keepdims))

    def min(self, axis: Axis = None, keepdims: bool = False) -> Self:
        """The smallest number along the axis; where several are, they share the gradient.

        Raises ValueError where there are no numbers.

        >>> from tinytorch import Tensor
        >>> Tensor([[1.0, 2.0], [3.0, 0.0]]).min(axis=1).numpy()
        array([1., 0.], dtype=float32)
        """
        data = self.data.min(axis=axis, keepdims=keepdims)
        return self.recorded("min", data, (self,), (self.data, data, axis, keepdims))

    def var(self, axis: Axis = None, keepdims: bool = False, correction: int = 0) -> Self:
        """The variance: the sum of squared distances from the mean, over `n - correction`.

        Raises ValueError if `n`, the count of numbers, is not more than `correction`.

        >>> from tinytorch import Tensor
        >>> Tensor([1.0, 3.0]).var().item(), Tensor([1.0, 3.0]).var(correction=1).item()
        (1.0, 2.0)
        """
        x = self._floating().data
        summed = total(x, axis, keepdims=True)
        lengths = zip(x.shape, summed.shape, strict=True)
        count = math.prod(before // after for before, after in lengths if after)
        if count <= correction:
            raise ValueError(
                f"var(correction={correction}) expects more than {correction} numbers, got "
                f"{count} along axis {axis} of shape {self.shape}. "
                "Reduce over more numbers, or lower the correction."
            )
        distance = x - summed / count
        # A second time, for the mean was rounded: of numbers that are nearly equal that shows.
        distance -= total(distance, axis, keepdims=True) / count
        squares = total(np.square(distance), axis, keepdims)
        freedom = count - correction
        saved = (distance, 2 / freedom, axis, keepdims)
        return self.recorded("var", squares / freedom, (self,), saved)
