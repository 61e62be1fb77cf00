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
            rows, columns = x.shape
            picks = np.random.choice([0.0, factor], size=(rows, columns), p=[self.p, self.keep])
            return x * picks.astype(np.float32)
        return x

    def parameters(self):
        return []


class Sequential:
    """Chains layers."""

    def __init__(self, *layers):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            self.layers = list(layers[0])
        else:
            self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def __call__(self, x):
        return self.forward(x)

    def parameters(self):
        params = []
        for layer in self.layers:
            params.extend(layer.parameters())
        return params
