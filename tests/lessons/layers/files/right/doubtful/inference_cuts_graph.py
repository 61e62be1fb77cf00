"""Layers with every name typed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from tinytorch.core.tensor import Tensor

Array: TypeAlias = npt.NDArray[np.float32]
Initialiser: TypeAlias = Callable[[int, int], Array]

XAVIER_SCALE_FACTOR: Final[float] = 1.0
DROPOUT_MIN_PROB: Final[float] = 0.0
DROPOUT_MAX_PROB: Final[float] = 1.0


def xavier_normal(fan_in: int, fan_out: int) -> Array:
    scale = math.sqrt(XAVIER_SCALE_FACTOR / fan_in)
    return np.random.normal(0.0, scale, (fan_in, fan_out)).astype(np.float32)


def glorot_uniform(fan_in: int, fan_out: int) -> Array:
    limit = math.sqrt(6.0 / (fan_in + fan_out))
    return np.random.uniform(-limit, limit, (fan_in, fan_out)).astype(np.float32)


class Layer:
    def forward(self, x: Tensor, /, *args: Any, **kwargs: Any) -> Tensor:
        raise NotImplementedError(f"{type(self).__name__}.forward")

    def __call__(self, x: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        return self.forward(x, *args, **kwargs)

    def parameters(self) -> list[Tensor]:
        return []


class _Affine(Layer):
    """What Linear and Dense share."""

    initialise: ClassVar[Initialiser]
    weight: Tensor
    bias: Tensor | None

    def _build(self, rows: int, columns: int, bias: bool) -> None:
        self.weight = Tensor(type(self).initialise(rows, columns), requires_grad=True)
        self.bias = Tensor(np.zeros(columns, np.float32), requires_grad=True) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = x @ self.weight
        return y + self.bias if self.bias is not None else y

    def parameters(self) -> list[Tensor]:
        return [self.weight, *([self.bias] if self.bias is not None else [])]


class Linear(_Affine):
    initialise = staticmethod(xavier_normal)

    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        self.in_features: int = in_features
        self.out_features: int = out_features
        self._build(in_features, out_features, bias)


class Dense(_Affine):
    initialise = staticmethod(glorot_uniform)

    def __init__(self, input_size: int, output_size: int, bias: bool = True) -> None:
        self.input_size: int = input_size
        self.output_size: int = output_size
        self._build(input_size, output_size, bias)


class Dropout(Layer):
    def __init__(self, p: float = 0.5) -> None:
        if not DROPOUT_MIN_PROB <= p <= DROPOUT_MAX_PROB:
            raise ValueError(f"p must lie in [{DROPOUT_MIN_PROB}, {DROPOUT_MAX_PROB}], got {p}")
        self.p: float = p

    def forward(self, x: Tensor, training: bool = True) -> Tensor:
        if not training or self.p == DROPOUT_MIN_PROB:
            return Tensor(x.data)
        if self.p == DROPOUT_MAX_PROB:
            return Tensor(np.zeros_like(x.data), requires_grad=x.requires_grad)
        keep: float = 1.0 - self.p
        mask: Array = (np.random.random(x.shape) < keep).astype(np.float32)
        return x * Tensor(mask / keep)


class Sequential(Layer):
    layers: list[Layer]

    def __init__(self, *layers: Layer | Iterable[Layer]) -> None:
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            self.layers = list(layers[0])
        else:
            self.layers = list(layers)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers)

    def forward(self, x: Tensor) -> Tensor:
        for layer in self:
            x = layer(x)
        return x

    def parameters(self) -> list[Tensor]:
        return [p for layer in self for p in layer.parameters()]
