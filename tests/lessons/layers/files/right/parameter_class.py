"""A tensor that is a parameter says so by its class."""

import numpy as np
from tinytorch.core.tensor import Tensor


class Parameter(Tensor):
    """A Tensor that always wants a gradient."""

    def __init__(self, data, requires_grad=True):
        super().__init__(data, requires_grad=requires_grad)


class Layer:
    def forward(self, x):
        raise NotImplementedError("subclasses implement forward")

    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def parameters(self):
        return [v for v in self.__dict__.values() if isinstance(v, Parameter)]


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Parameter(np.random.randn(in_features, out_features) * in_features**-0.5)
        self.bias = Parameter(np.zeros(out_features)) if bias else None

    def forward(self, x):
        y = x @ self.weight
        if self.bias is None:
            return y
        return y + self.bias


class Dense(Linear):
    def __init__(self, input_size, output_size, bias=True):
        super().__init__(input_size, output_size, bias)
        self.input_size = input_size
        self.output_size = output_size
        limit = np.sqrt(6.0 / (input_size + output_size))
        self.weight = Parameter(np.random.uniform(-limit, limit, (input_size, output_size)))

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]


class Dropout(Layer):
    def __init__(self, p=0.5):
        if not 0.0 <= p <= 1.0:
            raise ValueError("p is a probability, so it must be from 0 to 1; got %r" % (p,))
        self.p = p

    def forward(self, x, training=True):
        if not training or self.p == 0.0:
            return x
        if self.p == 1.0:
            return Tensor(np.zeros(x.shape), requires_grad=x.requires_grad)
        keep = 1.0 - self.p
        return x * Tensor(np.random.binomial(1, keep, x.shape)) * (1.0 / keep)


class Sequential(Layer):
    def __init__(self, *layers):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            layers = layers[0]
        self.layers = [layer for layer in layers]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]
