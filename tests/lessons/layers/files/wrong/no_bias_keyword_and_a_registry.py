"""no choice of bias, in a base that registers what is set."""

import numpy as np

from tinytorch.core.tensor import Tensor


class Layer:
    def __init__(self):
        object.__setattr__(self, "_parameters", {})
        object.__setattr__(self, "_children", {})

    def __setattr__(self, name, value):
        if "_parameters" not in vars(self):
            raise AttributeError("call super().__init__() before you set an attribute")
        if isinstance(value, Tensor):
            self._parameters[name] = value
        elif isinstance(value, Layer):
            self._children[name] = value
        elif isinstance(value, list):
            for place, item in enumerate(value):
                if isinstance(item, Layer):
                    self._children[f"{name}.{place}"] = item
        object.__setattr__(self, name, value)

    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def forward(self, x):
        raise NotImplementedError

    def named_parameters(self, prefix=""):
        for name, value in self._parameters.items():
            yield prefix + name, value
        for name, child in self._children.items():
            yield from child.named_parameters(f"{prefix}{name}.")

    def parameters(self):
        return [value for _, value in self.named_parameters()]


class Linear(Layer):
    def __init__(self, in_features, out_features):
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        scale = np.sqrt(1.0 / in_features)
        self.weight = Tensor(np.random.randn(in_features, out_features) * scale, requires_grad=True)
        self.bias = Tensor(np.zeros(out_features), requires_grad=True)

    def forward(self, x):
        y = x.matmul(self.weight)
        return y + self.bias


class Dense(Linear):
    def __init__(self, input_size, output_size):
        super().__init__(input_size, output_size)
        self.input_size = input_size
        self.output_size = output_size
        limit = np.sqrt(6.0 / (input_size + output_size))
        weights = np.random.uniform(-limit, limit, (input_size, output_size))
        self.weight = Tensor(weights, requires_grad=True)


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
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            layers = layers[0]
        super().__init__()
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
