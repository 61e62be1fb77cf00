"""Layers as plain as a first version: no __call__ in Sequential, training=True, no eval."""

import numpy as np

from tinytorch.core.tensor import Tensor


class Linear:
    def __init__(self, in_features, out_features, bias=True):
        scale = np.sqrt(1.0 / in_features)
        self.weight = Tensor(np.random.randn(in_features, out_features) * scale, requires_grad=True)
        self.bias = Tensor(np.zeros(out_features), requires_grad=True)

    def forward(self, x):
        return x.matmul(self.weight) + self.bias

    def __call__(self, x):
        return self.forward(x)

    def parameters(self):
        return [self.weight, self.bias]


class Dropout:
    def __init__(self, p=0.5):
        self.p = p

    def forward(self, x, training=True):
        if not training or self.p == 0:
            return x
        mask = np.random.random(x.shape) >= self.p
        return x * Tensor(mask / (1 - self.p))

    def __call__(self, x, training=True):
        return self.forward(x, training)

    def parameters(self):
        return []


class Sequential:
    def __init__(self, *layers):
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        return [parameter for layer in self.layers for parameter in layer.parameters()]
