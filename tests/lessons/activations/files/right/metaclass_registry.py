"""Every activation is registered by its name."""

from tinytorch.core.given.special import erf
from tinytorch.core.tensor import Tensor

ACTIVATIONS = {}


class Activation:
    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        ACTIVATIONS[cls.__name__.lower()] = cls

    def __call__(self, x):
        return self.forward(x)

    def parameters(self):
        return [value for value in vars(self).values() if isinstance(value, Tensor)]


class ReLU(Activation):
    def forward(self, x):
        return (abs(x) + x) * 0.5


class Sigmoid(Activation):
    def forward(self, x):
        return (1 + ACTIVATIONS["tanh"]()(x / 2)) / 2


class Tanh(Activation):
    def forward(self, x):
        s = x * 0 + 1
        s = s.where(x > 0, -s)
        e = (-2 * (x * s.detach())).exp()
        return s.detach() * (1 - e) / (1 + e)


class Softmax(Activation):
    def __init__(self, dim=-1):
        self.dim = dim

    def forward(self, x):
        e = (x - x.amax(self.dim, keepdims=True)).exp()
        return e / e.sum(self.dim, keepdims=True)


class GELU(Activation):
    def forward(self, x):
        return x * Normal().below(x)


class Normal:
    def below(self, x):
        return 0.5 * (1 + erf(x / 2**0.5))
