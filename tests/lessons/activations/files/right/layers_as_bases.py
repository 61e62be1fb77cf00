"""Each activation is a Layer: the call and parameters come from there."""
import numpy as np

from tinytorch import Layer, Tensor, where
from tinytorch.core.given.special import erf


class ReLU(Layer):
    def forward(self, x):
        return where(x < 0, 0.0, x)


class Sigmoid(Layer):
    def forward(self, x):
        smaller = where(x > 0, -x, x)      # never positive
        e = smaller.exp()
        return where(x > 0, 1.0, e) / (1 + e)


class Tanh(Layer):
    def forward(self, x):
        negative = x < 0
        e = (where(negative, x, -x) * 2).exp()
        size = (1 - e) / (1 + e)
        return where(negative, -size, size)


class Softmax(Layer):
    def __init__(self, dim=-1):
        super().__init__()
        self.dim = dim

    def forward(self, x):
        top = x.detach().max(axis=self.dim, keepdims=True)
        e = (x - top).exp()
        return e / e.sum(axis=self.dim, keepdims=True)


class GELU(Layer):
    def forward(self, x):
        phi = 0.5 + 0.5 * erf(x * np.sqrt(0.5))
        return phi * x
