"""Linear and Dense are both an Affine, which is told how to draw; Dense is no Linear."""
import math

import numpy as np
from tinytorch import Tensor


class Layer:
    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def forward(self, x):
        raise NotImplementedError

    def parameters(self):
        return []


class Affine(Layer):
    def __init__(self, rows, columns, bias):
        self.weight = Tensor(self.draw(rows, columns), requires_grad=True)
        self.bias = Tensor([0.0] * columns, requires_grad=True) if bias else None

    def draw(self, rows, columns):
        raise NotImplementedError

    def forward(self, x):
        out = x.matmul(self.weight)
        if self.bias is not None:
            out = out + self.bias
        return out

    def parameters(self):
        if self.bias is None:
            return [self.weight]
        return [self.weight, self.bias]


class Linear(Affine):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__(in_features, out_features, bias)
        self.in_features = in_features
        self.out_features = out_features

    def draw(self, rows, columns):
        return np.random.standard_normal((rows, columns)) / math.sqrt(rows)


class Dense(Affine):
    def __init__(self, input_size, output_size, bias=True):
        super().__init__(input_size, output_size, bias)
        self.input_size = input_size
        self.output_size = output_size

    def draw(self, rows, columns):
        limit = math.sqrt(6.0 / (rows + columns))
        return (2 * np.random.rand(rows, columns) - 1) * limit


class Dropout(Layer):
    def __init__(self, p=0.5):
        if p < 0 or p > 1 or p != p:
            raise ValueError(f"p = {p}")
        self.p = p

    def forward(self, x, training=True):
        if training is False or self.p == 0:
            return x
        keep = 1 - self.p
        kept = np.random.choice([0.0, 1.0], size=x.shape, p=[self.p, keep])
        return x * kept / (keep if keep > 0 else 1)


class Sequential(Layer):
    def __init__(self, *layers):
        first = layers[0] if layers else None
        self.layers = list(first) if isinstance(first, (list, tuple)) else list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def parameters(self):
        return sum((layer.parameters() for layer in self.layers), [])
