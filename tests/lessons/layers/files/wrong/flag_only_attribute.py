import numpy as np

from tinytorch.core.tensor import Tensor


class Layer:
    def __init__(self):
        self.training = True

    def train(self, mode=True):
        self.training = mode
        return self

    def eval(self):
        return self.train(False)

    def forward(self, x):
        raise NotImplementedError(f"forward() of {self.__class__.__qualname__} is not written")

    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

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
            np.random.uniform(low=-a, high=a, size=(input_size, output_size)), requires_grad=True
        )


class Dropout(Layer):
    def __init__(self, p=0.5):
        super().__init__()
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p = p

    def forward(self, x, training=None):
        if not self.training or self.p == 0.0:
            return x
        if self.p == 1.0:
            return x * Tensor(np.zeros_like(x.data))
        mask = np.random.random(x.shape) >= self.p
        return x * Tensor(mask / (1.0 - self.p))

    def parameters(self):
        return []


class Sequential(Layer):
    def __init__(self, *layers):
        super().__init__()
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            layers = layers[0]
        self.layers = list(layers)

    def train(self, mode=True):
        self.training = mode
        for layer in self.layers:
            if hasattr(layer, "train"):
                layer.train(mode)
        return self

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        params = []
        for layer in self.layers:
            params.extend(layer.parameters())
        return params


if __name__ == "__main__":
    net = Sequential(Dense(4, 8), Dropout(0.25), Linear(8, 2))
    x = Tensor(np.ones((3, 4)))
    net.train()
    print("training :", net(x).data)
    net.eval()
    print("inference:", net(x).data)
