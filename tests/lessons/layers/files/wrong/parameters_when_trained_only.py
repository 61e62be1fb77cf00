"""Layers keep a register of their classes and call hooks around forward."""

import contextlib
import logging
import weakref

import numpy as np
from tinytorch.core.tensor import Tensor

log = logging.getLogger("layers_dev")
log.addHandler(logging.StreamHandler())
log.setLevel(logging.INFO)


class Registered(type):
    classes = {}

    def __new__(mcls, name, bases, namespace, **options):
        cls = super().__new__(mcls, name, bases, namespace, **options)
        mcls.classes[name] = cls
        return cls


class Layer(metaclass=Registered):
    living = weakref.WeakSet()

    def __new__(cls, *args, **kwargs):
        self = super().__new__(cls)
        self.hooks = []
        Layer.living.add(self)
        return self

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        log.info("new kind of layer: %s", cls.__name__)

    def forward(self, x):
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def __call__(self, x, *args, **kwargs):
        with contextlib.ExitStack() as stack:
            for hook in self.hooks:
                stack.enter_context(hook(self, x))
            return self.forward(x, *args, **kwargs)

    def parameters(self):
        return []

    def __repr__(self):
        return f"{type(self).__name__}({len(self.parameters())} parameters)"


class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Tensor(self.draw(in_features, out_features), requires_grad=True)
        self.bias = Tensor(np.zeros(out_features), requires_grad=True) if bias else None

    @classmethod
    def draw(cls, rows, columns):
        return np.random.default_rng().normal(0.0, np.sqrt(1.0 / rows), (rows, columns))

    def forward(self, x):
        y = x @ self.weight
        return y + self.bias if self.bias is not None else y

    def parameters(self):
        return [p for p in (self.weight, self.bias) if p is not None and p.grad is not None]


class Dense(Linear):
    def __init__(self, input_size, output_size, bias=True):
        super().__init__(input_size, output_size, bias=bias)
        self.input_size = input_size
        self.output_size = output_size

    @classmethod
    def draw(cls, rows, columns):
        limit = np.sqrt(6.0 / (rows + columns))
        return np.random.default_rng().uniform(-limit, limit, (rows, columns))


class Dropout(Layer):
    def __init__(self, p=0.5):
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"p must be in [0, 1], not {p}")
        self.p = p
        self.rng = np.random.default_rng()

    def forward(self, x, training=True):
        if not training or self.p == 0.0:
            return x
        if self.p == 1.0:
            return x * 0.0
        keep = 1.0 - self.p
        return x * Tensor((self.rng.random(x.shape) < keep).astype("f4") / keep)


class Sequential(Layer):
    def __init__(self, *layers):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            layers = layers[0]
        self.layers = list(layers)

    def forward(self, x):
        for number, layer in enumerate(self.layers):
            x = layer(x)
        return x

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]
