import numpy as np
import tinytorch.core.tensor


class Layer:
    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def forward(self, x, *args, **kwargs):
        msg = "You called {}(x), but {} has no forward(x) of its own.".format(
            type(self).__name__, type(self).__name__
        )
        raise NotImplementedError(msg)

    def parameters(self):
        return []


def parameter(values):
    return tinytorch.core.tensor.Tensor(data=values, requires_grad=True)


def constant(values):
    return tinytorch.core.tensor.Tensor(data=values, requires_grad=False)


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True, **ignored):
        self.in_features = in_features
        self.out_features = out_features
        self.weight = parameter(
            values=np.random.normal(
                loc=0.0, scale=np.sqrt(np.reciprocal(float(in_features))), size=(in_features, out_features)
            )
        )
        self.bias = None
        if bias:
            self.bias = parameter(values=np.zeros(shape=(out_features,), dtype=np.float64))

    def forward(self, x):
        product = x.matmul(self.weight)
        if self.bias is None:
            return product
        return product.__add__(self.bias)

    def parameters(self):
        return list(filter(lambda tensor: tensor is not None, [self.weight, self.bias]))


class Dense(Layer):
    def __init__(self, input_size, output_size, bias=True, **ignored):
        self.linear = Linear(in_features=input_size, out_features=output_size, bias=bias)
        self.input_size = input_size
        self.output_size = output_size
        edge = np.sqrt(6.0 / (input_size + output_size))
        self.linear.weight = parameter(
            values=np.random.uniform(low=-edge, high=+edge, size=(input_size, output_size))
        )
        self.weight = self.linear.weight
        self.bias = self.linear.bias

    def forward(self, x):
        return self.linear(x=x)

    def parameters(self):
        return self.linear.parameters()


class Dropout(Layer):
    def __init__(self, p=0.5, seed=None):
        if not (0.0 <= p <= 1.0):
            raise ValueError("p must be within 0.0 and 1.0")
        self.p = p
        self.generator = np.random.default_rng(seed=seed)

    def forward(self, x, training=True):
        if training and self.p > 0.0:
            scale = 0.0 if self.p == 1.0 else 1.0 / (1.0 - self.p)
            mask = self.generator.binomial(n=1, p=1.0 - self.p, size=x.shape)
            x = x * constant(values=mask) * constant(values=scale)
        return x


class Sequential(Layer):
    def __init__(self, *layers, name="model"):
        self.name = name
        flat = layers[0] if len(layers) == 1 and isinstance(layers[0], (list, tuple)) else layers
        self.modules = list(flat)

    def forward(self, x):
        for layer in self.modules:
            x = layer(x)
        return x

    def parameters(self):
        params = []
        for layer in self.modules:
            params.extend(layer.parameters())
        return params
