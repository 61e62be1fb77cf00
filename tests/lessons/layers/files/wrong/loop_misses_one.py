import numpy as np

from tinytorch.core.tensor import Tensor


class Layer:
    def __call__(self, *args, **kwargs):
        return self.forward(*args, **kwargs)

    def forward(self, *args, **kwargs):
        raise NotImplementedError("write forward in the subclass")

    def parameters(self):
        return []


class Linear(Layer):
    """One feature at a time: y = x0 * W[0] + x1 * W[1] + ... + b."""

    def __init__(self, in_features, out_features, bias=True):
        self.in_features = in_features
        self.out_features = out_features
        draws = np.random.randn(in_features * out_features) / np.sqrt(in_features)
        self.weight = Tensor(draws.reshape(in_features, out_features), requires_grad=True)
        self.bias = Tensor(np.zeros(out_features, dtype=np.float32), requires_grad=True)
        if not bias:
            self.bias = None

    def forward(self, x):
        if x.shape[-1] != self.in_features:
            raise ValueError(f"need {self.in_features} features in the last axis, got {x.shape}")
        total = None
        for k in range(self.in_features - 1):
            term = x[..., k : k + 1] * self.weight[k]
            total = term if total is None else total + term
        if self.bias is None:
            return total
        return total + self.bias

    def parameters(self):
        out = []
        out.append(self.weight)
        if self.bias is not None:
            out.append(self.bias)
        return out


class Dense(Layer):
    def __init__(self, input_size, output_size, bias=True):
        self.input_size = input_size
        self.output_size = output_size
        self.in_features = input_size
        self.out_features = output_size
        sd = np.sqrt(2.0 / (input_size + output_size))
        reach = sd * np.sqrt(3.0)
        weights = np.random.uniform(-reach, reach, size=(input_size, output_size))
        self.weight = Tensor(weights.astype(np.float32), requires_grad=True)
        self.bias = Tensor(np.zeros(output_size, np.float32), requires_grad=True) if bias else None

    forward = Linear.forward
    parameters = Linear.parameters


class Dropout(Layer):
    def __init__(self, p=0.5):
        if np.isnan(p) or p < 0 or p > 1:
            raise ValueError(f"p should be from 0 to 1 but is {p}")
        self.p = float(p)
        self.keep = 1.0 - self.p

    def forward(self, x, training=True):
        if training:
            factor = 1.0 / self.keep if self.keep else 0.0
            picks = np.random.choice([0.0, factor], size=x.shape, p=[self.p, self.keep])
            return x * picks.astype(np.float32)
        return x

    def parameters(self):
        return []


class Sequential(Layer):
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
