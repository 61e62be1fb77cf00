"""What is taken away: ReLU and GELU as x less something, a sigmoid as 1 less another."""

from tinytorch.core.given.special import erf
from tinytorch.core.tensor import Tensor


class Activation:
    """Called like a function; nothing to learn."""

    def __call__(self, x: Tensor) -> Tensor:
        """Hand on to forward."""
        return self.forward(x)

    def parameters(self):
        """Nothing."""
        return []


class ReLU(Activation):
    """Zero below zero."""

    def forward(self, x):
        """Take away what is below zero."""
        return x - x.minimum(0)


class Sigmoid(Activation):
    """From 0 to 1."""

    def forward(self, x):
        """Half of 1 + tanh(x / 2), where tanh comes by exp of nothing positive."""
        minus_size = x.minimum(-x)
        e = minus_size.exp()
        # 1 / (1 + e) is for positive x; the other one is 1 less that
        p = 1 / (1 + e)
        negative = x < 0
        return p * (1 - negative * 1.0) + (1 - p) * (negative * 1.0)


class Tanh(Activation):
    """From -1 to 1."""

    def forward(self, x):
        """The difference of two sigmoids."""
        half = Sigmoid()
        return half.forward(2 * x) - half.forward(-2 * x)


class Softmax(Activation):
    """Shares of 1."""

    def __init__(self, dim=-1):
        """The axis."""
        self.dim = dim

    def forward(self, x):
        """Shift by the largest."""
        e = (x - x.max(axis=self.dim, keepdims=True)).exp()
        return e / e.sum(axis=self.dim, keepdims=True)


class GELU(Activation):
    """Smooth."""

    def forward(self, x):
        """x minus x times the share above x."""
        above = 0.5 - 0.5 * erf(x / 1.41421356)
        return x - x * above
