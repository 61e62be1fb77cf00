"""The base is a generic dataclass; layers are dataclasses with fields."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np

from tinytorch.core.tensor import Tensor


T = TypeVar("T")


@dataclass(eq=False)
class Layer(Generic[T]):
    label: str = field(default="layer", kw_only=True)

    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def forward(self, x):
        raise NotImplementedError(type(self).__name__)

    def parameters(self):
        return []


@dataclass(eq=False, repr=False)
class Linear(Layer[Tensor]):
    in_features: int
    out_features: int
    bias: Tensor | None | bool = True
    weight: Tensor = field(init=False)

    def __post_init__(self):
        size = self.in_features, self.out_features
        self.weight = Tensor(np.random.randn(*size) / np.sqrt(size[0]), requires_grad=True)
        self.bias = Tensor(np.zeros(size[1]), requires_grad=True) if self.bias else None

    def forward(self, x):
        y = x @ self.weight
        return y if self.bias is None else y + self.bias

    def parameters(self):
        return [each for each in (self.weight, self.bias) if each is not None]


class Dense(Linear):
    def __init__(self, input_size, output_size, bias=True):
        super().__init__(input_size, output_size, bias)
        self.input_size = input_size
        self.output_size = output_size
        limit = np.sqrt(6.0 / (input_size + output_size))
        weights = np.random.uniform(-limit, limit, (input_size, output_size))
        self.weight = Tensor(weights, requires_grad=True)


@dataclass(eq=False)
class Dropout(Layer[Tensor]):
    p: float = 0.5

    def __post_init__(self):
        if not 0 <= self.p <= 1:
            raise ValueError(self.p)

    def forward(self, x, training=True):
        if not training or self.p == 0:
            return x
        if self.p == 1:
            return x * 0.0
        return x * ((np.random.random(x.shape) >= self.p) / (1 - self.p))


class Sequential(Layer):
    def __init__(self, *layers):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            layers = layers[0]
        super().__init__()
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]
