from functools import reduce
from itertools import chain

import numpy as np

from tinytorch.core.tensor import Tensor


class MissingForward(NotImplementedError):
    """A layer was called whose author has not written forward."""


class Layer:
    calls = 0

    def forward(self, x):
        raise MissingForward(type(self).__name__)

    def __call__(self, x, *args, **kwargs):
        Layer.calls += 1
        try:
            return self.forward(x, *args, **kwargs)
        finally:
            self.was_called = True

    def parameters(self):
        return []


def box_muller(rows, columns):
    """Normal numbers out of two uniform ones (Box and Muller, 1958)."""
    u = 1.0 - np.random.random((rows, columns))
    v = np.random.random((rows, columns))
    return np.sqrt(-2.0 * np.log(u)) * np.cos(2.0 * np.pi * v)


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features = in_features
        self.out_features = out_features
        spread = np.sqrt(1.0 / in_features)
        self.weight = Tensor(box_muller(in_features, out_features) * spread, requires_grad=True)
        self.bias = None
        if bias:
            self.bias = Tensor(np.zeros(out_features), requires_grad=True)

    def forward(self, x):
        self.last_input = x
        z = x @ self.weight
        if self.bias is not None:
            z = z + self.bias
        self.last_output = z
        return z

    def parameters(self):
        yielded = [self.weight]
        if self.bias is not None:
            yielded.append(self.bias)
        return yielded


class Dense(Layer):
    def __init__(self, input_size, output_size, bias=True):
        fan_sum = input_size + output_size
        self.input_size, self.output_size = input_size, output_size
        unit = np.random.rand(input_size, output_size) - 0.5
        self.weight = Tensor(unit * 2.0 * np.sqrt(6.0 / fan_sum), requires_grad=True)
        self.bias = Tensor(np.zeros(output_size), requires_grad=True) if bias else None

    def forward(self, x):
        # y = Wx + b for a column x is (x^T W^T + b^T)^T: the same map, rows in place of columns.
        out = x.matmul(self.weight)
        return out + self.bias if self.bias is not None else out

    def parameters(self):
        params = [self.weight]
        if self.bias is not None:
            params.append(self.bias)
        return params


class Dropout(Layer):
    def __init__(self, p=0.5):
        if not 0 <= p <= 1:
            raise ValueError(f"bad p: {p!r}")
        self.p = p

    def forward(self, x, training=True):
        if not training or self.p == 0:
            return x
        elif self.p == 1:
            return Tensor(np.zeros(x.shape), requires_grad=x.requires_grad)
        keep_mask = np.full(x.shape, np.random.random() > self.p).astype(np.float32)
        keep_mask /= 1.0 - self.p
        return x * Tensor(keep_mask)

    def parameters(self):
        return []


class Sequential(Layer):
    def __init__(self, *layers):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            (layers,) = layers
        self.layers = [*layers]

    def forward(self, x):
        return reduce(lambda value, layer: layer(value), self.layers, x)

    def parameters(self):
        return list(chain.from_iterable(layer.parameters() for layer in self.layers))
