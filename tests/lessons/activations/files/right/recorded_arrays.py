"""As the library does it: computed with NumPy, recorded under the name of the derivative."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor

_erf = np.vectorize(math.erf, otypes=[np.float32])


class Recorded:
    def forward(self, x: Tensor) -> Tensor:
        raise NotImplementedError

    def __call__(self, x: Tensor) -> Tensor:
        return self.forward(x)

    def parameters(self) -> list[Tensor]:
        return []


class ReLU(Recorded):
    def forward(self, x: Tensor) -> Tensor:
        y = np.maximum(x.data, 0)
        return Tensor.recorded("relu", y, (x,), (y,))


class Sigmoid(Recorded):
    def forward(self, x: Tensor) -> Tensor:
        with np.errstate(over="ignore"):
            y = 1 / (1 + np.exp(-x.data))
        return Tensor.recorded("sigmoid", y, (x,), (y,))


class Tanh(Recorded):
    def forward(self, x: Tensor) -> Tensor:
        y = np.tanh(x.data)
        return Tensor.recorded("tanh", y, (x,), (y,))


class Softmax(Recorded):
    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: Tensor) -> Tensor:
        e: Any = np.exp(x.data - x.data.max(axis=self.dim, keepdims=True))
        p = e / e.sum(axis=self.dim, keepdims=True)
        return Tensor.recorded("softmax", p, (x,), (p, self.dim))


class GELU(Recorded):
    def forward(self, x: Tensor) -> Tensor:
        below = (1 + _erf(x.data / np.float32(math.sqrt(2)))) / 2
        return Tensor.recorded("gelu", x.data * below, (x,), (x.data, below))
