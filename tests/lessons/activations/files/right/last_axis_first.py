"""Softmax turns its axis to the end, works there, and turns it back."""

from tinytorch.core.given.special import erf
from tinytorch.core.tensor import Tensor


class Activation:
    def __call__(self, x):
        out = self.forward(x)
        return out

    def parameters(self):
        nothing = []
        return nothing


class ReLU(Activation):
    def forward(self, x):
        mask = x > 0.0
        out = x * mask
        return out


class Sigmoid(Activation):
    def forward(self, x):
        m = x.maximum(0.0)
        a = (x - m).exp()
        b = (0.0 - m).exp()
        return a / (a + b)


class Tanh(Activation):
    def forward(self, x):
        m = x.maximum(-x)
        a = (x - m).exp()
        b = (-x - m).exp()
        return (a - b) / (a + b)


class Softmax(Activation):
    def __init__(self, dim=-1):
        self.dim = dim

    def forward(self, x):
        if x.ndim < 2:
            return self.over_last(x)
        turned = x.transpose(self.dim, -1)
        return self.over_last(turned).transpose(self.dim, -1)

    def over_last(self, x):
        e = (x - x.max(axis=-1, keepdims=True)).exp()
        return e / e.sum(axis=-1, keepdims=True)


class GELU(Activation):
    def forward(self, x):
        z = x * 0.70710678
        cdf = 0.5 * (1.0 + erf(z))
        return x * cdf
