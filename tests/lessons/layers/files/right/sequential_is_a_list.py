"""A Sequential that is a list of layers itself; `layers` is the object seen as one."""
import numpy as np
from tinytorch.core.tensor import Tensor


class Layer:
    def forward(self, x):
        raise NotImplementedError("forward is missing")

    def __call__(self, *args, **kwargs):
        return self.forward(*args, **kwargs)

    def parameters(self):
        return []


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features = in_features
        self.out_features = out_features
        std = 1.0 / np.sqrt(in_features)
        self.weight = Tensor(np.random.normal(0.0, std, (in_features, out_features)), requires_grad=True)
        self.bias = Tensor(np.zeros((out_features,)), requires_grad=True) if bias else None

    def forward(self, x):
        out = x @ self.weight
        return out + self.bias if self.bias is not None else out

    def parameters(self):
        return [t for t in (self.weight, self.bias) if t is not None]


class Dense(Linear):
    def __init__(self, input_size, output_size, bias=True):
        Linear.__init__(self, input_size, output_size, bias)
        self.input_size = input_size
        self.output_size = output_size
        r = np.sqrt(6 / (input_size + output_size))
        self.weight = Tensor(np.random.uniform(-r, r, size=(input_size, output_size)), requires_grad=True)


class Dropout(Layer):
    def __init__(self, p=0.5):
        if not 0.0 <= p <= 1.0:
            raise ValueError("a probability, please")
        self.p = p

    def forward(self, x, training=True):
        if not training or self.p == 0.0:
            return x
        if self.p == 1.0:
            return x * 0.0
        return x * (np.random.binomial(1, 1 - self.p, x.shape) / (1 - self.p))


class Sequential(list, Layer):
    def __init__(self, *layers):
        if len(layers) == 1 and isinstance(layers[0], list) and not isinstance(layers[0], Layer):
            layers = layers[0]
        super().__init__(layers)

    @property
    def layers(self):
        return self

    def forward(self, x):
        for layer in self:
            x = layer(x)
        return x

    def parameters(self):
        found = []
        for layer in self:
            found += layer.parameters()
        return found
