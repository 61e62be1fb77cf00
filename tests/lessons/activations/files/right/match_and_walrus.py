"""Modern Python: match, walrus, positional-only arguments."""
from functools import singledispatchmethod

from tinytorch.core.given.special import erf
from tinytorch.core.tensor import Tensor


class Activation:
    @singledispatchmethod
    def __call__(self, x, /):
        raise TypeError(f"{type(self).__name__} wants a Tensor")

    @__call__.register
    def _(self, x: Tensor, /):
        return self.forward(x)

    def parameters(self) -> list:
        return []


class ReLU(Activation):
    def forward(self, x, /):
        return x * (x.data > 0)


class Sigmoid(Activation):
    def forward(self, x, /):
        return (1 + Tanh().forward(x * 0.5)) * 0.5


class Tanh(Activation):
    def forward(self, x, /):
        return ((e := (-2 * (size := x.maximum(-x))).exp()) * -1 + 1) / (1 + e) * self.sign(x)

    def sign(self, x):
        return (x.data >= 0) * 2.0 - 1.0


class Softmax(Activation):
    def __init__(self, dim=-1):
        match dim:
            case bool():
                raise TypeError("no truth value")
            case int():
                self.dim = dim
            case _:
                raise TypeError("a whole number")

    def forward(self, x, /):
        total = (e := (x - x.max(axis=(d := self.dim), keepdims=True)).exp()).sum(axis=d, keepdims=True)
        return e / total


class GELU(Activation):
    def forward(self, x, /):
        return x * (1 + erf(x / 2**0.5)) / 2
