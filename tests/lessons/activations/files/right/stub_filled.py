"""Activations: the functions between linear layers, without which a network is one linear map."""

from __future__ import annotations

# For the exercises: np, Tensor with its operations (`exp`, `abs`, `max`, `where` and the others),
# and `erf`, the error function of a tensor. Activation brings the call and `parameters()`.
import numpy as np

from tinytorch.core.given.checks import check_dim
from tinytorch.core.given.special import erf
from tinytorch.core.given.module import floating, Plain
from tinytorch.core.tensor import Tensor


class Activation(Plain):
    """A function of a tensor that has nothing to learn: `parameters()` is `[]`."""

    def __call__(self, x: Tensor) -> Tensor:
        """Run `forward`, so that an activation is called like a function."""
        return self.forward(x)

    def forward(self, x: Tensor) -> Tensor:
        """The result has the shape of `x`. The base has none: NotImplementedError."""
        raise NotImplementedError(f"{type(self).__name__} expects a forward(self, x) of its own.")


class ReLU(Activation):
    """max(x, 0), element by element (Nair and Hinton, 2010)."""

    def forward(self, x: Tensor) -> Tensor:
        """Cut off everything below zero; any shape."""
        return x * (x > 0)


class Sigmoid(Activation):
    """The logistic function 1 / (1 + exp(-x)), element by element: from 0 to 1."""

    def forward(self, x: Tensor) -> Tensor:
        """Squash every number into 0 to 1; any shape."""
        positive = x > 0
        e = x.where(~positive, -x).exp()
        return (e / (1 + e)).where(~positive, 1 / (1 + e))


class Tanh(Activation):
    """The hyperbolic tangent, element by element."""

    def forward(self, x: Tensor) -> Tensor:
        """Squash every number into -1 to 1; any shape."""
        return 2 * Sigmoid()(2 * x) - 1


class Softmax(Activation):
    """exp(x) / sum of exp(x) along axis `dim`."""

    def __init__(self, dim: int = -1) -> None:
        """Keep `dim`."""
        check_dim(self, dim)
        self.dim = dim

    def forward(self, x: Tensor) -> Tensor:
        """Turn scores into probabilities along axis `dim`; any shape."""
        e = (x - x.max(axis=self.dim, keepdims=True)).exp()
        return e / e.sum(axis=self.dim, keepdims=True)

    def __repr__(self) -> str:
        return f"Softmax(dim={self.dim})"


class GELU(Activation):
    """x times the share of standard normal numbers that lie below x."""

    def forward(self, x: Tensor) -> Tensor:
        """Weigh every number by that share; any shape."""
        return x * (1 + erf(x / np.sqrt(2))) / 2


if __name__ == "__main__":
    from tito.inline import report

    report(__file__)
