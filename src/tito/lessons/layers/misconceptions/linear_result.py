"""Mistakes in what Linear's forward gives back: an array, no graph, nothing, another's numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor
from tito.lesson.model import misconception
from tito.lessons.layers.misconceptions.linear_forward import BOTH


def _linear(self: Any, x: Any) -> Any:
    output = x.matmul(self.weight)
    return output if self.bias is None else output + self.bias


def _on_arrays(self: Any, x: Any) -> Any:
    output = np.matmul(x.data, self.weight.data)
    return output if self.bias is None else output + self.bias.data


@misconception(
    "result-not-returned",
    *BOTH,
    says=(
        "Your forward computes and gives nothing back: without a return statement "
        "its caller gets None."
    ),
)
def not_returned(self: Any, x: Any) -> Any:
    self.output = _linear(self, x)


@misconception(
    "result-not-returned",
    *BOTH,
    says=(
        "With a bias your forward gives back None: that way through the method ends without a "
        "return statement."
    ),
)
def not_returned_with_bias(self: Any, x: Any) -> Any:
    output = _linear(self, x)
    return output if self.bias is None else None


@misconception(
    "array-returned",
    *BOTH,
    says=(
        "Your numbers are right, but they come as a plain NumPy array. The next layer needs a "
        "Tensor, which also knows how it was made."
    ),
)
def array_returned(self: Any, x: Any) -> Any:
    return _on_arrays(self, x)


@misconception(
    "graph-cut",
    *BOTH,
    says=(
        "You compute with arrays and put the result into a new Tensor. That one does not know what "
        "it was made from, so no gradient can find its way back: compute with the Tensors."
    ),
)
def graph_cut(self: Any, x: Any) -> Any:
    return Tensor(_on_arrays(self, x))


@misconception(
    "graph-cut-in-product",
    "Linear.forward",
    says=(
        "Your product is computed with arrays, so gradients reach the bias and go no further: "
        "neither the weight nor what lies before this layer would learn."
    ),
)
def graph_cut_in_product(self: Any, x: Any) -> Any:
    output = Tensor(np.matmul(x.data, self.weight.data))
    return output if self.bias is None else output + self.bias


@misconception(
    "graph-cut-at-weight",
    *BOTH,
    says="You multiply by the weight's array, not by the weight, so the weight would never learn.",
)
def graph_cut_at_weight(self: Any, x: Any) -> Any:
    output = x.matmul(Tensor(self.weight.data))
    return output if self.bias is None else output + self.bias


@misconception(
    "graph-cut-at-bias",
    "Linear.forward",
    says="You add the bias's array, not the bias, so the bias would never learn.",
)
def graph_cut_at_bias(self: Any, x: Any) -> Any:
    output = x.matmul(self.weight)
    return output if self.bias is None else output + self.bias.data


@misconception(
    "graph-cut-at-input",
    "Linear.forward",
    says=(
        "You make a new Tensor from x. It has no history, so gradients end here, "
        "and the layers before this one would never learn."
    ),
)
def graph_cut_at_input(self: Any, x: Any) -> Any:
    return _linear(self, Tensor(x.data))


@misconception(
    "input-overwritten",
    "Linear.forward",
    says=(
        "You write the result into x itself. Whoever called your layer still needs x, "
        "and the way back needs it too."
    ),
)
def input_overwritten(self: Any, x: Any) -> Any:
    x.data = _on_arrays(self, x)
    return x


@misconception(
    "bias-overwritten",
    "Linear.forward",
    says=(
        "You keep the result in the attribute bias, so the bias is gone after the first call, "
        "and the second call adds the first result."
    ),
)
def bias_overwritten(self: Any, x: Any) -> Any:
    if self.bias is None:
        return x.matmul(self.weight)
    self.bias = x.matmul(self.weight) + self.bias
    return self.bias


@misconception(
    "first-result-kept",
    "Linear.forward",
    says=(
        "Your layer keeps its first result and gives it back ever after, whatever x is. "
        "Other inputs, and weights that have learned, need a new calculation."
    ),
)
def first_result_kept(self: Any, x: Any) -> Any:
    if not hasattr(self, "output"):
        self.output = _linear(self, x)
    return self.output


@misconception(
    "weights-drawn-in-forward",
    "Linear.forward",
    says=(
        "Your forward draws new weights each time it runs, so nothing that was learned would last. "
        "The weights are drawn once, when the layer is made."
    ),
)
def weights_drawn(self: Any, x: Any) -> Any:
    rows, columns = self.weight.shape
    self.weight = Tensor(np.random.randn(rows, columns), requires_grad=True)
    return _linear(self, x)
