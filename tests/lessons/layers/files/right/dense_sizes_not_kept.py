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
    """Collects its parameters once, when it is made."""

    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.use_bias = bias
        self._params = []
        self.weight = self._new(self._init_weight())
        self.bias = self._new(np.zeros(out_features)) if bias else None

    def _init_weight(self):
        shape = (self.in_features, self.out_features)
        return np.random.randn(*shape) * np.sqrt(1.0 / self.in_features)

    def _new(self, values):
        tensor = Tensor(values, requires_grad=True)
        self._params.append(tensor)
        return tensor

    def forward(self, x):
        out = x.matmul(self.weight)
        if self.use_bias:
            out = out + self.bias
        return out

    def parameters(self):
        return self._params


class Dense(Linear):
    """Linear, with its weights drawn again in place."""

    def __init__(self, input_size, output_size, bias=True):
        Linear.__init__(self, in_features=input_size, out_features=output_size, bias=bias)
        bound = np.sqrt(6.0) / np.sqrt(input_size + output_size)
        self.weight.data[...] = (2 * np.random.rand(input_size, output_size) - 1) * bound


class Dropout(Layer):
    """Takes away what is dropped, then stretches what is left."""

    def __init__(self, p=0.5):
        if not p >= 0 or not p <= 1:
            raise ValueError("p must be a probability")
        self.p = p

    def forward(self, x, training=True):
        if training == True and self.p > 0:
            dropped = Tensor((np.random.uniform(size=x.shape) < self.p).astype(np.float32))
            remaining = x - x * dropped
            if self.p < 1:
                remaining = remaining / (1 - self.p)
            return remaining
        else:
            return x


class Sequential(Layer):
    def __init__(self, *layers):
        super().__init__()
        first = layers[0] if layers else None
        self.layers = list(first) if isinstance(first, (list, tuple)) else list(layers)

    def forward(self, x):
        out = x
        for step in self.layers:
            out = step(out)
        return out

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]

    def __len__(self):
        return len(self.layers)

    def __getitem__(self, i):
        return self.layers[i]
