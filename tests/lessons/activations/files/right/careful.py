"""A careful author: whatever is no tensor is refused, whole numbers are made real."""

import math

import numpy as np

from tinytorch.core.given.special import erf
from tinytorch.core.tensor import Tensor


def checked(x):
    """The tensor itself, if it is one."""
    if not isinstance(x, Tensor):
        raise TypeError(f"expected a Tensor, got {type(x).__name__}; wrap it in Tensor(...)")
    if x.data.dtype.kind != "f":
        return Tensor(x.data, dtype=np.float32)
    return x


class Activation:
    """Base of the five."""

    name = "activation"

    def forward(self, x):
        """To be written by each."""
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def __call__(self, x):
        """Check, and run forward."""
        return self.forward(checked(x))

    def parameters(self):
        """Nothing to learn."""
        return []

    def __repr__(self):
        return f"{type(self).__name__}()"


class ReLU(Activation):
    """max(x, 0)."""

    name = "relu"

    def forward(self, x):
        x = checked(x)
        zero = Tensor(np.zeros(x.shape, dtype=np.float32))
        return x.maximum(zero)


class Sigmoid(Activation):
    """1 / (1 + exp(-x)), by whichever of two formulas is safe."""

    name = "sigmoid"

    def forward(self, x):
        x = checked(x)
        is_positive = x.data > 0
        sign = Tensor(np.where(is_positive, -1.0, 1.0))
        power = (x * sign).exp()
        for_positive = 1.0 / (1.0 + power)
        for_negative = power / (1.0 + power)
        return for_positive.where(is_positive, for_negative)


class Tanh(Activation):
    """(exp(x) - exp(-x)) / (exp(x) + exp(-x))."""

    name = "tanh"

    def forward(self, x):
        x = checked(x)
        is_positive = x.data > 0
        sign = Tensor(np.where(is_positive, 1.0, -1.0))
        power = (x * sign * -2.0).exp()
        return sign * ((1.0 - power) / (1.0 + power))


class Softmax(Activation):
    """exp(x) over its sum along dim."""

    name = "softmax"

    def __init__(self, dim=-1):
        if isinstance(dim, bool) or not isinstance(dim, (int, np.integer)):
            raise TypeError(f"dim has to be a whole number, got {dim!r}")
        self.dim = int(dim)

    def forward(self, x):
        x = checked(x)
        if x.size == 0:
            return x * 1.0
        if not -x.ndim <= self.dim < x.ndim:
            raise ValueError(f"there is no axis {self.dim} in shape {x.shape}")
        largest = x.max(axis=self.dim, keepdims=True)
        powers = (x - largest).exp()
        return powers / powers.sum(axis=self.dim, keepdims=True)

    def __repr__(self):
        return f"Softmax(dim={self.dim})"


class GELU(Activation):
    """x Phi(x)."""

    name = "gelu"

    def forward(self, x):
        x = checked(x)
        return x * (0.5 * (1.0 + erf(x / math.sqrt(2.0))))
