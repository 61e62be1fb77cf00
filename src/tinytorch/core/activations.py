"""Activations: the functions between linear layers, without which a network is one linear map."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.checks import axis_error, came, is_whole
from tinytorch.core.halves import in_halves
from tinytorch.core.module import Plain, check_input
from tinytorch.core.special import erf
from tinytorch.core.sums import total
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    from tinytorch._typing import Array, Shape


# Up to so many numbers, the maximum with zeros in memory is the fastest way to ReLU, and clip for
# more; the maximum with the number 0 takes three times as long as clip.
FEW = 2**15


class Activation(Plain):
    """A function of a tensor that has nothing to learn: `parameters()` is `[]`.

    Raises TypeError for what is no tensor.
    """

    def __call__(self, x: Tensor) -> Tensor:
        """Run `forward`, so that an activation is called like a function."""
        return self.forward(x)

    def forward(self, x: Tensor) -> Tensor:
        """The result has the shape of `x`. The base has none: NotImplementedError."""
        raise NotImplementedError(f"{type(self).__name__} expects a forward(self, x) of its own.")


class ReLU(Activation):
    """max(x, 0), element by element; the gradient at 0 is 0 (Nair and Hinton, 2010).

    An infinite gradient at a zero becomes NaN here (infinity times 0), and 0 in PyTorch.

    >>> ReLU()(Tensor([-1.0, 0.0, 2.0])).numpy()
    array([0., 0., 2.], dtype=float32)
    """

    def forward(self, x: Tensor) -> Tensor:
        """Cut off everything below zero; any shape."""
        array = floating(self, x)
        if array.size <= FEW:
            data = np.maximum(array, zeros(array.shape, array.dtype))
        else:
            data = array.clip(0, np.inf)
        return Tensor.recorded("relu", data, (x,), (data,))


class Sigmoid(Activation):
    """The logistic function 1 / (1 + exp(-x)), element by element: from 0 to 1.

    >>> Sigmoid()(Tensor([0.0, -10000.0])).numpy()
    array([0.5, 0. ], dtype=float32)
    """

    def forward(self, x: Tensor) -> Tensor:
        """Squash every number into 0 to 1; any shape."""
        array = floating(self, x)
        data = in_halves(sigmoid, np.empty_like(array), array)
        return Tensor.recorded("sigmoid", data, (x,), (data,))


class Tanh(Activation):
    """The hyperbolic tangent, element by element: from -1 to 1.

    >>> Tanh()(Tensor([0.0, 10000.0])).numpy()
    array([0., 1.], dtype=float32)
    """

    def forward(self, x: Tensor) -> Tensor:
        """Squash every number into -1 to 1; any shape."""
        array = floating(self, x)
        data = in_halves(tanh, np.empty_like(array), array)
        return Tensor.recorded("tanh", data, (x,), (data,))


class Softmax(Activation):
    """exp(x) / sum of exp(x) along axis `dim`: numbers above 0 that add up to 1 (Bridle, 1990).

    >>> Softmax()(Tensor([[1.0, 1.0], [10000.0, 0.0]])).numpy()
    array([[0.5, 0.5],
           [1. , 0. ]], dtype=float32)
    """

    def __init__(self, dim: int = -1) -> None:
        """`dim` is the axis along which the results add up to 1; TypeError for no whole number."""
        if not is_whole(dim):
            raise TypeError(
                f"Softmax expects dim as a whole number, got {came(dim)}. Use -1 for the last axis."
            )
        self.dim = dim

    def forward(self, x: Tensor) -> Tensor:
        """Turn scores into probabilities; ValueError for a shape that has no axis `dim`."""
        scores = floating(self, x)
        axes = max(1, scores.ndim)  # a single number counts as one axis, as in PyTorch
        if not -axes <= self.dim < axes:
            raise axis_error("Softmax", self.dim, scores.shape)
        data = softmax(scores, self.dim)
        return Tensor.recorded("softmax", data, (x,), (data, self.dim))

    def __repr__(self) -> str:
        return f"Softmax(dim={self.dim})"


class GELU(Activation):
    """x times the probability that a standard normal number is below x (Hendrycks, Gimpel, 2016).

    This is the exact form, with the error function: x (1 + erf(x / sqrt 2)) / 2. Infinity stays
    infinity (in PyTorch it becomes NaN).

    >>> GELU()(Tensor([-1.0, 0.0, 1.0])).numpy().round(4)
    array([-0.1587,  0.    ,  0.8413], dtype=float32)
    """

    def forward(self, x: Tensor) -> Tensor:
        """Weigh every number by that probability; any shape."""
        array = floating(self, x)
        below = erf(array * math.sqrt(0.5))
        below += 1
        below *= 0.5
        return Tensor.recorded("gelu", array * below, (x,), (array, below))


@lru_cache(maxsize=8)
def zeros(shape: Shape, dtype: np.dtype[Any]) -> Array:
    """Zeros, kept for the next time: nobody writes into them."""
    return np.zeros(shape, dtype)


def floating(owner: object, x: Tensor) -> Array:
    """The numbers of a tensor, whole ones as float32; TypeError if what the owner got is none."""
    check_input(owner, x)
    return x.data if x.data.dtype.kind == "f" else x.data.astype(np.float32)


def sigmoid(out: Array, x: Array) -> None:
    """1 / (1 + exp(-x)), pass by pass in `out`."""
    np.negative(x, out=out)
    with np.errstate(over="ignore"):  # exp(10000) is infinite, and 1 / infinity is 0: right
        np.exp(out, out=out)
    out += 1
    np.divide(1, out, out=out)


def tanh(out: Array, x: Array) -> None:
    """The hyperbolic tangent in `out`."""
    np.tanh(x, out=out)


def softmax(scores: Array, axis: int) -> Array:
    """Softmax of an array along an axis."""
    out = np.empty_like(scores)
    if scores.ndim < 2:
        softmax_rows(out.reshape(1, -1), scores.reshape(1, -1))
    else:
        in_halves(softmax_rows, out.swapaxes(axis, -1), scores.swapaxes(axis, -1))
    return out


def softmax_rows(out: Array, scores: Array) -> None:
    """Softmax along the last axis in `out`."""
    highest = np.empty((*scores.shape[:-1], 1), scores.dtype)
    totals = np.empty_like(highest)
    exp_rows(out, scores, highest, totals)
    np.divide(out, totals, out=out)


def exp_rows(powers: Array, scores: Array, highest: Array, totals: Array) -> None:
    """exp(scores - highest) in `powers`, with the highest score and the sum of each row.

    Without the highest score exp cannot overflow. All that a half of the rows needs happens here:
    what one processor has written takes long to reach another.
    """
    scores.max(axis=-1, keepdims=True, initial=-np.inf, out=highest)
    np.subtract(scores, highest, out=powers)
    np.exp(powers, out=powers)
    totals[...] = total(powers, -1, keepdims=True)
