import numpy as np
from tinytorch.core.tensor import Tensor


class Layer:
    __slots__ = ()

    def forward(self, x):
        raise NotImplementedError("forward is not written for " + type(self).__name__)

    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def parameters(self):
        return [t for t in (getattr(self, slot) for slot in self.__slots__) if self._trains(t)]

    @staticmethod
    def _trains(value):
        return isinstance(value, Tensor) and value.requires_grad


class Linear(Layer):
    __slots__ = ("in_features", "out_features", "weight", "bias")

    def __init__(self, in_features, out_features, bias=True):
        self.in_features = in_features
        self.out_features = out_features
        values = np.random.randn(in_features, out_features) / np.sqrt(in_features)
        self.weight = Tensor(values, requires_grad=True)
        self.bias = Tensor(np.zeros(out_features), requires_grad=True) if bias else None

    def forward(self, x):
        y = x @ self.weight
        if self.bias is not None:
            y = y + self.bias
        return y


class Dense(Layer):
    __slots__ = ("input_size", "output_size", "weight", "bias")

    def __init__(self, input_size, output_size, bias=True):
        self.input_size = input_size
        self.output_size = output_size
        a = np.sqrt(6 / (input_size + output_size))
        self.weight = Tensor(np.random.uniform(-a, a, (input_size, output_size)), requires_grad=True)
        self.bias = Tensor(np.zeros(output_size), requires_grad=True) if bias else None

    def forward(self, x):
        y = x @ self.weight
        if self.bias is not None:
            y = y + self.bias
        return y


class Dropout(Layer):
    __slots__ = ("p",)

    def __init__(self, p=0.5):
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"p is {p}; it must be from 0 to 1")
        self.p = p

    def forward(self, x):
        if self.p == 0.0:
            return x
        if self.p == 1.0:
            return x * 0.0
        mask = np.random.random(x.shape) > self.p
        return x * mask.astype(np.float32) / (1.0 - self.p)


class Sequential(Layer):
    __slots__ = ("layers",)

    def __init__(self, *layers):
        if len(layers) == 1 and type(layers[0]) in (list, tuple):
            layers = layers[0]
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]
