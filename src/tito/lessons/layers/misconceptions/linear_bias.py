"""Mistakes with the bias in Linear's forward."""

from __future__ import annotations

from typing import Any

import numpy as np

from tito.lesson.model import misconception
from tito.lessons.layers.misconceptions.linear_forward import BOTH


def _plus_bias(self: Any, output: Any) -> Any:
    return output if self.bias is None else output + self.bias


@misconception(
    "bias-forgotten",
    *BOTH,
    says=(
        "Your output equals xW: the bias is not part of it. Either it is never added, "
        "or the sum is computed and then not used."
    ),
)
def bias_forgotten(self: Any, x: Any) -> Any:
    return x.matmul(self.weight)


@misconception(
    "bias-subtracted",
    *BOTH,
    says="Your output equals xW - b: the bias is taken away where it should be added.",
)
def bias_subtracted(self: Any, x: Any) -> Any:
    output = x.matmul(self.weight)
    return output if self.bias is None else output - self.bias


@misconception(
    "bias-doubled",
    *BOTH,
    says="Your output equals xW + 2b: the bias is added twice.",
)
def bias_doubled(self: Any, x: Any) -> Any:
    return _plus_bias(self, _plus_bias(self, x.matmul(self.weight)))


@misconception(
    "bias-multiplied",
    *BOTH,
    says="You multiply xW by the bias. A bias of zero would wipe out everything: it shifts xW.",
)
def bias_multiplied(self: Any, x: Any) -> Any:
    output = x.matmul(self.weight)
    return output if self.bias is None else output * self.bias


@misconception(
    "bias-added-to-input",
    *BOTH,
    says=(
        "You add the bias to x, before the product. It has one number for each output, "
        "so it belongs to the result of the product."
    ),
)
def bias_added_to_input(self: Any, x: Any) -> Any:
    return _plus_bias(self, x).matmul(self.weight)


@misconception(
    "bias-per-example",
    *BOTH,
    says=(
        "You turn the bias into a column, so that each example gets its own number. "
        "It is each output that has a bias, the same one for all examples."
    ),
)
def bias_per_example(self: Any, x: Any) -> Any:
    output = x.matmul(self.weight)
    return output if self.bias is None else output + self.bias.reshape(-1, 1)


@misconception(
    "bias-summed",
    *BOTH,
    says="You add the sum of all biases to every output. Each output gets one bias, its own.",
)
def bias_summed(self: Any, x: Any) -> Any:
    output = x.matmul(self.weight)
    return output if self.bias is None else output + self.bias.sum()


@misconception(
    "bias-on-first-row-only",
    *BOTH,
    says="Only the first example of a batch gets the bias. It is the same for every example.",
)
def bias_on_first_row(self: Any, x: Any) -> Any:
    output = x.matmul(self.weight)
    if self.bias is not None:
        shift = np.zeros_like(output.data)
        shift[:1] = 1
        output = output + self.bias * shift
    return output


@misconception(
    "bias-only-for-batches",
    *BOTH,
    says=(
        "You add the bias only where x has exactly two axes. A single example, and a batch of "
        "sequences, get it too."
    ),
)
def bias_for_batches(self: Any, x: Any) -> Any:
    output = x.matmul(self.weight)
    return _plus_bias(self, output) if x.ndim == 2 else output


@misconception(
    "bias-none-not-expected",
    *BOTH,
    says=(
        "A layer that was made with bias=False has None as its bias, and None cannot be added. "
        "Your forward has to look first."
    ),
)
def bias_none_added(self: Any, x: Any) -> Any:
    return x.matmul(self.weight) + self.bias


@misconception(
    "bias-asked-for-truth",
    *BOTH,
    says=(
        "You ask whether the bias is true. A Tensor of several numbers is neither true nor false, "
        "and one that holds a single zero would count as no bias: ask whether there is one."
    ),
)
def bias_asked_for_truth(self: Any, x: Any) -> Any:
    output = x.matmul(self.weight)
    return output + self.bias if self.bias else output


@misconception(
    "bias-once-per-input",
    *BOTH,
    says=(
        "The bias is added once for each input, inside the loop that adds up. "
        "It belongs to the output, and is added once, after the sum."
    ),
)
def bias_once_per_input(self: Any, x: Any) -> Any:
    output = x.matmul(self.weight)
    return output if self.bias is None else output + self.bias * self.weight.shape[0]


@misconception(
    "bias-added-to-weight",
    *BOTH,
    says=(
        "You add the bias to the weight, before the product, so every input brings it along once "
        "more. It belongs to the result of the product."
    ),
)
def bias_added_to_weight(self: Any, x: Any) -> Any:
    return x.matmul(_plus_bias(self, self.weight))


@misconception(
    "bias-forgotten",
    *BOTH,
    says=(
        "Your output equals xW where there is a bias, and fails where there is none. Either the "
        "sum with the bias is computed and then not used, or the question whether there is a bias "
        "is asked the wrong way round."
    ),
)
def bias_test_inverted(self: Any, x: Any) -> Any:
    output = x.matmul(self.weight)
    return output + self.bias if self.bias is None else output
