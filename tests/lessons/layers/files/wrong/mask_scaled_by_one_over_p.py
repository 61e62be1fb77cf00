import numpy as np
from numpy.random import default_rng

from tinytorch.core.tensor import Tensor

rng = default_rng()


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
        return (x * Tensor(survivors.astype(float))) * (1 / self.p)

    def parameters(self) -> list:
        return []


class Sequential(Layer):
    def __init__(self, *layers):
        super().__init__()
        first = layers[0] if layers else None
        self.layers = list(first) if isinstance(first, (list, tuple)) else list(layers)

    def forward(self, x):
        out = x
        for step in self.layers:
            out = step(out)
        return out

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]

    def __len__(self):
        return len(self.layers)

    def __getitem__(self, i):
        return self.layers[i]
