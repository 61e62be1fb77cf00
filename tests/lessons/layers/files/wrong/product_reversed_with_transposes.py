"""The map is built once, as a function; a layer then cannot be pickled or copied."""

import numpy as np
from tinytorch.core.tensor import Tensor


def make_affine(weight, bias):
    if bias is None:
        return lambda x: weight.T @ x
    return lambda x: weight.T @ x + bias


class Layer:
    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def forward(self, x):
        raise NotImplementedError("no forward in " + repr(self))

    def parameters(self):
        return []


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Tensor(
            np.random.randn(in_features, out_features) / np.sqrt(in_features), requires_grad=True
        )
        self.bias = Tensor(np.zeros(out_features), requires_grad=True) if bias else None
        self.affine = make_affine(self.weight, self.bias)

    def forward(self, x):
        return self.affine(x)

    def parameters(self):
        return [p for p in (self.weight, self.bias) if p is not None]


class Dense(Layer):
    def __init__(self, input_size, output_size, bias=True):
        self.input_size = input_size
        self.output_size = output_size
        limit = np.sqrt(6.0 / (input_size + output_size))
        self.weight = Tensor(
            np.random.uniform(-limit, limit, (input_size, output_size)), requires_grad=True
        )
        self.bias = Tensor(np.zeros(output_size), requires_grad=True) if bias else None
        self.affine = make_affine(self.weight, self.bias)

    def forward(self, x):
        return self.affine(x)

    def parameters(self):
        return [p for p in (self.weight, self.bias) if p is not None]


class Dropout(Layer):
    def __init__(self, p=0.5):
        if not 0 <= p <= 1:
            raise ValueError(f"p={p}: must be between zero and one")
        self.p = p
        keep = 1 - p
        self.draw = lambda shape: (np.random.random(shape) < keep) / (keep or 1)

    def forward(self, x, training=True):
        return x * Tensor(self.draw(x.shape)) if training else x


class Sequential(Layer):
    def __init__(self, *layers):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            layers = layers[0]
        self.layers = list(layers)

    def forward(self, x):
        for f in self.layers:
            x = f(x)
        return x

    def parameters(self):
        return [p for f in self.layers for p in f.parameters()]
