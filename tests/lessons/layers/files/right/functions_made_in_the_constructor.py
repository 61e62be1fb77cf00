"""Forward is a function made in __init__, with all it needs in its closure."""

import numpy as np

from tinytorch.core.tensor import Tensor


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
        weight = Tensor(np.random.randn(in_features, out_features) / in_features**0.5, requires_grad=True)
        shift = Tensor(np.zeros(out_features), requires_grad=True) if bias else None
        self.weight, self.bias = weight, shift
        self.forward = lambda x: x @ weight if shift is None else x @ weight + shift
        self.parameters = lambda: [each for each in (weight, shift) if each is not None]


class Dense(Layer):
    def __init__(self, input_size, output_size, bias=True):
        self.input_size, self.output_size = input_size, output_size
        limit = (6 / (input_size + output_size)) ** 0.5
        weights = np.random.uniform(-limit, limit, (input_size, output_size))
        weight = Tensor(weights, requires_grad=True)
        shift = Tensor(np.zeros(output_size), requires_grad=True) if bias else None
        self.weight, self.bias = weight, shift
        self.forward = lambda x: x @ weight if shift is None else x @ weight + shift
        self.parameters = lambda: [each for each in (weight, shift) if each is not None]


class Dropout(Layer):
    def __init__(self, p=0.5):
        if not 0 <= p <= 1:
            raise ValueError(p)

        def forward(x, training=True):
            if not training or p == 0:
                return x
            if p == 1:
                return x * 0.0
            return x * ((np.random.random(x.shape) >= p) / (1 - p))

        self.forward = forward


class Sequential(Layer):
    def __init__(self, *layers):
        chosen = list(layers[0]) if len(layers) == 1 and isinstance(layers[0], list) else list(layers)

        def forward(x):
            for layer in chosen:
                x = layer(x)
            return x

        self.forward = forward
        self.parameters = lambda: [each for layer in chosen for each in layer.parameters()]
