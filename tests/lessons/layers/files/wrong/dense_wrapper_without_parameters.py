import numpy as np

from tinytorch.core.tensor import Tensor


class MissingForward(NotImplementedError):
    """A layer was called whose author has not written forward."""


class Layer:
    calls = 0

    def forward(self, x):
        raise MissingForward(type(self).__name__)

    def __call__(self, x, *args, **kwargs):
        Layer.calls += 1
        try:
            return self.forward(x, *args, **kwargs)
        finally:
            self.was_called = True

    def parameters(self):
        return []


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features = in_features
        self.out_features = out_features
        gaussian = np.random.normal(size=(out_features, in_features))
        gaussian = gaussian / np.sqrt(in_features)
        self.weight = Tensor(np.ascontiguousarray(gaussian.T), requires_grad=True)
        if bias == False:
            self.bias = None
        else:
            self.bias = Tensor(np.full(shape=out_features, fill_value=0.0), requires_grad=True)

    def forward(self, x):
        xw = Tensor.matmul(x, self.weight)
        if self.bias is None:
            return xw
        b = self.bias
        return xw + b

    def parameters(self):
        ps = [self.weight]
        if not self.bias is None:
            ps.append(self.bias)
        return ps


class Dense(Layer):
    """Holds a Linear and gives it other weights."""

    def __init__(self, input_size, output_size, bias=True):
        self.inner = Linear(input_size, output_size, bias=bias)
        spread = np.sqrt(6.0 / (input_size + output_size))
        u = np.random.random_sample((input_size, output_size))
        self.inner.weight = Tensor(-spread + u * 2 * spread, requires_grad=True)

    @property
    def input_size(self):
        return self.inner.in_features

    @property
    def output_size(self):
        return self.inner.out_features

    @property
    def weight(self):
        return self.inner.weight

    @property
    def bias(self):
        return self.inner.bias

    def forward(self, x):
        return self.inner(x)


class Dropout(Layer):
    """Masks out of random bits: one 32-bit word for each element."""

    def __init__(self, p=0.5):
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"p={p} is outside [0, 1]")
        self.p = p

    def forward(self, x, training=True):
        if not training or self.p == 0.0:
            return x
        if self.p == 1.0:
            return x * 0.0
        words = np.random.randint(0, 2**32, size=x.shape, dtype=np.uint64)
        threshold = int(round(self.p * 2**32))
        keep = (words >= threshold).astype(np.float32)
        scaled = x * (1.0 / (1.0 - self.p))
        return scaled * Tensor(keep)


class Sequential(Layer, list):
    """Is itself a list of layers."""

    def __init__(self, *layers):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            layers = layers[0]
        list.__init__(self, layers)

    @property
    def layers(self):
        return list(self)

    def forward(self, x):
        for layer in self:
            x = layer(x)
        return x

    def parameters(self):
        result = []
        for layer in self:
            result.extend(layer.parameters())
        return result
