"""Layers; run the file to see a network's shapes."""

import argparse
import pathlib
import time

import numpy as np

from tinytorch.core.tensor import Tensor

HERE = pathlib.Path(__file__).resolve().parent


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


def bernoulli(shape, probability):
    """An array of ones and zeros; each is a one with the given probability."""
    return (np.random.random_sample(shape) < probability) * 1.0


class Dropout(Layer):
    def __init__(self, p=0.5):
        self.p = self._check(p)

    @staticmethod
    def _check(p):
        if 0 <= p <= 1:
            return p
        raise ValueError(f"{p} is not between 0 and 1")

    def forward(self, x, training=True):
        return self._drop(x) if training and self.p > 0 else x

    def _drop(self, x):
        keep = 1 - self.p
        if keep == 0:
            return x * 0
        return x / keep * Tensor(bernoulli(x.shape, keep))

    def parameters(self):
        return []


class Sequential(Layer):
    """Counts a layer that is used twice only once."""

    def __init__(self, *layers):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            self.layers = list(layers[0])
        else:
            self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        seen = {}
        for layer in self.layers:
            for parameter in layer.parameters():
                seen.setdefault(id(parameter), parameter)
        return list(seen.values())


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[784, 256, 128, 10])
    sizes = parser.parse_args(argv).sizes
    net = Sequential([Linear(a, b) for a, b in zip(sizes, sizes[1:])])
    start = time.perf_counter()
    y = net(Tensor(np.zeros((32, sizes[0]))))
    count = sum(p.data.size for p in net.parameters())
    print(f"{HERE.name}: {y.shape}, {count:,} parameters, {time.perf_counter() - start:.4f} s")


if __name__ == "__main__":
    main()
