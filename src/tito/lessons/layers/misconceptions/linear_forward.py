"""Mistakes in the arithmetic of Linear's forward: the product, the bias, what comes after."""

from __future__ import annotations

from typing import Any

import numpy as np

from tito.engine.lesson import misconception

BOTH = ("Linear.forward", "Dense.forward")


def _plus_bias(self: Any, output: Any) -> Any:
    return output if self.bias is None else output + self.bias


@misconception(
    "product-in-wrong-order",
    *BOTH,
    says=(
        "You multiply the weight by x, where x comes first: each row of x is one example, and it "
        "is the rows of the left factor that meet the columns of the right one."
    ),
)
def product_reversed(self: Any, x: Any) -> Any:
    return _plus_bias(self, self.weight.matmul(x))


@misconception(
    "weight-transposed-in-product",
    *BOTH,
    says=(
        "You transpose the weight before you multiply. It already has a row for each input, "
        "so its shape fits as it stands."
    ),
)
def weight_transposed(self: Any, x: Any) -> Any:
    return _plus_bias(self, x.matmul(self.weight.T))


@misconception(
    "product-element-by-element",
    *BOTH,
    says=(
        "You multiply x and the weight number by number. Every output needs all inputs: "
        "products along a row have to be added up, and that is a matrix product."
    ),
)
def product_elementwise(self: Any, x: Any) -> Any:
    return _plus_bias(self, x * self.weight)


_TRANSPOSED = (
    "Your output has a column for each example. It needs a row for each, as x has: "
    "what one layer gives is what the next one takes."
)


@misconception("output-transposed", *BOTH, says=_TRANSPOSED)
def output_transposed(self: Any, x: Any) -> Any:
    return _plus_bias(self, x.matmul(self.weight)).T


@misconception("output-transposed", *BOTH, says=_TRANSPOSED)
def columns_for_examples(self: Any, x: Any) -> Any:
    return _plus_bias(self, self.weight.T.matmul(x.T))


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
    says="You add the sum of all biases to every output. Each output gets the one bias of its own.",
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
    "activation-inside",
    *BOTH,
    says=(
        "Your layer sets negative outputs to zero. That is ReLU, a layer of its own: "
        "Linear gives the sum as it is."
    ),
)
def relu_inside(self: Any, x: Any) -> Any:
    output = _plus_bias(self, x.matmul(self.weight))
    return output * (output.data > 0)


@misconception(
    "activation-inside",
    *BOTH,
    says=(
        "Your layer squeezes its outputs between 0 and 1. That is an activation, a layer of its "
        "own: Linear gives the sum as it is."
    ),
)
def sigmoid_inside(self: Any, x: Any) -> Any:
    return 1 / ((-_plus_bias(self, x.matmul(self.weight))).exp() + 1)


@misconception(
    "scale-in-forward",
    *BOTH,
    says=(
        "You scale the output by the number of inputs. The scale is for the first weights only: "
        "once they are drawn, it has done its work."
    ),
)
def scale_in_forward(self: Any, x: Any) -> Any:
    return _plus_bias(self, x.matmul(self.weight) * np.sqrt(1 / self.weight.shape[0]))


@misconception(
    "output-summed",
    *BOTH,
    says="You add up all outputs to one number. There is one output for each column of the weight.",
)
def output_summed(self: Any, x: Any) -> Any:
    return _plus_bias(self, x.matmul(self.weight)).sum()
