"""Tanh is a Sigmoid that was stretched, and ReLU a leaky one without a leak."""

from tinytorch.core.given.special import erf
from tinytorch.core.tensor import Tensor


class Activation:
    def __init__(self):
        pass

    def __call__(self, x):
        return self.forward(x)

    def parameters(self):
        return []


class _Leaky(Activation):
    leak = 0.01

    def forward(self, x):
        return x.maximum(0) + self.leak * x.minimum(0)


class ReLU(_Leaky):
    leak = 0.0


class Sigmoid(Activation):
    def forward(self, x):
        return self._logistic(x)

    def _logistic(self, x):
        low = x.minimum(0).exp()
        return low / (low + (-(x.maximum(0))).exp())


class Tanh(Sigmoid):
    def forward(self, x):
        return 2 * super().forward(2 * x) - 1


class Softmax(Activation):
    def __init__(self, dim=-1):
        super().__init__()
        self.dim = dim

    def forward(self, x):
        e = self._powers(x)
        return e / e.sum(axis=self.dim, keepdims=True)

    def _powers(self, x):
        return (x - x.max(axis=self.dim, keepdims=True)).exp()


class GELU(Activation):
    def forward(self, x):
        return x - x * (1 - erf(x / 2**0.5)) / 2
