import numpy as np
from tensor_dev import Tensor
from activations_dev import ReLU, Sigmoid


class Layer:
    """What all layers have in common."""

    def forward(self, x):
        """Compute the output; every layer writes its own."""
        raise NotImplementedError(f"{type(self).__name__} must write its own forward(x)")

    def __call__(self, x, *args, **kwargs):
        """Make the layer callable like a function."""
        x = Tensor(x.data.copy())
        return self.forward(x, *args, **kwargs)

    def parameters(self):
        """No parameters unless a layer says otherwise."""
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
            np.random.uniform(low=-a, high=a, size=(input_size, output_size)), requires_grad=True
        )


class Dropout(Layer):
    def __init__(self, p: float = 0.5):
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"expected 0 <= p <= 1, got p={p}; pass a probability")
        self.p = p

    def forward(self, x: Tensor, training: bool = True) -> Tensor:
        if not training or self.p == 0:
            return x
        if self.p == 1:
            return x * Tensor(np.zeros(x.shape))
        survivors = np.random.random(size=x.shape) >= self.p
        return (x * Tensor(survivors.astype(float))) * (1 / (1 - self.p))

    def parameters(self) -> list:
        return []


class Sequential(Layer):
    def __init__(self, *layers):
        super().__init__()
        first = layers[0] if layers else None
        self.layers = list(first) if isinstance(first, (list, tuple)) else list(layers)

    def forward(self, x):
        out = x
        for step in self.layers:
            out = step(out)
        return out

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]

    def __len__(self):
        return len(self.layers)

    def __getitem__(self, i):
        return self.layers[i]


ACTIVATIONS = {"relu": ReLU, "sigmoid": Sigmoid}


class Activated(Layer):
    """A Linear with an activation by name; no part of the lesson."""

    def __init__(self, linear, activation="relu"):
        self.linear = linear
        self.activation = ACTIVATIONS[activation]()

    def forward(self, x):
        return self.activation(self.linear(x))

    def parameters(self):
        return self.linear.parameters()
