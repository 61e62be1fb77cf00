from functools import reduce
from itertools import chain

import numpy as np

from tinytorch.core.tensor import Tensor


class Layer:
    """What all layers have in common."""

    def forward(self, x):
        """Compute the output; every layer writes its own."""
        raise NotImplementedError(f"{type(self).__name__} must write its own forward(x)")

    def __call__(self, x, *args, **kwargs):
        """Make the layer callable like a function."""
        return self.forward(x, *args, **kwargs)

    def parameters(self):
        """No parameters unless a layer says otherwise."""
        return []


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features = in_features
        self.out_features = out_features
        gaussian = np.random.normal(size=(out_features, in_features))
        gaussian = gaussian / np.sqrt(in_features)
        self.weight = Tensor(np.ascontiguousarray(gaussian.T), requires_grad=True)
        if bias == False:
            self.bias = None
        else:
            self.bias = Tensor(np.full(shape=out_features, fill_value=0.0), requires_grad=True)

    def forward(self, x):
        xw = Tensor.matmul(x, self.weight)
        if self.bias is None:
            return xw
        b = self.bias
        return xw + b

    def parameters(self):
        ps = [self.weight]
        if not self.bias is None:
            ps.append(self.bias)
        return ps


class Dense(Layer):
    def __init__(self, input_size, output_size, bias=True):
        self.input_size = input_size
        self.output_size = output_size
        self.in_features = input_size
        self.out_features = output_size
        sd = np.sqrt(2.0 / (input_size + output_size))
        reach = sd * np.sqrt(3.0)
        weights = np.random.uniform(-reach, reach, size=(input_size, output_size))
        self.weight = Tensor(weights.astype(np.float32), requires_grad=True)
        self.bias = Tensor(np.zeros(output_size, np.float32), requires_grad=True) if bias else None

    forward = Linear.forward
    parameters = Linear.parameters


class Dropout(Layer):
    """Masks out of random bits: one 32-bit word for each element."""

    def __init__(self, p=0.5):
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"p={p} is outside [0, 1]")
        self.p = p

    def forward(self, x, training=True):
        if not training or self.p == 0.0:
            return x
        if self.p == 1.0:
            return x * 0.0
        keep = np.ones(x.size, dtype=np.float32)
        keep[: int(self.p * x.size)] = 0.0
        np.random.shuffle(keep)
        keep = keep.reshape(x.shape)
        scaled = x * (1.0 / (1.0 - self.p))
        return scaled * Tensor(keep)


class Sequential(Layer):
    def __init__(self, *layers):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            (layers,) = layers
        self.layers = [*layers]

    def forward(self, x):
        return reduce(lambda value, layer: layer(value), self.layers, x)

    def parameters(self):
        return list(chain.from_iterable(layer.parameters() for layer in self.layers))
