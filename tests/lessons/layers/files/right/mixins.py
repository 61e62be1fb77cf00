"""Layers from small mixins: one knows parameters, one knows calling, one knows a weight and bias."""
import numpy as np

from tinytorch.core.tensor import Tensor


class CallableMixin:
    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)


class ParametersMixin:
    learned = ()

    def parameters(self):
        held = (getattr(self, name) for name in self.learned)
        return [tensor for tensor in held if tensor is not None]


class AffineMixin:
    learned = ("weight", "bias")

    def make_affine(self, weights, bias):
        self.weight = Tensor(weights, requires_grad=True)
        self.bias = None
        if bias:
            self.bias = Tensor(np.zeros(weights.shape[1]), requires_grad=True)

    def forward(self, x):
        y = x @ self.weight
        return y if self.bias is None else y + self.bias


class Layer(CallableMixin, ParametersMixin):
    def forward(self, x):
        raise NotImplementedError(f"{type(self).__name__} has no forward")


class Linear(AffineMixin, Layer):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features, self.out_features = in_features, out_features
        shape = in_features, out_features
        self.make_affine(np.random.normal(0, in_features**-0.5, shape), bias)


class Dense(AffineMixin, Layer):
    def __init__(self, input_size, output_size, bias=True):
        self.input_size, self.output_size = input_size, output_size
        limit = np.sqrt(6 / (input_size + output_size))
        self.make_affine(np.random.uniform(-limit, limit, (input_size, output_size)), bias)


class Dropout(Layer):
    def __init__(self, p=0.5):
        if not (0 <= p <= 1):
            raise ValueError("p is a probability")
        self.p = p

    def forward(self, x, training=True):
        if not training or self.p == 0:
            return x
        if self.p == 1:
            return x * 0
        mask = np.random.random(x.shape) >= self.p
        return x * Tensor(mask / (1 - self.p))


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
