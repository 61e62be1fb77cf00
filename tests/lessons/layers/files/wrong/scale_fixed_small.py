import numpy as np
from tinytorch.core.tensor import Tensor


def _zeros(n):
    return Tensor(np.zeros(n), requires_grad=True)


def _normal(n_in, n_out):
    """Xavier as the page has it: the variance is one over the number of inputs."""
    variance = 1.0 / n_in
    return Tensor(np.random.randn(n_in, n_out) * 0.01, requires_grad=True)


def _uniform(n_in, n_out):
    limit = (6.0 / (n_in + n_out)) ** 0.5
    return Tensor(np.random.uniform(-limit, limit, size=(n_in, n_out)), requires_grad=True)


def _affine(x, weight, bias):
    """Vectors become a matrix of one row, and their result a vector again."""
    is_vector = len(x.shape) == 1
    if is_vector:
        x = x.reshape(1, x.shape[0])
    y = x @ weight
    if bias is not None:
        y = y + bias
    if is_vector:
        y = y.reshape(y.shape[-1])
    return y


def _trainable(layer):
    return [tensor for tensor in (layer.weight, layer.bias) if tensor is not None]


def _check_probability(p):
    if not (p >= 0.0 and p <= 1.0):
        raise ValueError("a probability lies between 0 and 1, so p = %s cannot be one" % p)
    return p


class Layer:
    def forward(self, x):
        raise NotImplementedError("Layer is only a base; use one of its subclasses")

    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def parameters(self):
        return []

    def num_parameters(self):
        return sum(int(p.data.size) for p in self.parameters())


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features, self.out_features = in_features, out_features
        self.weight = _normal(in_features, out_features)
        self.bias = _zeros(out_features) if bias else None

    def forward(self, x):
        return _affine(x, self.weight, self.bias)

    def parameters(self):
        return _trainable(self)


class Dense(Layer):
    def __init__(self, input_size, output_size, bias=True):
        self.input_size, self.output_size = input_size, output_size
        self.weight = _uniform(input_size, output_size)
        self.bias = _zeros(output_size) if bias else None

    def forward(self, x):
        return _affine(x, self.weight, self.bias)

    def parameters(self):
        return _trainable(self)


class Dropout(Layer):
    def __init__(self, p=0.5):
        self.p = _check_probability(p)

    def _mask(self, shape):
        return (np.random.random(shape) >= self.p).astype(np.float32)

    def _scale(self):
        return 1.0 / (1.0 - self.p)

    def forward(self, x, training=True):
        if not training:
            return x
        if self.p >= 1.0:
            return x * 0.0
        return x * self._mask(x.shape) * self._scale()


class Sequential(Layer):
    def __init__(self, *layers):
        self.layers = self._flatten(layers)

    @staticmethod
    def _flatten(layers):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            return list(layers[0])
        return list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]

    def summary(self):
        return "\n".join(type(layer).__name__ for layer in self.layers)
