"""Layers, and a little training run each time that the file is imported."""

import numpy as np

from activations_dev import ReLU
from tinytorch.core.tensor import Tensor


class Layer:
    """What all layers have in common."""

    def forward(self, x):
        """Compute the output; every layer writes its own."""
        raise NotImplementedError(f"{type(self).__name__} must write its own forward(x)")

    def __call__(self, x, *args, **kwargs):
        """Make the layer callable like a function."""
        return self.forward(x, *args, **kwargs)

    def parameters(self):
        """No parameters unless a layer says otherwise."""
        return []


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features, self.out_features = in_features, out_features
        w = np.random.normal(0.0, np.sqrt(1 / in_features), size=(in_features, out_features))
        self.weight = Tensor(w, requires_grad=True)
        self.bias = Tensor(np.zeros((out_features,)), requires_grad=True) if bias else None

    def forward(self, x):
        y = x @ self.weight
        return y if self.bias is None else y + self.bias

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]


class Dense(Layer):
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


print("numpy", np.__version__)

inputs = Tensor(np.random.randn(64, 3))
targets = Tensor(inputs.data @ np.array([[1.0], [-2.0], [0.5]]) + 3.0)
model = Sequential(Linear(3, 8), ReLU(), Dense(8, 1))

for step in range(30):
    error = model(inputs) - targets
    loss = (error * error).mean()
    loss.backward()
    for parameter in model.parameters():
        parameter.data = parameter.data - 0.02 * parameter.grad.data
        parameter.grad = None
    if step % 10 == 0:
        print("step", step, "loss", float(loss.data))
