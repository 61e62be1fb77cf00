"""Parameters and sub-layers are registered as they are assigned, as PyTorch does it."""

import numpy as np
from tinytorch.core.tensor import Tensor


class Layer:
    def __init__(self):
        object.__setattr__(self, "_parameters", {})
        object.__setattr__(self, "_children", {})

    def __setattr__(self, name, value):
        if isinstance(value, Tensor) and value.requires_grad:
            self._parameters[name] = value
        elif isinstance(value, Layer):
            self._children[name] = value
        else:
            object.__setattr__(self, name, value)

    def __getattr__(self, name):
        for table in ("_parameters", "_children"):
            entries = self.__dict__.get(table, {})
            if name in entries:
                return entries[name]
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    def forward(self, x):
        raise NotImplementedError(f"{type(self).__name__}.forward(x)")

    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def parameters(self):
        collected = list(self.__dict__.get("_parameters", {}).values())
        for child in self.__dict__.get("_children", {}).values():
            collected.extend(child.parameters())
        return collected


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Tensor(
            np.random.uniform(-1, 1, (in_features, out_features)) * np.sqrt(3.0 / in_features),
            requires_grad=True,
        )
        self.bias = Tensor(np.zeros(out_features), requires_grad=True) if bias else None

    def forward(self, x):
        y = x.matmul(self.weight)
        return y + self.bias if self.bias is not None else y


class Dense(Layer):
    def __init__(self, input_size, output_size, bias=True):
        super().__init__()
        self.input_size = input_size
        self.output_size = output_size
        reach = (6.0 / (input_size + output_size)) ** 0.5
        self.weight = Tensor(
            np.random.uniform(-reach, reach, (input_size, output_size)), requires_grad=True
        )
        self.bias = Tensor(np.zeros(output_size), requires_grad=True) if bias else None

    def forward(self, x):
        y = x.matmul(self.weight)
        return y + self.bias if self.bias is not None else y


class Dropout(Layer):
    def __init__(self, p=0.5):
        super().__init__()
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"0 <= p <= 1 is needed, not {p}")
        self.p = p

    def forward(self, x, training=True):
        if not training or self.p == 0.0:
            return x
        if self.p == 1.0:
            return x * 0.0
        keep = 1.0 - self.p
        return x * Tensor(np.where(np.random.random(x.shape) < keep, 1.0 / keep, 0.0))


class Sequential(Layer):
    def __init__(self, *layers):
        super().__init__()
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            layers = layers[0]
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        params = []
        for layer in self.layers:
            params.extend(layer.parameters())
        return params
