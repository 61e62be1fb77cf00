# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
# ---

# %% [markdown]
"""
# Module 03: Layers

A layer takes a tensor and gives back a tensor.
Some layers remember numbers that training changes: their **parameters**.
"""

# %%
#| default_exp core.layers
#| export
import numpy as np
from tinytorch.core.tensor import Tensor
from tinytorch.core.activations import ReLU, Sigmoid

XAVIER_SCALE_FACTOR = 1.0

# %% nbgrader={"grade": false, "solution": true}
#| export
class Layer:
    def forward(self, x):
        raise NotImplementedError("Subclasses must implement forward()")

    def __call__(self, x, *args, **kwargs):
        return self.forward(x, *args, **kwargs)

    def parameters(self):
        return []

# %%
#| export
class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        ### BEGIN SOLUTION
        self.in_features = in_features
        self.out_features = out_features
        scale = np.sqrt(XAVIER_SCALE_FACTOR / in_features)
        self.weight = Tensor(np.random.randn(in_features, out_features) * scale, requires_grad=True)
        self.bias = Tensor(np.zeros(out_features), requires_grad=True) if bias else None
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        output = x.matmul(self.weight)
        if self.bias is not None:
            output = output + self.bias
        return output
        ### END SOLUTION

    def parameters(self):
        ### BEGIN SOLUTION
        params = [self.weight]
        if self.bias is not None:
            params.append(self.bias)
        return params
        ### END SOLUTION

# %%
def test_unit_linear():
    print("Unit Test: Linear layer...")
    layer = Linear(784, 256)
    assert layer.weight.shape == (784, 256)
    assert np.allclose(layer.bias.data, 0)
    assert 0.8 / 28 < layer.weight.data.std() < 1.2 / 28
    assert layer.forward(Tensor(np.random.randn(32, 784))).shape == (32, 256)
    assert len(Linear(3, 2, bias=False).parameters()) == 1
    print("✓ Linear layer works correctly!")

test_unit_linear()

# %%
#| export
class Dense(Layer):
    def __init__(self, input_size, output_size, bias=True):
        self.input_size = input_size
        self.output_size = output_size
        limit = np.sqrt(6.0 / (input_size + output_size))
        self.weight = Tensor(
            np.random.uniform(-limit, limit, (input_size, output_size)), requires_grad=True)
        self.bias = Tensor(np.zeros(output_size), requires_grad=True) if bias else None

    def forward(self, x):
        output = x @ self.weight
        if self.bias is not None:
            output = output + self.bias
        return output

    def parameters(self):
        return [self.weight] if self.bias is None else [self.weight, self.bias]

# %%
#| export
class Dropout(Layer):
    def __init__(self, p=0.5):
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"Dropout probability must be between 0.0 and 1.0, got {p}")
        self.p = p

    def forward(self, x, training=True):
        if not training or self.p == 0.0:
            return x
        if self.p == 1.0:
            return Tensor(np.zeros_like(x.data), requires_grad=x.requires_grad)
        keep_prob = 1.0 - self.p
        mask = np.random.random(x.data.shape) < keep_prob
        return x * Tensor(mask.astype(np.float32)) * Tensor(np.array(1.0 / keep_prob))

    def __call__(self, x, training=True):
        return self.forward(x, training)

    def parameters(self):
        return []

# %%
#| export
class Sequential:
    def __init__(self, *layers):
        if len(layers) == 1 and isinstance(layers[0], (list, tuple)):
            self.layers = list(layers[0])
        else:
            self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            layer.forward(x)
        return x

    def __call__(self, x):
        return self.forward(x)

    def parameters(self):
        params = []
        for layer in self.layers:
            params.extend(layer.parameters())
        return params

# %%
def test_module():
    print("RUNNING MODULE INTEGRATION TEST")
    print("=" * 50)
    net = Sequential(Linear(8, 4), ReLU(), Dropout(0.5), Linear(4, 2), Sigmoid())
    y = net(Tensor(np.random.randn(5, 8)))
    assert y.shape == (5, 2)
    assert len(net.parameters()) == 4
    print("=" * 50)
    print("ALL TESTS PASSED! Run: tito module complete 03")

