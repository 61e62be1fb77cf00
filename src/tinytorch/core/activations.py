"""Activations: the functions between linear layers, without which a network is one linear map."""

from __future__ import annotations

# For the exercises: np, Tensor with its operations (`exp`, `abs`, `max`, `where` and the others),
# and `erf`, the error function of a tensor. Activation brings the call and `parameters()`.
import numpy as np  # noqa: F401 # pyright: ignore[reportUnusedImport]

from tinytorch.core.given import kernels
from tinytorch.core.given.checks import check_dim
from tinytorch.core.given.module import Plain, floating
from tinytorch.core.given.special import erf  # noqa: F401 # pyright: ignore[reportUnusedImport]
from tinytorch.core.tensor import Tensor


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
    """max(x, 0), element by element (Nair and Hinton, 2010)."""

    def forward(self, x: Tensor) -> Tensor:
        """Cut off everything below zero; any shape.

        NaN stays NaN, and the gradient at 0 is 0. Beyond the lesson: an infinite gradient at a
        zero becomes NaN here (infinity times 0), and 0 in PyTorch.

        >>> ReLU()(Tensor([-1.0, 0.0, 2.0])).numpy()
        array([0., 0., 2.], dtype=float32)
        """
        y = kernels.relu(floating(self, x))
        return Tensor.recorded("relu", y, (x,), (y,))


class Sigmoid(Activation):
    """The logistic function 1 / (1 + exp(-x)), element by element: from 0 to 1."""

    def forward(self, x: Tensor) -> Tensor:
        """Squash every number into 0 to 1; any shape.

        Numbers far from zero end at 0 and 1, never in NaN: exp(100) is infinite in float32.

        >>> Sigmoid()(Tensor([0.0, -10000.0])).numpy()
        array([0.5, 0. ], dtype=float32)
        """
        y = kernels.sigmoid(floating(self, x))
        return Tensor.recorded("sigmoid", y, (x,), (y,))


class Tanh(Activation):
    """The hyperbolic tangent, (exp(x) - exp(-x)) / (exp(x) + exp(-x)), element by element."""

    def forward(self, x: Tensor) -> Tensor:
        """Squash every number into -1 to 1; any shape.

        Numbers far from zero end at -1 and 1, never in NaN, which infinity / infinity is.

        >>> Tanh()(Tensor([0.0, 10000.0])).numpy()
        array([0., 1.], dtype=float32)
        """
        y = kernels.tanh(floating(self, x))
        return Tensor.recorded("tanh", y, (x,), (y,))


class Softmax(Activation):
    """exp(x) / sum of exp(x) along axis `dim`: numbers above 0 that add up to 1 (Bridle, 1990)."""

    def __init__(self, dim: int = -1) -> None:
        """Keep `dim`, the axis along which the results add up to 1; -1 is the last one.

        Beyond the lesson: TypeError for no whole number.

        >>> Softmax(dim=0).dim
        0
        """
        check_dim(self, dim)
        self.dim = dim

    def forward(self, x: Tensor) -> Tensor:
        """Turn scores into probabilities along axis `dim`; any shape.

        Large scores overflow nowhere: a number taken from all of them changes nothing. Beyond the
        lesson: ValueError for a shape that has no axis `dim`.

        >>> Softmax()(Tensor([[1.0, 1.0], [10000.0, 0.0]])).numpy()
        array([[0.5, 0.5],
               [1. , 0. ]], dtype=float32)
        """
        p = kernels.softmax(floating(self, x), self.dim)
        return Tensor.recorded("softmax", p, (x,), (p, self.dim))

    def __repr__(self) -> str:
        return f"Softmax(dim={self.dim})"


class GELU(Activation):
    """x times the share of standard normal numbers that lie below x (Hendrycks, Gimpel, 2016)."""

    def forward(self, x: Tensor) -> Tensor:
        """Weigh every number by that share; any shape.

        This is the exact form, with the error function: x (1 + erf(x / sqrt 2)) / 2. Beyond the
        lesson: infinity stays infinity (in PyTorch it becomes NaN).

        >>> GELU()(Tensor([-1.0, 0.0, 1.0])).numpy().round(4)
        array([-0.1587,  0.    ,  0.8413], dtype=float32)
        """
        array = floating(self, x)
        below = kernels.normal(array)
        return Tensor.recorded("gelu", array * below, (x,), (array, below))
