import os
import sys

import numpy as np

try:
    from tinytorch.core.tensor import Tensor
except ImportError:
    sys.path.append(os.path.join(os.path.dirname(__file__), "..", "01_tensor"))
    from tensor_dev import Tensor


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

    def parameters(self):
        return self._params

        def forward(self, x):
            out = x.matmul(self.weight)
            if self.use_bias:
                out = out + self.bias
            return out


class Dense(Layer):
    def __init__(self, input_size, output_size, bias=True):
        fan_sum = input_size + output_size
        self.input_size, self.output_size = input_size, output_size
        unit = np.random.rand(input_size, output_size) - 0.5
        self.weight = Tensor(unit * 2.0 * np.sqrt(6.0 / fan_sum), requires_grad=True)
        self.bias = Tensor(np.zeros(output_size), requires_grad=True) if bias else None

    def forward(self, x):
        # y = Wx + b for a column x is (x^T W^T + b^T)^T: the same map, rows in place of columns.
        out = x.matmul(self.weight)
        return out + self.bias if self.bias is not None else out

    def parameters(self):
        params = [self.weight]
        if self.bias is not None:
            params.append(self.bias)
        return params


class Dropout(Layer):
    def __init__(self, p=0.5):
        super().__init__()
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
        self.layers = []
        for item in layers:
            if isinstance(item, list) or isinstance(item, tuple):
                for inner in item:
                    self.layers.append(inner)
            else:
                self.layers.append(item)

    def forward(self, x):
        i = 0
        while i < len(self.layers):
            x = self.layers[i](x)
            i += 1
        return x

    def parameters(self):
        all_params = []
        for i in range(len(self.layers)):
            for param in self.layers[i].parameters():
                all_params.append(param)
        return all_params
