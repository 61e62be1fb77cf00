"""Weight and bias in a NamedTuple, reached by properties."""

from typing import NamedTuple

import numpy as np

from tinytorch.core.tensor import Tensor


class Numbers(NamedTuple):
    weight: Tensor
    bias: Tensor | None


class Layer:
    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def forward(self, x):
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def parameters(self):
        return []


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features, self.out_features = in_features, out_features
        self._numbers = Numbers(self._draw(in_features, out_features), self._zeros(out_features) if bias else None)

    @staticmethod
    def _draw(rows, columns):
        return Tensor(np.random.normal(0, rows**-0.5, (rows, columns)), requires_grad=True)

    @staticmethod
    def _zeros(length):
        return Tensor(np.zeros(length), requires_grad=True)

    @property
    def weight(self):
        return self._numbers.weight

    @property
    def bias(self):
        return self._numbers.bias

    def forward(self, x):
        weight, bias = self._numbers
        y = x @ weight
        return y if bias is None else y + bias

    def parameters(self):
        return [each for each in self._numbers if each is not None]


class Dense(Linear):
    def __init__(self, input_size, output_size, bias=True):
        super().__init__(input_size, output_size, bias)
        self.input_size, self.output_size = input_size, output_size

    @staticmethod
    def _draw(rows, columns):
        limit = np.sqrt(6 / (rows + columns))
        return Tensor(np.random.uniform(-limit, limit, (rows, columns)), requires_grad=True)


class Dropout(Layer):
    def __init__(self, p=0.5):
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"p must be from 0 to 1, not {p}")
        self.p = p

    def forward(self, x, training=True):
        if not training or self.p == 0.0:
            return x
        if self.p == 1.0:
            return x * 0.0
        keep = 1.0 - self.p
        return x * ((np.random.random(x.shape) < keep) / keep)

    def parameters(self):
        return []


class Sequential(Layer):
    def __init__(self, *layers):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            layers = layers[0]
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]
