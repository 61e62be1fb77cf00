"""Tensors in a dict, found by __getattr__, and by nothing else."""

import numpy as np

from tinytorch.core.tensor import Tensor


class Layer:
    def __init__(self):
        self.tensors = {}

    def __getattr__(self, name):
        if name != "tensors" and name in self.tensors:
            return self.tensors[name]
        raise AttributeError(name)

    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def forward(self, x):
        raise NotImplementedError

    def parameters(self):
        return [each for each in self.tensors.values() if each is not None]


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        weight = np.random.randn(in_features, out_features) / np.sqrt(in_features)
        self.tensors["weight"] = Tensor(weight, requires_grad=True)
        self.tensors["bias"] = Tensor(np.zeros(out_features), requires_grad=True) if bias else None

    def forward(self, x):
        y = x @ self.weight
        return y + self.bias if self.bias is not None else y


class Dense(Linear):
    def __init__(self, input_size, output_size, bias=True):
        super().__init__(input_size, output_size, bias)
        self.input_size, self.output_size = input_size, output_size
        limit = np.sqrt(6 / (input_size + output_size))
        weights = np.random.uniform(-limit, limit, (input_size, output_size))
        self.tensors["weight"] = Tensor(weights, requires_grad=True)


class Dropout(Layer):
    def __init__(self, p=0.5):
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"p must be from 0 to 1, not {p}")
        super().__init__()
        self.p = p

    def forward(self, x, training=True):
        if not training or self.p == 0.0:
            return x
        if self.p == 1.0:
            return x * 0.0
        keep = 1.0 - self.p
        return x * ((np.random.random(x.shape) < keep) / keep)


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
