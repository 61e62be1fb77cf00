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
    """Brings every input to two dimensions, multiplies, and restores its shape."""

    def __init__(self, in_features, out_features, bias=True):
        self.in_features = in_features
        self.out_features = out_features
        std = in_features ** -0.5
        self.weight = Tensor(
            (std * np.random.standard_normal((in_features, out_features))).astype("float32"),
            requires_grad=True,
        )
        self.bias = None
        if bias:
            self.bias = Tensor([0.0] * out_features, requires_grad=True)

    def forward(self, x):
        leading = x.shape[:-1]
        rows = x.reshape(-1, self.in_features)
        y = rows.matmul(self.weight)
        if self.bias is not None:
            y = y + self.bias.reshape(1, self.out_features)
        return y.reshape(*leading, self.out_features)

    def parameters(self):
        return [p for p in (self.weight, self.bias) if p is not None]


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
        return [] if self.mask is None else [Tensor(self.mask)]


class Sequential(Layer):
    def __init__(self, *layers):
        self.layers = []
        for item in layers:
            if isinstance(item, list) or isinstance(item, tuple):
                for inner in item:
                    self.layers.append(inner)
            else:
                self.layers.append(item)

    def forward(self, x):
        i = 0
        while i < len(self.layers):
            x = self.layers[i](x)
            i += 1
        return x

    def parameters(self):
        all_params = []
        for i in range(len(self.layers)):
            for param in self.layers[i].parameters():
                all_params.append(param)
        return all_params
