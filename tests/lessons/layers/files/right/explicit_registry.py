"""Parameters and children are registered by hand, and walked without asking the children."""

import numpy as np

from tinytorch.core.tensor import Tensor


class Layer:
    def __init__(self):
        self._parameters = {}
        self._modules = {}

    def register_parameter(self, name, value):
        self._parameters[name] = value
        setattr(self, name, value)

    def add_module(self, name, child):
        self._modules[name] = child

    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def forward(self, x):
        raise NotImplementedError(type(self).__name__)

    def _collect(self, found):
        found.extend(self._parameters.values())
        for child in self._modules.values():
            if isinstance(child, Layer):
                child._collect(found)

    def parameters(self):
        found = []
        self._collect(found)
        return found


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        self.register_parameter("weight", self.first_weight(in_features, out_features))
        self.bias = None
        if bias:
            self.register_parameter("bias", Tensor(np.zeros(out_features), requires_grad=True))

    def first_weight(self, rows, columns):
        return Tensor(np.random.randn(rows, columns) / np.sqrt(rows), requires_grad=True)

    def forward(self, x):
        y = x @ self.weight
        return y if self.bias is None else y + self.bias


class Dense(Linear):
    def __init__(self, input_size, output_size, bias=True):
        super().__init__(input_size, output_size, bias)
        self.input_size, self.output_size = input_size, output_size

    def first_weight(self, rows, columns):
        limit = np.sqrt(6 / (rows + columns))
        return Tensor(np.random.uniform(-limit, limit, (rows, columns)), requires_grad=True)


class Dropout(Layer):
    def __init__(self, p=0.5):
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"p must be from 0 to 1, not {p}")
        super().__init__()
        self.p = p

    def forward(self, x, training=True):
        if not training or self.p == 0.0:
            return x
        if self.p == 1.0:
            return x * 0.0
        keep = 1.0 - self.p
        return x * ((np.random.random(x.shape) < keep) / keep)


class Sequential(Layer):
    def __init__(self, *layers):
        super().__init__()
        self.layers = list(layers[0]) if layers and isinstance(layers[0], list) else list(layers)
        for place, layer in enumerate(self.layers):
            self.add_module(str(place), layer)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
