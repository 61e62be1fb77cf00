"""Softmax by logarithms: exp(x - log sum exp x)."""

from tinytorch.core.given.special import erf
from tinytorch.core.tensor import Tensor


class _Base:
    def __call__(self, *args, **kwargs):
        return self.forward(*args, **kwargs)

    def parameters(self):
        return []


class ReLU(_Base):
    def forward(self, x):
        return x.where(x != x, x.where(x > 0, x * 0))


class Softmax(_Base):
    def __init__(self, dim: int = -1):
        self.dim = dim

    def forward(self, x):
        top = x.max(axis=self.dim, keepdims=True)
        log_sum = (x - top).exp().sum(axis=self.dim, keepdims=True).log() + top
        return (x - log_sum).exp()


class Sigmoid(_Base):
    """The softmax of x and 0, of which the first is asked for."""

    def forward(self, x):
        top = x.maximum(0)
        log_sum = top + ((x - top).exp() + (0 - top).exp()).log()
        return (x - log_sum).exp()


class Tanh(_Base):
    def forward(self, x):
        s = Sigmoid()
        return s(2 * x) - s(-2 * x)


class GELU(_Base):
    def forward(self, x):
        return (x + x * erf(x / 1.4142135623730951)) / 2
