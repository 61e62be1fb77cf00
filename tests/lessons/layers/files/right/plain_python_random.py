import math
import random

from tinytorch.core.tensor import Tensor


class Layer:
    def __call__(self, *args, **kwargs):
        return self.forward(*args, **kwargs)

    def forward(self, *args, **kwargs):
        raise NotImplementedError("write forward in the subclass")

    def parameters(self):
        return []


def gaussian_rows(rows, columns, sigma):
    return [[random.gauss(0.0, sigma) for _ in range(columns)] for _ in range(rows)]


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features = in_features
        self.out_features = out_features
        sigma = 1.0 / math.sqrt(in_features)
        self.weight = Tensor(gaussian_rows(in_features, out_features, sigma), requires_grad=True)
        self.bias = Tensor([0.0 for _ in range(out_features)], requires_grad=True) if bias else None

    def forward(self, x):
        result = x @ self.weight
        if self.bias is not None:
            result = result + self.bias
        return result

    def parameters(self):
        parameter_list = [self.weight]
        if self.bias is not None:
            parameter_list += [self.bias]
        return parameter_list


class Dense(Layer):
    def __init__(self, input_size, output_size, bias=True):
        self.input_size = input_size
        self.output_size = output_size
        r = math.sqrt(6.0 / (input_size + output_size))
        rows = [[random.uniform(-r, r) for _ in range(output_size)] for _ in range(input_size)]
        self.weight = Tensor(rows, requires_grad=True)
        self.bias = Tensor([0.0] * output_size, requires_grad=True) if bias else None

    def forward(self, x):
        return x @ self.weight + (self.bias if self.bias is not None else 0.0)

    def parameters(self):
        return [self.weight, self.bias] if self.bias is not None else [self.weight]


class Dropout(Layer):
    def __init__(self, p=0.5):
        if not 0.0 <= p <= 1.0:
            raise ValueError("p has to be between 0 and 1")
        self.p = p

    def forward(self, x, training=True):
        if not training or self.p == 0.0:
            return x
        if self.p == 1.0:
            return x * 0.0
        scale = 1.0 / (1.0 - self.p)
        flat = [0.0 if random.random() < self.p else scale for _ in range(x.size)]
        return x * Tensor(flat).reshape(x.shape)

    def parameters(self):
        return []


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
