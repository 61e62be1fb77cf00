"""What never changes is worked out once: functools.cached_property and lru_cache."""
from functools import cached_property, lru_cache

import numpy as np
from tinytorch.core.tensor import Tensor


@lru_cache(maxsize=None)
def spread(fan_in):
    return fan_in ** -0.5


@lru_cache(maxsize=None)
def glorot(fan_in, fan_out):
    return (6 / (fan_in + fan_out)) ** 0.5


class Layer:
    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def forward(self, x):
        raise NotImplementedError

    def parameters(self):
        return []


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Tensor(
            np.random.normal(scale=spread(in_features), size=(in_features, out_features)), requires_grad=True
        )
        self.bias = Tensor(np.zeros(out_features), requires_grad=True) if bias else None

    def forward(self, x):
        y = x.matmul(self.weight)
        return y if self.bias is None else y + self.bias

    def parameters(self):
        return [p for p in (self.weight, self.bias) if p is not None]


class Dense(Linear):
    def __init__(self, input_size, output_size, bias=True):
        super().__init__(input_size, output_size, bias)
        self.input_size = input_size
        self.output_size = output_size
        bound = glorot(input_size, output_size)
        self.weight = Tensor(
            np.random.uniform(low=-bound, high=bound, size=(input_size, output_size)), requires_grad=True
        )


class Dropout(Layer):
    def __init__(self, p=0.5):
        if not 0 <= p <= 1:
            raise ValueError(f"p must be in [0, 1], is {p}")
        self.p = p

    @cached_property
    def factor(self):
        return 1 / (1 - self.p)

    def forward(self, x, training=True):
        if not training or self.p == 0:
            return x
        if self.p == 1:
            return x * np.zeros(x.shape)
        return x * ((np.random.rand(*x.shape) > self.p) * self.factor)


class Sequential(Layer):
    def __init__(self, *layers):
        self.layers = list(layers[0] if len(layers) == 1 and isinstance(layers[0], (list, tuple)) else layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]
