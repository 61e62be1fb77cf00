"""Dense is no Linear but has one inside, and shows the inner one's tensors as its own."""
import numpy as np
from tinytorch import Tensor


class Layer:
    def __call__(self, x, *more, **named):
        return self.forward(x, *more, **named)

    def forward(self, x):
        raise NotImplementedError("write forward")

    def parameters(self):
        return []


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features, self.out_features = in_features, out_features
        self.weight = Tensor(
            np.random.default_rng().normal(0, np.sqrt(1 / in_features), size=(in_features, out_features)),
            requires_grad=True,
        )
        self.bias = Tensor(np.zeros(out_features), requires_grad=True) if bias else None

    def forward(self, x):
        return x @ self.weight + (0 if self.bias is None else self.bias)

    def parameters(self):
        return [self.weight] + ([] if self.bias is None else [self.bias])


class Dense(Layer):
    def __init__(self, input_size, output_size, bias=True):
        self.input_size, self.output_size = input_size, output_size
        self.inner = Linear(input_size, output_size, bias=bias)
        limit = (6 / (input_size + output_size)) ** 0.5
        self.inner.weight.data[:] = np.random.default_rng().uniform(-limit, limit, (input_size, output_size))

    @property
    def weight(self):
        return self.inner.weight

    @weight.setter
    def weight(self, value):
        self.inner.weight = value

    @property
    def bias(self):
        return self.inner.bias

    @bias.setter
    def bias(self, value):
        self.inner.bias = value

    def forward(self, x):
        return self.inner(x)

    def parameters(self):
        return self.inner.parameters()


class Dropout(Layer):
    def __init__(self, p=0.5):
        if not 0 <= p <= 1:
            raise ValueError(p)
        self.p = p
        self.rng = np.random.default_rng()

    def forward(self, x, training=True):
        if not training or self.p == 0:
            return x
        kept = self.rng.binomial(1, 1 - self.p, size=x.shape)
        return x * kept * (1 / max(1 - self.p, 1e-12))


class Sequential(Layer):
    def __init__(self, *layers):
        if len(layers) == 1 and type(layers[0]) is list:
            (layers,) = layers
        self.layers = list(layers)

    def forward(self, x):
        out = x
        for layer in self.layers:
            out = layer(out)
        return out

    def parameters(self):
        params = []
        [params.extend(layer.parameters()) for layer in self.layers]
        return params
