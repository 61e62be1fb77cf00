"""Mistakes in what Linear's forward gives back: an array, no graph, the wrong axes, nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor
from tito.engine.lesson import misconception
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
    "only-batches",
    *BOTH,
    says=(
        "Your forward expects x to have exactly two axes. A single example has one, a batch of "
        "sequences three: the matrix product takes them all, whatever comes before the last axis."
    ),
)
def only_batches(self: Any, x: Any) -> Any:
    if x.ndim != 2:
        raise ValueError("two axes are needed")
    return _linear(self, x)


@misconception(
    "no-single-example",
    "Linear.forward",
    says=(
        "Your forward does not take an x with one axis. One example by itself is a right input "
        "too, and its output has one axis as well."
    ),
)
def no_single_example(self: Any, x: Any) -> Any:
    if x.ndim < 2:
        raise ValueError("a batch is needed")
    return _linear(self, x)


@misconception(
    "single-example-becomes-batch",
    "Linear.forward",
    says=(
        "You turn a single example into a batch of one, and the output stays a batch. "
        "It should have as many axes as the input."
    ),
)
def becomes_batch(self: Any, x: Any) -> Any:
    return _linear(self, x.reshape(1, -1) if x.ndim == 1 else x)


@misconception(
    "input-flattened-to-rows",
    *BOTH,
    says=(
        "You reshape x into two axes, and the output stays so. All axes but the last have to come "
        "out as they came in; reshaping also hides an x of the wrong width."
    ),
)
def flattened_to_rows(self: Any, x: Any) -> Any:
    return _linear(self, x.reshape(-1, self.weight.shape[0]))


@misconception(
    "examples-flattened",
    "Linear.forward",
    says=(
        "You flatten each example to one row of numbers. Linear works along the last axis and "
        "leaves the others alone; flattening is for whoever builds the network."
    ),
)
def examples_flattened(self: Any, x: Any) -> Any:
    return _linear(self, x.reshape(x.shape[0], -1))


@misconception(
    "loops-over-rows",
    "Linear.forward",
    says=(
        "You go through x row by row, and build the result from arrays. That works for two axes "
        "only, fails for an empty batch, and no gradient finds its way back."
    ),
)
def loops_over_rows(self: Any, x: Any) -> Any:
    bias = 0 if self.bias is None else self.bias.data
    return Tensor(np.array([np.dot(row, self.weight.data) + bias for row in x.data]))


@misconception(
    "empty-batch-refused",
    "Linear.forward",
    says=(
        "Your forward refuses a batch without examples. Its output is simply as empty: "
        "the last part of a data set may be."
    ),
)
def empty_batch_refused(self: Any, x: Any) -> Any:
    if x.size == 0:
        raise ValueError("x is empty")
    return _linear(self, x)


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
    "wrong-width-by-assert",
    "Linear.forward",
    says=(
        "You refuse an x of the wrong width by assert. Asserts are for mistakes of your own and "
        "can be switched off; a wrong argument is a ValueError, which the product raises by itself."
    ),
)
def wrong_width_by_assert(self: Any, x: Any) -> Any:
    if x.shape[-1] != self.weight.shape[0]:
        raise AssertionError
    return _linear(self, x)


@misconception(
    "wrong-width-not-refused",
    "Linear.forward",
    says=(
        "For an x of the wrong width your forward gives back None. The program would run on and "
        "fail somewhere else: let the error out where it happens."
    ),
)
def wrong_width_not_refused(self: Any, x: Any) -> Any:
    return _linear(self, x) if x.shape[-1] == self.weight.shape[0] else None
