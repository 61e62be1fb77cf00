"""From scratch: erf by Abramowitz and Stegun, 7.1.26, whose error is below 1.5e-7."""

import math

from tinytorch import Tensor, where


def erf_of(z):
    t_sign = where(z < 0, -1.0, 1.0)
    size = z * t_sign
    t = 1 / (1 + 0.3275911 * size)
    polynomial = t * (
        0.254829592
        + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))
    )
    return t_sign * (1 - polynomial * (-(size * size)).exp())


class ReLU:
    def parameters(self):
        return []

    def forward(self, x):
        return 0.5 * (x + abs(x))

    def __call__(self, x):
        return self.forward(x)


class Sigmoid:
    def parameters(self):
        return []

    def forward(self, x):
        positive = x.data > 0
        e = where(positive, -x, x).exp()
        return where(positive, 1 / (1 + e), e / (1 + e))

    def __call__(self, x):
        return self.forward(x)


class Tanh:
    def parameters(self):
        return []

    def forward(self, x):
        positive = x.data > 0
        e = where(positive, -2 * x, 2 * x).exp()
        return where(positive, (1 - e) / (1 + e), (e - 1) / (e + 1))

    def __call__(self, x):
        return self.forward(x)


class Softmax:
    def __init__(self, dim=-1):
        self.dim = dim

    def parameters(self):
        return []

    def forward(self, x):
        y = (x - x.max(self.dim, keepdims=True)).exp()
        return y / y.sum(self.dim, keepdims=True)

    def __call__(self, x):
        return self.forward(x)


class GELU:
    def parameters(self):
        return []

    def forward(self, x):
        return x * 0.5 * (1.0 + erf_of(x / math.sqrt(2.0)))

    def __call__(self, x):
        return self.forward(x)
