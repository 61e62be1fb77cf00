"""Layers as data classes (which makes them unhashable: dataclasses compare by value)."""

from __future__ import annotations

from dataclasses import InitVar, dataclass, field

import numpy as np
from tinytorch.core.tensor import Tensor


class Layer:
    def forward(self, x):
        raise NotImplementedError("a layer must define forward")

    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def parameters(self):
        return []


@dataclass
class Linear(Layer):
    in_features: int
    out_features: int
    bias: InitVar[bool] = True
    weight: Tensor = field(init=False, repr=False)

    def __post_init__(self, bias):
        scale = np.sqrt(1.0 / self.in_features)
        draw = np.random.randn(self.in_features, self.out_features)
        self.weight = Tensor(draw * scale, requires_grad=True)
        self.bias = Tensor(np.zeros(self.out_features), requires_grad=True) if bias else None

    def forward(self, x):
        y = x @ self.weight
        return y if self.bias is None else y + self.bias

    def parameters(self):
        return [p for p in (self.weight, self.bias) if p is not None]


@dataclass
class Dense(Layer):
    input_size: int
    output_size: int
    bias: InitVar[bool] = True
    weight: Tensor = field(init=False, repr=False)

    def __post_init__(self, bias):
        limit = np.sqrt(6.0 / (self.input_size + self.output_size))
        draw = np.random.uniform(-limit, limit, (self.input_size, self.output_size))
        self.weight = Tensor(draw, requires_grad=True)
        self.bias = Tensor(np.zeros(self.output_size), requires_grad=True) if bias else None

    forward = Linear.forward
    parameters = Linear.parameters


@dataclass(frozen=True)
class Dropout(Layer):
    p: float = 0.5

    def __post_init__(self):
        if not 0 <= self.p <= 1:
            raise ValueError(f"p must lie in [0, 1], got {self.p}")

    def forward(self, x, training=True):
        if not training or self.p == 0:
            return x
        if self.p == 1:
            return x * 0.0
        keep = 1 - self.p
        return x * Tensor((np.random.random(x.shape) < keep) / keep)


@dataclass(init=False)
class Sequential(Layer):
    layers: list = field(default_factory=list)

    def __init__(self, *layers):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            layers = layers[0]
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(Tensor(x.data))
        return x

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]
