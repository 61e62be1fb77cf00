import math

import numpy as np
from tinytorch import Tensor


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
    """The product written out: multiply by broadcasting, then sum over the features."""

    def __init__(self, in_features, out_features, bias=True):
        self.in_features = in_features
        self.out_features = out_features
        sigma = math.sqrt(1.0 / in_features)
        self.weight = Tensor(
            np.random.normal(scale=sigma, size=[in_features, out_features]), requires_grad=True
        )
        self.bias = Tensor(np.zeros_like(self.weight.data[0]), requires_grad=True) if bias else None

    def forward(self, x):
        if x.shape[-1] != self.in_features:
            raise ValueError(
                f"expected inputs (..., {self.in_features}), got {x.shape}: "
                "make the layer before it as wide as this one expects"
            )
        columns = x.reshape(*x.shape, 1)
        y = (columns * self.weight).sum(axis=-2)
        if self.bias is not None:
            y = self.bias + y
        self.output = y

    def parameters(self):
        return [self.weight] + ([self.bias] if self.bias is not None else [])


class Dense(Linear):
    def __init__(self, input_size, output_size, bias=True):
        super().__init__(input_size, output_size, bias)
        self.input_size = input_size
        self.output_size = output_size
        a = np.sqrt(6 / (input_size + output_size))
        self.weight = Tensor(
            np.random.uniform(low=-a, high=a, size=(input_size, output_size)), requires_grad=True
        )


def bernoulli(shape, probability):
    """An array of ones and zeros; each is a one with the given probability."""
    return (np.random.random_sample(shape) < probability) * 1.0


class Dropout(Layer):
    def __init__(self, p=0.5):
        self.p = self._check(p)

    @staticmethod
    def _check(p):
        if 0 <= p <= 1:
            return p
        raise ValueError(f"{p} is not between 0 and 1")

    def forward(self, x, training=True):
        return self._drop(x) if training and self.p > 0 else x

    def _drop(self, x):
        keep = 1 - self.p
        if keep == 0:
            return x * 0
        return x / keep * Tensor(bernoulli(x.shape, keep))

    def parameters(self):
        return []


class Sequential(Layer):
    """Runs layers, and plain functions too."""

    def __init__(self, *layers):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            layers = tuple(layers[0])
        self.layers = list(layers)

    def add(self, layer):
        self.layers.append(layer)
        return self

    def forward(self, x):
        for f in self.layers:
            x = f(x)
        return x

    def parameters(self):
        params = []
        for layer in self.layers:
            if hasattr(layer, "parameters"):
                params += layer.parameters()
        return params
