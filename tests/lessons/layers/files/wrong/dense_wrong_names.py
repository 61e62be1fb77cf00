import numpy as np

from tinytorch.core.tensor import Tensor

XAVIER_SCALE_FACTOR = 1.0
DROPOUT_MIN_PROB = 0.0
DROPOUT_MAX_PROB = 1.0


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
    """y = xW + b."""

    def __init__(self, in_features, out_features, bias=True):
        self.in_features = in_features
        self.out_features = out_features

        scale = np.sqrt(XAVIER_SCALE_FACTOR / in_features)
        weight_data = np.random.randn(in_features, out_features) * scale
        self.weight = Tensor(weight_data, requires_grad=True)

        if bias:
            bias_data = np.zeros(out_features)
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


class Dense(Linear):
    """Linear, with its weights drawn again in place."""

    def __init__(self, in_features, out_features, bias=True):
        input_size, output_size = in_features, out_features
        Linear.__init__(self, in_features=input_size, out_features=output_size, bias=bias)
        self.input_size = input_size
        self.output_size = output_size
        bound = np.sqrt(6.0) / np.sqrt(input_size + output_size)
        self.weight.data[...] = (2 * np.random.rand(input_size, output_size) - 1) * bound


class Dropout(Layer):
    def __init__(self, p=0.5):
        if p >= 0.0 and p <= 1.0:
            self.p = p
        else:
            raise ValueError(f"Dropout: p={p} is no probability")
        self.mask = None

    def forward(self, x, training=True):
        if training is False or self.p == 0.0:
            return x
        keep = 1.0 - self.p
        self.mask = np.random.binomial(n=1, p=keep, size=x.shape)
        kept = x * Tensor(self.mask)
        if keep > 0.0:
            kept = kept / keep
        return kept

    def parameters(self):
        return []


class Sequential(Layer):
    """Runs layers, and plain functions too."""

    def __init__(self, *layers):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            layers = tuple(layers[0])
        self.layers = list(layers)

    def add(self, layer):
        self.layers.append(layer)
        return self

    def forward(self, x):
        for f in self.layers:
            x = f(x)
        return x

    def parameters(self):
        params = []
        for layer in self.layers:
            if hasattr(layer, "parameters"):
                params += layer.parameters()
        return params
