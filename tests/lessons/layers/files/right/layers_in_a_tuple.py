# Doubtful: Sequential.layers is a tuple. The page's code makes a list, and BEHAVIOUR says so, but
# only code that appends would notice. Suggested: right for running, advice for the list.
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
        if not (0 <= p <= 1):
            raise ValueError("the drop probability must be in [0, 1], not " + str(p))
        self.p = p

    def forward(self, x, training=True):
        if not training:
            return x
        if self.p == 1:
            return x * 0.0
        noise = np.where(np.random.rand(*x.shape) < self.p, 0.0, 1.0 / (1.0 - self.p))
        return x * Tensor(noise)

    def parameters(self):
        return []


class Sequential(Layer):
    def __init__(self, *layers):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            layers = layers[0]
        self.layers = tuple(layers)

    def forward(self, x):
        return self._from(0, x)

    def _from(self, start, x):
        if start == len(self.layers):
            return x
        return self._from(start + 1, self.layers[start](x))

    def parameters(self):
        return sum((layer.parameters() for layer in self.layers), [])
