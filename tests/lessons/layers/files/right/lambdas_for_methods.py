"""Methods as lambdas, assigned in the class body."""
import numpy as np
from tinytorch.core.tensor import Tensor


class Layer:
    __call__ = lambda self, x, *args, **kwargs: self.forward(x, *args, **kwargs)

    def forward(self, x):
        raise NotImplementedError(f"{type(self).__name__} needs a forward")

    parameters = lambda self: []


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Tensor(np.random.randn(in_features, out_features) / np.sqrt(in_features), requires_grad=True)
        self.bias = Tensor(np.zeros(out_features), requires_grad=True) if bias else None

    forward = lambda self, x: x @ self.weight if self.bias is None else x @ self.weight + self.bias
    parameters = lambda self: [self.weight] if self.bias is None else [self.weight, self.bias]


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
        if self.p == 1:
            return x * 0
        return x * (np.random.rand(*x.shape) >= self.p) / (1 - self.p)


class Sequential(Layer):
    def __init__(self, *layers):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            layers = layers[0]
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    parameters = lambda self: [p for layer in self.layers for p in layer.parameters()]
