import math

import numpy as np
from tinytorch import Tensor


class Layer:
    def __init__(self):
        self.training = True

    def train(self, mode=True):
        self.training = mode
        return self

    def eval(self):
        return self.train(False)

    def forward(self, x):
        raise NotImplementedError(f"forward() of {self.__class__.__qualname__} is not written")

    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def parameters(self):
        return []


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        for name, size in (("in_features", in_features), ("out_features", out_features)):
            if int(size) != size or size <= 0:
                raise ValueError(f"{name} must be a positive whole number, got {size!r}")
        self.in_features = int(in_features)
        self.out_features = int(out_features)
        limit = (1.0 / self.in_features) ** 0.5
        values = limit * np.random.randn(self.in_features, self.out_features)
        assert values.shape == (self.in_features, self.out_features)
        self.weight = Tensor(values, requires_grad=True)
        self.bias = Tensor(np.zeros(self.out_features), requires_grad=True) if bias else None

    def forward(self, x):
        if not isinstance(x, Tensor):
            x = Tensor(x)
        if x.shape[-1] != self.in_features:
            raise ValueError(
                f"Linear expects (..., {self.in_features}) but the input is {tuple(x.shape)}"
            )
        y = x @ self.weight
        if self.bias is not None:
            y = y + self.bias
        assert y.shape[-1] == self.out_features
        return y

    def parameters(self):
        return [self.weight, self.bias] if self.bias is not None else [self.weight]


class Dense(Linear):
    """Linear, with its weights drawn again in place."""

    def __init__(self, input_size, output_size, bias=True):
        Linear.__init__(self, in_features=input_size, out_features=output_size, bias=bias)
        self.input_size = input_size
        self.output_size = output_size
        bound = np.sqrt(6.0) / np.sqrt(input_size + output_size)
        self.weight.data[...] = (2 * np.random.rand(input_size, output_size) - 1) * bound


class Dropout(Layer):
    def __init__(self, p=0.5):
        super().__init__()
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p = p

    def forward(self, x, training=None):
        if training is None:
            training = self.training
        if not training or self.p == 0.0:
            return x
        if self.p == 1.0:
            return x * Tensor(np.zeros_like(x.data))
        mask = np.random.random(x.shape) >= self.p
        return x * Tensor(mask / (1.0 - self.p))

    def parameters(self):
        return []


class Sequential(Layer):
    def __init__(self, *layers):
        super().__init__()
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            layers = layers[0]
        self.layers = list(layers)

    def train(self, mode=True):
        self.training = mode
        for layer in self.layers:
            if hasattr(layer, "train"):
                layer.train(mode)
        return self

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        params = []
        for layer in self.layers:
            params.extend(layer.parameters())
        return params
