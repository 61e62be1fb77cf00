"""Dataclasses: the settings are fields."""

from __future__ import annotations

from dataclasses import dataclass

from tinytorch.core.given.special import erf
from tinytorch.core.tensor import Tensor


@dataclass
class Activation:
    def __call__(self, x: Tensor) -> Tensor:
        return self.forward(x)

    def forward(self, x: Tensor) -> Tensor:
        raise NotImplementedError

    def parameters(self) -> list[Tensor]:
        return []


@dataclass
class ReLU(Activation):
    def forward(self, x: Tensor) -> Tensor:
        return x.masked_fill(x < 0, 0.0)


@dataclass
class Sigmoid(Activation):
    def forward(self, x: Tensor) -> Tensor:
        return 0.5 + 0.5 * Tanh().forward(0.5 * x)


@dataclass
class Tanh(Activation):
    def forward(self, x: Tensor) -> Tensor:
        size = x.maximum(-x)
        sign = 1.0 - 2.0 * (x < 0)
        e = (-2.0 * size).exp()
        return sign * (1.0 - e) / (1.0 + e)


@dataclass
class Softmax(Activation):
    dim: int = -1

    def forward(self, x: Tensor) -> Tensor:
        x = x - x.amax(dim=self.dim, keepdim=True)
        x = x.exp()
        return x / x.sum(dim=self.dim, keepdim=True)


@dataclass
class GELU(Activation):
    def forward(self, x: Tensor) -> Tensor:
        return x * self.phi(x)

    @staticmethod
    def phi(x: Tensor) -> Tensor:
        return (1.0 + erf(x / 2.0**0.5)) / 2.0
