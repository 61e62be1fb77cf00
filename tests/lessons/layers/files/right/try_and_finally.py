"""Exceptions as control flow: try, except, else and finally wherever they fit."""
import numpy as np
from tinytorch.core.tensor import Tensor


class Layer:
    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def forward(self, x):
        raise NotImplementedError(f"{type(self).__name__} needs a forward")

    def parameters(self):
        return []


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Tensor(np.random.randn(in_features, out_features) / np.sqrt(in_features), requires_grad=True)
        self.bias = Tensor(np.zeros(out_features), requires_grad=True) if bias else None

    def forward(self, x):
        result = None
        try:
            result = x @ self.weight
            result = result + self.bias
        except TypeError:
            if self.bias is not None:
                raise
        finally:
            self.calls = getattr(self, "calls", 0) + 1
        return result

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]


class Dense(Linear):
    def __init__(self, input_size, output_size, bias=True):
        super().__init__(input_size, output_size, bias)
        self.input_size = input_size
        self.output_size = output_size
        limit = np.sqrt(6 / (input_size + output_size))
        self.weight = Tensor(np.random.uniform(-limit, limit, (input_size, output_size)), requires_grad=True)


class Dropout(Layer):
    def __init__(self, p=0.5):
        if not 0 <= p <= 1:
            raise ValueError(f"p is {p}")
        self.p = p

    def forward(self, x, training=True):
        if not training or self.p == 0:
            return x
        try:
            factor = 1 / (1 - self.p)
        except ZeroDivisionError:
            return x * 0
        else:
            return x * ((np.random.rand(*x.shape) >= self.p) * factor)


class Sequential(Layer):
    def __init__(self, *layers):
        try:
            (only,) = layers
            self.layers = list(only) if isinstance(only, (list, tuple)) else [only]
        except ValueError:
            self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]
