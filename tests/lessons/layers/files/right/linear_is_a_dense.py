"""The other way round: Linear is made from Dense."""
import numpy as np
from tinytorch.core.tensor import Tensor


class Layer:
    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def forward(self, x):
        raise NotImplementedError(f"{type(self).__name__} needs a forward")

    def parameters(self):
        return []


class Dense(Layer):
    def __init__(self, input_size, output_size, bias=True):
        self.input_size = input_size
        self.output_size = output_size
        self.weight = Tensor(self.first_weights(), requires_grad=True)
        self.bias = Tensor(np.zeros(output_size), requires_grad=True) if bias else None

    def first_weights(self):
        limit = np.sqrt(6 / (self.input_size + self.output_size))
        return np.random.uniform(-limit, limit, (self.input_size, self.output_size))

    def forward(self, x):
        y = x.matmul(self.weight)
        return y + self.bias if self.bias is not None else y

    def parameters(self):
        return [self.weight, self.bias] if self.bias is not None else [self.weight]


class Linear(Dense):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__(in_features, out_features, bias)
        self.in_features = in_features
        self.out_features = out_features

    def first_weights(self):
        return np.random.normal(0, self.input_size**-0.5, (self.input_size, self.output_size))


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

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]
