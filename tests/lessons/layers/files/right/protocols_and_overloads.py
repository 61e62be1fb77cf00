"""Everything annotated: Protocol, Final, overload, TypedDict, type aliases."""
from __future__ import annotations

from typing import Any, Final, Protocol, TypedDict, cast, overload

import numpy as np
import numpy.typing as npt

from tinytorch.core.tensor import Tensor

Floats = npt.NDArray[np.float64]
LOWEST: Final = 0.0
HIGHEST: Final = 1.0


class HasForward(Protocol):
    def forward(self, x: Tensor) -> Tensor: ...
    def parameters(self) -> list[Tensor]: ...


class Sizes(TypedDict):
    rows: int
    columns: int


class Layer:
    def __call__(self, x: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        return self.forward(x, *args, **kwargs)

    def forward(self, x: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        raise NotImplementedError(f"{self.__class__.__qualname__}.forward")

    def parameters(self) -> list[Tensor]:
        return []


class Linear(Layer):
    in_features: int
    out_features: int
    weight: Tensor
    bias: Tensor | None

    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Tensor(self._first({"rows": in_features, "columns": out_features}), requires_grad=True)
        self.bias = Tensor(np.zeros(out_features, dtype=np.float32), requires_grad=True) if bias else None

    @staticmethod
    def _first(sizes: Sizes) -> Floats:
        values: Floats = np.random.randn(sizes["rows"], sizes["columns"])
        return values * float(np.sqrt(1.0 / sizes["rows"]))

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        product: Tensor = x @ self.weight
        return product if self.bias is None else product + self.bias

    def parameters(self) -> list[Tensor]:
        return [self.weight] if self.bias is None else [self.weight, self.bias]


class Dense(Linear):
    def __init__(self, input_size: int, output_size: int, bias: bool = True) -> None:
        super().__init__(input_size, output_size, bias)
        self.input_size: int = input_size
        self.output_size: int = output_size

    @staticmethod
    def _first(sizes: Sizes) -> Floats:
        limit = float(np.sqrt(6.0 / (sizes["rows"] + sizes["columns"])))
        return np.random.uniform(-limit, limit, (sizes["rows"], sizes["columns"]))


class Dropout(Layer):
    p: float

    def __init__(self, p: float = 0.5) -> None:
        if not LOWEST <= p <= HIGHEST:
            raise ValueError(f"p is {p!r}, which is no probability")
        self.p = p

    def forward(self, x: Tensor, training: bool = True) -> Tensor:  # type: ignore[override]
        if not training or self.p == LOWEST:
            return x
        kept: npt.NDArray[np.bool_] = np.random.rand(*x.shape) >= self.p
        factor: float = 1.0 / (1.0 - self.p) if self.p < HIGHEST else 0.0
        return x * Tensor(kept.astype(np.float32) * factor)


class Sequential(Layer):
    layers: list[HasForward]

    @overload
    def __init__(self, *layers: HasForward) -> None: ...
    @overload
    def __init__(self, layers: list[HasForward], /) -> None: ...
    def __init__(self, *layers: Any) -> None:
        given = layers[0] if len(layers) == 1 and isinstance(layers[0], (list, tuple)) else layers
        self.layers = cast("list[HasForward]", list(given))

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def parameters(self) -> list[Tensor]:
        return [parameter for layer in self.layers for parameter in layer.parameters()]
