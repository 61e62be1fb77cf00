# Hostile: there is no class Layer
import numpy as np

from tinytorch.core.tensor import Tensor


class Base:
    def __call__(self, *args, **kwargs):
        return self.forward(*args, **kwargs)

    def forward(self, *args, **kwargs):
        raise NotImplementedError("write forward in the subclass")

    def parameters(self):
        return []


class Sequential(Base):
    def __init__(self, *layers):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            layers = layers[0]
        self.layers = list(layers)

    def forward(self, x):
        return self._from(0, x)

    def _from(self, start, x):
        if start == len(self.layers):
            return x
        return self._from(start + 1, self.layers[start](x))

    def parameters(self):
        return sum((layer.parameters() for layer in self.layers), [])


class Dropout(Base):
    def __init__(self, p=0.5):
        if p >= 0.0 and p <= 1.0:
            self.p = p
        else:
            raise ValueError(f"Dropout: p={p} is no probability")
        self.mask = None

    def forward(self, x, training=True):
        if training is False or self.p == 0.0:
            return x
        keep = 1.0 - self.p
        self.mask = np.random.binomial(n=1, p=keep, size=x.shape)
        kept = x * Tensor(self.mask)
        if keep > 0.0:
            kept = kept / keep
        return kept

    def parameters(self):
        return []


class Dense(Base):
    """The older name, with Glorot's uniform weights."""

    def __init__(self, input_size, output_size, bias=True):
        self.input_size = input_size
        self.output_size = output_size

        limit = np.sqrt(6.0 / (input_size + output_size))
        weight_data = np.random.uniform(-limit, limit, (input_size, output_size))
        self.weight = Tensor(weight_data, requires_grad=True)

        if bias:
            bias_data = np.zeros(output_size)
            self.bias = Tensor(bias_data, requires_grad=True)
        else:
            self.bias = None

    def forward(self, x):
        output = x.matmul(self.weight)

        if self.bias is not None:
            output = output + self.bias

        return output

    def parameters(self):
        params = [self.weight]
        if self.bias is not None:
            params.append(self.bias)
        return params


class Linear(Base):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        w = np.random.normal(0.0, np.sqrt(1 / in_features), size=(in_features, out_features))
        self.weight = Tensor(w, requires_grad=True)
        self.bias = Tensor(np.zeros((out_features,)), requires_grad=True) if bias else None

    def forward(self, x):
        y = x @ self.weight
        return y if self.bias is None else y + self.bias

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]
