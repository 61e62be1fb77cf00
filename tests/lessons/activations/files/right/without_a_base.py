"""Every class stands alone: no base, no imports but Tensor and erf."""

import math

from tinytorch.core.given.special import erf
from tinytorch.core.tensor import Tensor


class ReLU:
    def forward(self, x):
        return (x + x.abs()) / 2

    def __call__(self, x):
        return self.forward(x)

    def parameters(self):
        return []


class Sigmoid:
    def forward(self, x):
        # exp(90) does not fit into a float32; exp(80) does
        limited = x.clamp(-80, 80)
        return 1 / (1 + (-limited).exp())

    def __call__(self, x):
        return self.forward(x)

    def parameters(self):
        return []


class Tanh:
    def forward(self, x):
        limited = x.clamp(-40, 40)
        up, down = limited.exp(), (-limited).exp()
        return (up - down) / (up + down)

    def __call__(self, x):
        return self.forward(x)

    def parameters(self):
        return []


class Softmax:
    def __init__(self, dim=-1):
        self.dim = dim

    def forward(self, x):
        shifted = x - x.max(axis=self.dim, keepdims=True)
        powers = shifted.exp()
        return powers / powers.sum(axis=self.dim, keepdims=True)

    def __call__(self, x):
        return self.forward(x)

    def parameters(self):
        return []


class GELU:
    def forward(self, x):
        return 0.5 * x * (1 + erf(x / math.sqrt(2)))

    def __call__(self, x):
        return self.forward(x)

    def parameters(self):
        return []
