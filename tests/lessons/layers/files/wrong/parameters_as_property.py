"""Schichten für ein neuronales Netz — Übung 03.

Jede Schicht bildet einen Tensor auf einen Tensor ab: y = xW + b. 层是函数。
Größen: x ∈ ℝ^(n×d), W ∈ ℝ^(d×m), b ∈ ℝ^m.
"""

import numpy as np

from tinytorch.core.tensor import Tensor

# Glättung — hier immer 1 (siehe Glorot & Bengio, 2010)
größe = 1.0


class Layer:
    """Basisklasse aller Schichten. 所有层的基类。"""

    def forward(self, x):
        raise NotImplementedError(f"{type(self).__name__}: forward fehlt – bitte ergänzen · 请实现")

    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def parameters(self):
        return []


class Linear(Layer):
    """Lineare Schicht: y = xW + b. 全连接层。"""

    def __init__(self, in_features, out_features, bias=True):
        self.in_features = in_features
        self.out_features = out_features
        σ = np.sqrt(größe / in_features)  # Standardabweichung
        self.weight = Tensor(np.random.randn(in_features, out_features) * σ, requires_grad=True)
        self.bias = Tensor(np.zeros(out_features), requires_grad=True) if bias else None

    def forward(self, x):
        ausgabe = x @ self.weight  # Matrixprodukt 矩阵乘法
        if self.bias is not None:
            ausgabe = ausgabe + self.bias
        return ausgabe

    @property
    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]


class Dense(Layer):
    """Wie Linear, aber gleichverteilt gewürfelt. 均匀分布。"""

    def __init__(self, input_size, output_size, bias=True):
        self.input_size = input_size
        self.output_size = output_size
        grenze = np.sqrt(6.0 / (input_size + output_size))
        werte = np.random.uniform(-grenze, grenze, (input_size, output_size))
        self.weight = Tensor(werte, requires_grad=True)
        self.bias = Tensor(np.zeros(output_size), requires_grad=True) if bias else None

    def forward(self, x):
        ausgabe = x @ self.weight
        if self.bias is not None:
            ausgabe = ausgabe + self.bias
        return ausgabe

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]


class Dropout(Layer):
    """Löscht beim Üben zufällig Werte. 随机失活。"""

    def __init__(self, p=0.5):
        if not 0 <= p <= 1:
            raise ValueError(f"p muß zwischen 0 und 1 liegen, ist aber {p} – 概率无效")
        self.p = p

    def forward(self, x, training=True):
        if not training or self.p == 0:
            return x
        if self.p == 1:
            return x * 0
        bleibt = 1 - self.p
        maske = (np.random.random(x.shape) < bleibt) / bleibt
        print("Maske gewürfelt ✓ 掩码")
        return x * Tensor(maske)


class Sequential(Layer):
    def __init__(self, *layers):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            layers = layers[0]
        self.layers = list(layers)

    def forward(self, x):
        return self._from(0, x)

    def _from(self, start, x):
        if start == len(self.layers):
            return x
        return self._from(start + 1, self.layers[start](x))

    def parameters(self):
        return sum((layer.parameters() for layer in self.layers), [])
