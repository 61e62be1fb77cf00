import numpy as np

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
        return [self.weight, self.bias]


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
