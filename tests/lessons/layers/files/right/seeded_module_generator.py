import numpy as np
from numpy.random import default_rng

from tinytorch.core.tensor import Tensor

rng = default_rng(20240501)  # every run alike, every layer different


class Layer:
    def __call__(self, *args, **kwargs):
        return self.forward(*args, **kwargs)

    def forward(self, *args, **kwargs):
        raise NotImplementedError("write forward in the subclass")

    def parameters(self):
        return []


class Linear(Layer):
    def __init__(self, in_features: int, out_features: int, bias: bool = True):
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Tensor(
            rng.normal(loc=0, scale=1 / np.sqrt(in_features), size=(in_features, out_features)),
            requires_grad=True,
        )
        self.bias = Tensor(np.zeros(out_features), requires_grad=True) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        if self.bias is not None:
            return (x @ self.weight) + self.bias
        else:
            return x @ self.weight

    def parameters(self) -> list:
        if self.bias is not None:
            return [self.weight, self.bias]
        else:
            return [self.weight]


class Dense(Layer):
    def __init__(self, input_size, output_size, bias=True):
        self.input_size = input_size
        self.output_size = output_size
        r = (6 / (input_size + output_size)) ** 0.5
        self.weight = Tensor(rng.uniform(-r, r, size=(input_size, output_size)), requires_grad=True)
        self.bias = Tensor(np.zeros((output_size,)), requires_grad=True) if bias else None

    def forward(self, x):
        h = x @ self.weight
        if self.bias is not None:
            h = h + self.bias
        return h

    def parameters(self):
        return [t for t in [self.weight, self.bias] if t is not None]


class Dropout(Layer):
    def __init__(self, p: float = 0.5):
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"expected 0 <= p <= 1, got p={p}; pass a probability")
        self.p = p

    def forward(self, x: Tensor, training: bool = True) -> Tensor:
        if not training or self.p == 0:
            return x
        if self.p == 1:
            return x * Tensor(np.zeros(x.shape))
        survivors = rng.random(size=x.shape) >= self.p
        return (x * Tensor(survivors.astype(float))) * (1 / (1 - self.p))

    def parameters(self) -> list:
        return []


class Sequential(Layer):
    """Counts a layer that is used twice only once."""

    def __init__(self, *layers):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            self.layers = list(layers[0])
        else:
            self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        seen = {}
        for layer in self.layers:
            for parameter in layer.parameters():
                seen.setdefault(id(parameter), parameter)
        return list(seen.values())
