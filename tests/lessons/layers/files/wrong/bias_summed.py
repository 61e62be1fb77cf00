import numpy as np
import tinytorch.core.tensor as tensor_module

Tensor = tensor_module.Tensor


class Layer:
    def __init__(self, **tensors):
        self._tensors = tensors

    def forward(self, x):
        raise NotImplementedError

    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def parameters(self):
        return [t for t in getattr(self, "_tensors", {}).values() if t is not None]


class Affine(Layer):
    """weight and bias can be read but not replaced."""

    def __init__(self, values, bias):
        self._shape = values.shape
        super().__init__(
            weight=Tensor(values, requires_grad=True),
            bias=Tensor(np.zeros(values.shape[1]), requires_grad=True) if bias else None,
        )

    weight = property(lambda self: self._tensors["weight"])
    bias = property(lambda self: self._tensors["bias"])

    def forward(self, x):
        y = x @ self.weight
        return y if self.bias is None else y + self.bias.sum()


class Linear(Affine):
    def __init__(self, in_features, out_features, bias=True):
        std = np.sqrt(1.0 / in_features)
        super().__init__(np.random.normal(0.0, std, (in_features, out_features)), bias)

    @property
    def in_features(self):
        return self._shape[0]

    @property
    def out_features(self):
        return self._shape[1]


class Dense(Affine):
    def __init__(self, input_size, output_size, bias=True):
        r = np.sqrt(6.0 / (input_size + output_size))
        super().__init__(np.random.uniform(-r, r, (input_size, output_size)), bias)

    @property
    def input_size(self):
        return self._shape[0]

    @property
    def output_size(self):
        return self._shape[1]


class Dropout(Layer):
    def __init__(self, p=0.5):
        super().__init__()
        self.p = p

    @property
    def p(self):
        return self._p

    @p.setter
    def p(self, value):
        if not 0.0 <= value <= 1.0:
            raise ValueError(f"p = {value} is outside the range from 0 to 1")
        self._p = value

    @property
    def keep(self):
        return 1.0 - self._p

    def forward(self, x, training=True):
        if not training or self.p == 0.0:
            return x
        if self.keep == 0.0:
            return x * 0.0
        return x * ((np.random.random(x.shape) < self.keep) / self.keep).astype(np.float32)


class Sequential(Layer):
    def __init__(self, *layers):
        super().__init__()
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            layers = layers[0]
        self._layers = list(layers)

    @property
    def layers(self):
        return self._layers

    def forward(self, x):
        for layer in self._layers:
            x = layer(x)
        return x

    def parameters(self):
        return [p for layer in self._layers for p in layer.parameters()]
