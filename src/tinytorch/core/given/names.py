"""Names: what PyTorch's users call as methods; each is one that is there anyway, or refused."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn, Self

import numpy as np

from tinytorch.core.given.answers import TENSOR, Answering
from tinytorch.core.given.checks import axis_error, has_axes, is_whole
from tinytorch.core.given.operations import either, nothing_to_reduce, reduced
from tinytorch.core.given.shaping import Shaping

if TYPE_CHECKING:
    from tinytorch._typing import Axis
    from tinytorch.core.given.base import Operand


class Dims(Shaping):
    """Extremes, their places and spreads; `dim` is the `axis`, `keepdim` the `keepdims`."""

    __slots__ = ()

    def max(
        self, axis: Axis = None, keepdims: bool = False, *, dim: object = None,
        keepdim: object = None,
    ) -> Self:  # fmt: skip
        """The largest number, of all or along an `axis`; those that tie share the gradient.

        PyTorch's `max(dim=…)` gives places besides, so that is a TypeError here: `amax` gives the
        numbers alone, `argmax` the places.
        Raises ValueError where there are no numbers.

        >>> from tinytorch import Tensor
        >>> Tensor([[1.0, 2.0], [3.0, 0.0]]).max(axis=1).numpy()
        array([2., 3.], dtype=float32)
        """
        if dim is not None or keepdim is not None:
            raise two_things("max")
        return super().max(axis, keepdims)

    def min(
        self, axis: Axis = None, keepdims: bool = False, *, dim: object = None,
        keepdim: object = None,
    ) -> Self:  # fmt: skip
        """The smallest number, of all or along an `axis`, as `max` is the largest.

        TypeError for `min(dim=…)`, which gives two things in PyTorch; ValueError where there are no
        numbers.

        >>> from tinytorch import Tensor
        >>> Tensor([[1.0, 2.0], [3.0, 0.0]]).min(axis=1).numpy()
        array([1., 0.], dtype=float32)
        """
        if dim is not None or keepdim is not None:
            raise two_things("min")
        return super().min(axis, keepdims)

    def amax(
        self, dim: Axis = None, keepdim: bool | None = None, *,
        axis: Axis = None, keepdims: bool = False,
    ) -> Self:  # fmt: skip
        """The largest number along an axis: `max` under PyTorch's name, with its errors.

        >>> from tinytorch import Tensor
        >>> Tensor([[1.0, 2.0], [3.0, 0.0]]).amax(dim=1).numpy()
        array([2., 3.], dtype=float32)
        """
        return super().max(*either("amax", axis, keepdims, dim, keepdim))

    def amin(
        self, dim: Axis = None, keepdim: bool | None = None, *,
        axis: Axis = None, keepdims: bool = False,
    ) -> Self:  # fmt: skip
        """The smallest number along an axis: `min` under PyTorch's name, with its errors.

        >>> from tinytorch import Tensor
        >>> Tensor([[1.0, 2.0], [3.0, 0.0]]).amin(dim=1).numpy()
        array([1., 0.], dtype=float32)
        """
        return super().min(*either("amin", axis, keepdims, dim, keepdim))

    def argmax(
        self, dim: int | None = None, keepdim: bool | None = None, *,
        axis: int | None = None, keepdims: bool = False,
    ) -> Self:  # fmt: skip
        """Where the largest number is: along an axis, or in the flattened tensor; whole numbers.

        Where several are largest it is the first. ValueError where there are no numbers, and for
        an axis that is not there.

        >>> from tinytorch import Tensor
        >>> Tensor([[1.0, 2.0], [3.0, 0.0]]).argmax(dim=1).tolist()
        [1, 0]
        """
        return self._places(np.argmax, *either("argmax", axis, keepdims, dim, keepdim))

    def argmin(
        self, dim: int | None = None, keepdim: bool | None = None, *,
        axis: int | None = None, keepdims: bool = False,
    ) -> Self:  # fmt: skip
        """Where the smallest number is, as `argmax` says where the largest is; with its errors.

        >>> from tinytorch import Tensor
        >>> Tensor([[1.0, 2.0], [3.0, 0.0]]).argmin().item()
        3
        """
        return self._places(np.argmin, *either("argmin", axis, keepdims, dim, keepdim))

    def _places(self, function: Any, axis: Any, keepdims: bool) -> Self:
        name = function.__name__
        if axis is not None and (not is_whole(axis) or not has_axes(axis, self.ndim)):
            raise axis_error(name, axis, self.shape)
        if not self.data.size:
            raise nothing_to_reduce(name, axis, self.shape)
        rows = self.data if self.ndim else self.data.reshape(1)
        places = np.asarray(function(rows, axis, keepdims=bool(keepdims)), np.int64)
        return self.recorded(name, places if self.ndim else places.reshape(()))

    def var(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, axis: Axis = None, keepdims: bool = False, correction: int | None = None, *,
        dim: Axis = None, keepdim: bool | None = None, unbiased: bool | None = None,
    ) -> Self:  # fmt: skip
        """The variance: the sum of squared distances from the mean, over `n - correction`.

        It is that of the numbers themselves, as in NumPy; with `correction=1`, PyTorch's default,
        it is the estimate from a sample. So with PyTorch's words, `dim` or `keepdim`, the
        correction has to be written: TypeError. Raises ValueError if `n`, the count of numbers, is
        not more than `correction`, a whole number of at least 0: PyTorch's NaN would spread.

        >>> from tinytorch import Tensor
        >>> Tensor([1.0, 3.0]).var().item(), Tensor([1.0, 3.0]).var(correction=1).item()
        (1.0, 2.0)
        """
        if unbiased is not None:
            correction = int(unbiased)
        if dim is not None or keepdim is not None:
            if correction is None:
                raise TypeError(
                    "var(dim=…) expects a correction, got none: PyTorch divides by n - 1, var here "
                    "by n, as NumPy. Write var(dim=…, correction=1), or correction=0."
                )
            axis, keepdims = either("var", axis, keepdims, dim, keepdim)
        return super().var(axis, keepdims, 0 if correction is None else correction)

    def std(
        self, dim: Axis = None, keepdim: bool | None = None, correction: int = 1, *,
        axis: Axis = None, keepdims: bool = False, unbiased: bool | None = None,
    ) -> Self:  # fmt: skip
        """The standard deviation as PyTorch has it: estimated from a sample, over `n - 1`.

        With `correction=0` it is that of the numbers themselves, the root of `var()`, as in NumPy.
        The slope at 0 is 0. Errors are those of `var`.

        >>> from tinytorch import Tensor
        >>> x = Tensor([1.0, 3.0])
        >>> round(x.std().item(), 4), x.std(correction=0).item()
        (1.4142, 1.0)
        """
        axis, keepdims = either("std", axis, keepdims, dim, keepdim)
        correction = correction if unbiased is None else int(unbiased)
        variance = super().var(axis, keepdims, correction)
        zero = variance == 0  # there the root's slope would be infinite
        where = joining().where
        return where(zero, 0.0, where(zero, 1.0, variance).sqrt())

    def any(self, axis: Axis = None, keepdims: bool = False, *, dim: Axis = None) -> Self:
        """Whether any number is not 0, as truth values; an error for an axis that is not there.

        >>> from tinytorch import Tensor
        >>> bool((Tensor([1.0, 2.0]) > 1).any())
        True
        """
        axis, keepdims = either("any", axis, keepdims, dim, None)
        return self.recorded("any", reduced("any", np.any, self.data, axis, keepdims))

    def all(self, axis: Axis = None, keepdims: bool = False, *, dim: Axis = None) -> Self:
        """Whether all numbers are not 0, as truth values; an error for an axis that is not there.

        >>> from tinytorch import Tensor
        >>> bool((Tensor([1.0, 2.0]) > 1).all())
        False
        """
        axis, keepdims = either("all", axis, keepdims, dim, None)
        return self.recorded("all", reduced("all", np.all, self.data, axis, keepdims))


@cache
def joining() -> Any:
    """What puts tensors together; it is made of them, so it is imported at first use."""
    return import_module("tinytorch.core.given.making")


def two_things(name: str) -> TypeError:
    """The error for what gives two things in PyTorch, numbers and places."""
    return TypeError(
        f"{name} expects an axis, as {name}(axis=1), got PyTorch's dim or keepdim: {name}(dim=1) "
        f"gives places there, too. Write x.a{name}(dim=1) for the numbers, x.arg{name}(dim=1) for "
        "their places."
    )


class Names(Dims, Answering, answers=TENSOR):
    """Activations and choices as methods.

    What PyTorch has and TinyTorch has not is answered with what to write, see `answers.py`.
    """

    __slots__ = ()

    def __floordiv__(self, other: Operand) -> NoReturn:
        raise TypeError(
            "Tensors have +, -, *, / and **, got //. Write np.floor((x / y).detach()): no gradient "
            "goes through it."
        )

    def __mod__(self, other: Operand) -> NoReturn:
        raise TypeError(
            "Tensors have +, -, *, / and **, got %. Write x - y * np.floor((x / y).detach()), "
            "which has PyTorch's gradients."
        )

    __rfloordiv__, __rmod__ = __floordiv__, __mod__

    @property
    def is_leaf(self) -> bool:
        """Whether no operation made it.

        >>> from tinytorch import Tensor
        >>> Tensor([1.0], requires_grad=True).is_leaf
        True
        """
        return self.node is None

    def relu(self) -> Self:
        """The activation `ReLU`.

        >>> from tinytorch import Tensor
        >>> Tensor([-1.0, 2.0]).relu().numpy()
        array([0., 2.], dtype=float32)
        """
        return activations().ReLU()(self)

    def sigmoid(self) -> Self:
        """The activation `Sigmoid`.

        >>> from tinytorch import Tensor
        >>> Tensor([0.0]).sigmoid().numpy()
        array([0.5], dtype=float32)
        """
        return activations().Sigmoid()(self)

    def tanh(self) -> Self:
        """The activation `Tanh`.

        >>> from tinytorch import Tensor
        >>> Tensor([0.0]).tanh().numpy()
        array([0.], dtype=float32)
        """
        return activations().Tanh()(self)

    def softmax(self, dim: int = -1, *, axis: int | None = None) -> Self:
        """The activation `Softmax` along an axis, the last one unless it is said; with its errors.

        >>> from tinytorch import Tensor
        >>> Tensor([1.0, 1.0]).softmax(dim=0).numpy()
        array([0.5, 0.5], dtype=float32)
        """
        return activations().Softmax(dim if axis is None else axis)(self)

    def log_softmax(self, dim: int = -1, *, axis: int | None = None) -> Self:
        """The logarithm of softmax along an axis, exact where softmax itself rounds to 0.

        ValueError and TypeError for an axis that is not there.

        >>> from tinytorch import Tensor
        >>> Tensor([0.0, 200.0]).log_softmax().numpy()
        array([-200.,    0.], dtype=float32)
        """
        dim = dim if axis is None else axis
        self._axis("log_softmax", dim)
        lower = self - self.detach().max(axis=dim, keepdims=True)
        return lower - lower.exp().sum(dim, True).log()

    def clamp(self, min: Operand | None = None, max: Operand | None = None) -> Self:  # noqa: A002
        """Numbers below `min` become `min`, those above `max` become `max`; their gradient is 0.

        ValueError where neither is given, or shapes do not broadcast.

        >>> from tinytorch import Tensor
        >>> Tensor([-2.0, 0.5, 2.0]).clamp(0, 1).numpy()
        array([0. , 0.5, 1. ], dtype=float32)
        """
        if min is None and max is None:
            raise ValueError("clamp expects min or max, got neither. Write clamp(min=0), say.")
        result: Any = self
        if min is not None:
            result = joining().where(result < min, min, result)
        if max is not None:
            result = joining().where(result > max, max, result)
        return result

    def masked_fill(self, mask: Operand, value: Operand) -> Self:
        """The value where the mask is true, the tensor's own numbers elsewhere; as in `where`.

        >>> from tinytorch import Tensor
        >>> x = Tensor([1.0, -2.0])
        >>> x.masked_fill(x < 0, 0.0).numpy()
        array([1., 0.], dtype=float32)
        """
        return joining().where(mask, value, self)

    def where(self, condition: Operand, other: Operand) -> Self:
        """The tensor's own numbers where the condition is true, the other's elsewhere.

        >>> from tinytorch import Tensor
        >>> x = Tensor([1.0, -2.0])
        >>> x.where(x > 0, 0.0).numpy()
        array([1., 0.], dtype=float32)
        """
        return joining().where(condition, self, other)


@cache
def activations() -> Any:
    """The activations; imported at first use, so that lessons before them run without."""
    return import_module("tinytorch.core.activations")
