import random
import math
"""Module 03: my layers."""
import numpy as np
from tinytorch.core.tensor import Tensor
from tinytorch.core.activations import ReLU, Sigmoid

XAVIER_SCALE_FACTOR = 1.0
DROPOUT_MIN_PROB = 0.0
DROPOUT_MAX_PROB = 1.0


class Layer:
    def forward(self, x):
        raise NotImplementedError("Subclasses must implement forward()")

    def __call__(self, x, *args, **kwargs):
        """Allow layer to be called like a function."""
        return self.forward(x, *args, **kwargs)

    def parameters(self):
        return []


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features = in_features
        self.out_features = out_features
        s = math.sqrt(XAVIER_SCALE_FACTOR / in_features)
        rows = [[random.gauss(0, s) for _ in range(out_features)] for _ in range(in_features)]
        self.weight = Tensor(rows, requires_grad=True)
        self.bias = None
        if bias:
            self.bias = Tensor([0.0] * out_features, requires_grad=True)

    def forward(self, x):
        """Forward pass through linear layer."""
        # Linear transformation: y = xW
        output = x.matmul(self.weight)

        # Add bias if present
        if self.bias is not None:
            output = output + self.bias

        return output

    def parameters(self):
        """Return list of trainable parameters."""
        params = [self.weight]
        if self.bias is not None:
            params.append(self.bias)
        return params


class Dense(Layer):
    def __init__(self, input_size, output_size, bias=True):
        self.input_size = input_size
        self.output_size = output_size
        a = math.sqrt(6 / (input_size + output_size))
        self.weight = Tensor([[random.uniform(-a, a) for j in range(output_size)] for i in range(input_size)], requires_grad=True)
        self.bias = Tensor([0.0 for _ in range(output_size)], requires_grad=True) if bias else None

    def forward(self, x):
        y = x.matmul(self.weight)
        if self.bias is not None:
            y = y + self.bias
        return y

    def parameters(self):
        if self.bias is None:
            return [self.weight]
        return [self.weight, self.bias]


class Dropout(Layer):
    def __init__(self, p=0.5):
        if not DROPOUT_MIN_PROB <= p <= DROPOUT_MAX_PROB:
            raise ValueError(f"Dropout probability must be between 0 and 1, got {p}")
        self.p = p

    def forward(self, x, training=True):
        if not training or self.p == 0:
            return x
        if self.p == 1:
            return x * 0
        scale = 1 / (1 - self.p)
        mask = np.array([0.0 if random.random() < self.p else scale for _ in range(x.size)]).reshape(x.shape)
        return x * Tensor(mask)

    def parameters(self):
        return []


class Sequential(Layer):
    def __init__(self, *layers):
        """Initialize with layers to chain together."""
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            self.layers = list(layers[0])
        else:
            self.layers = list(layers)

    def forward(self, x):
        """Forward pass through all layers sequentially."""
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def parameters(self):
        """Collect all parameters from all layers."""
        params = []
        for layer in self.layers:
            params.extend(layer.parameters())
        return params
