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


class Dense(Linear):
    def __init__(self, input_size, output_size, bias=True):
        super().__init__(input_size, output_size, bias)
        self.input_size = input_size
        self.output_size = output_size
        a = np.sqrt(6 / (input_size + output_size))
        self.weight = Tensor(
            np.random.randn(input_size, output_size) * a, requires_grad=True
        )


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
        super().__init__()
        first = layers[0] if layers else None
        self.layers = list(first) if isinstance(first, (list, tuple)) else list(layers)

    def forward(self, x):
        out = x
        for step in self.layers[::-1]:
            out = step(out)
        return out

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]

    def __len__(self):
        return len(self.layers)

    def __getitem__(self, i):
        return self.layers[i]
