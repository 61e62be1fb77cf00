"""Newer syntax wherever there is any."""

import numpy as np
import tinytorch as tt


class Layer:
    def forward(self, x, /):
        raise NotImplementedError(f"{self.__class__.__name__=}: forward")

    def __call__(self, x, /, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def parameters(self, /):
        return []


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features, self.out_features = shape = in_features, out_features
        self.weight = tt.Tensor(np.random.normal(0, in_features**-0.5, shape), requires_grad=True)
        match bias:
            case True:
                self.bias = tt.Tensor(np.zeros(out_features), requires_grad=True)
            case _:
                self.bias = None

    def forward(self, x):
        y = x @ self.weight
        return y + b if (b := self.bias) is not None else y

    def parameters(self):
        return [self.weight, b] if (b := self.bias) is not None else [self.weight]


class Dense(Layer):
    def __init__(self, input_size, output_size, bias=True):
        self.input_size, self.output_size = shape = input_size, output_size
        reach = np.sqrt(6 / sum(shape))
        self.weight = tt.Tensor(np.random.uniform(-reach, reach, shape), requires_grad=True)
        self.bias = tt.Tensor(np.zeros(output_size), requires_grad=True) if bias else None

    def forward(self, x):
        match self.bias:
            case None:
                return x @ self.weight
            case b:
                return x @ self.weight + b

    def parameters(self):
        return [self.weight, *filter(lambda t: t is not None, [self.bias])]


class Dropout(Layer):
    def __init__(self, p=0.5):
        match p:
            case float() | int() if 0 <= p <= 1:
                self.p = p
            case _:
                raise ValueError(f"{p=} is no probability")

    def forward(self, x, training=True):
        match (bool(training), self.p):
            case (False, _) | (True, 0):
                return x
            case (True, 1):
                return x * 0.0
            case (True, p):
                return x * tt.Tensor((np.random.random(x.shape) >= p) / (1 - p))


class Sequential(Layer):
    def __init__(self, *layers):
        match layers:
            case (list(inner),):
                self.layers = list(inner)
            case _:
                self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]
