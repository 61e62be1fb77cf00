"""Sequential by recursion: the first layer, and then the rest; parameters likewise."""
import numpy as np
from tinytorch.core.tensor import Tensor

XAVIER_SCALE_FACTOR = 1.0


class Layer:
    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def forward(self, x):
        raise NotImplementedError(type(self).__name__)

    def parameters(self):
        return []


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features = in_features
        self.out_features = out_features
        scale = np.sqrt(XAVIER_SCALE_FACTOR / in_features)
        self.weight = Tensor(np.random.randn(in_features, out_features) * scale, requires_grad=True)
        self.bias = Tensor(np.zeros(out_features), requires_grad=True) if bias else None

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


class Dense(Layer):
    def __init__(self, input_size, output_size, bias=True):
        self.input_size = input_size
        self.output_size = output_size
        limit = np.sqrt(6.0 / (input_size + output_size))
        self.weight = Tensor(np.random.uniform(-limit, limit, (input_size, output_size)), requires_grad=True)
        self.bias = Tensor(np.zeros(output_size), requires_grad=True) if bias else None

    forward = Linear.forward
    parameters = Linear.parameters


class Dropout(Layer):
    def __init__(self, p=0.5):
        if p >= 0.0 and p <= 1.0:
            self.p = p
        else:
            raise ValueError("0 <= p <= 1")

    def forward(self, x, training=True):
        if training and self.p > 0:
            keep = 1.0 - self.p
            mask = (np.random.random_sample(x.shape) < keep).astype(np.float32)
            return x * Tensor(mask) * (1.0 / keep) if keep else x * Tensor(mask)
        return x


def run(layers, x):
    if not layers:
        return x
    head, *tail = layers
    return run(tail, head.forward(x))


def collect(layers):
    return layers[0].parameters() + collect(layers[1:]) if layers else []


class Sequential(Layer):
    def __init__(self, *layers):
        one_list = len(layers) == 1 and isinstance(layers[0], (list, tuple))
        self.layers = [*layers[0]] if one_list else [*layers]

    def forward(self, x):
        return run(self.layers, x)

    def parameters(self):
        return collect(self.layers)
