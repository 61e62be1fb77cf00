"""Typed from top to bottom, with a protocol in place of a base."""

from __future__ import annotations

from typing import Final, Protocol, final

from tinytorch.core.given.special import erf
from tinytorch.core.tensor import Tensor

ROOT_TWO: Final = 2.0**0.5


class Function(Protocol):
    def __call__(self, x: Tensor) -> Tensor: ...

    def parameters(self) -> list[Tensor]: ...


class Callable_:
    __slots__ = ()

    def __call__(self, x: Tensor, /) -> Tensor:
        return self.forward(x)

    def forward(self, x: Tensor) -> Tensor:
        raise NotImplementedError(type(self).__name__)

    def parameters(self) -> list[Tensor]:
        return []


@final
class ReLU(Callable_):
    __slots__ = ()

    def forward(self, x: Tensor) -> Tensor:
        return x.clamp(min=0)


@final
class Sigmoid(Callable_):
    __slots__ = ()

    def forward(self, x: Tensor) -> Tensor:
        return 1 / (1 + (-x.clamp(-60.0, 60.0)).exp())


@final
class Tanh(Callable_):
    __slots__ = ()

    def forward(self, x: Tensor) -> Tensor:
        return 2 / (1 + (-2 * x.clamp(-30.0, 30.0)).exp()) - 1


@final
class Softmax(Callable_):
    __slots__ = ("dim",)

    def __init__(self, dim: int = -1) -> None:
        self.dim: Final[int] = dim

    def forward(self, x: Tensor) -> Tensor:
        shifted: Tensor = x - x.max(axis=self.dim, keepdims=True)
        powers: Tensor = shifted.exp()
        return powers / powers.sum(axis=self.dim, keepdims=True)


@final
class GELU(Callable_):
    __slots__ = ()

    def forward(self, x: Tensor) -> Tensor:
        return x * (erf(x / ROOT_TWO) + 1) / 2


networks: list[Function] = [ReLU(), Sigmoid(), Tanh(), Softmax(), GELU()]
