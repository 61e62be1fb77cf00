import numpy as np
from tinytorch import Tensor
from tinytorch.core.given.special import erf

call = lambda self, x: self.forward(x)
nothing = lambda self: []


class ReLU:
    forward = lambda self, x: x * (x.data > 0)
    __call__, parameters = call, nothing


class Sigmoid:
    forward = lambda self, x: x.minimum(0).exp() / (1 + (x.minimum(0) - x.maximum(0)).exp())
    __call__, parameters = call, nothing


class Tanh:
    forward = lambda self, x: 2 * Sigmoid().forward(x + x) - 1
    __call__, parameters = call, nothing


class Softmax:
    def __init__(self, dim=-1):
        self.shift = lambda x: x - x.max(axis=dim, keepdims=True)
        self.share = lambda e: e / e.sum(axis=dim, keepdims=True)

    forward = lambda self, x: self.share(self.shift(x).exp())
    __call__, parameters = call, nothing


class GELU:
    forward = lambda self, x: x * (1 + erf(x / np.sqrt(2))) / 2
    __call__, parameters = call, nothing
