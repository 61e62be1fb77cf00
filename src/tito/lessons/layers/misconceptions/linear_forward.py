"""Mistakes in the product of Linear's forward, and in what is done to it."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor
from tito.lesson.model import misconception

BOTH = ("Linear.forward", "Dense.forward")


def _plus_bias(self: Any, output: Any) -> Any:
    return output if self.bias is None else output + self.bias


_WRONG_ORDER = (
    "You multiply the weight by x, but x has to come first: each row of x is one example, and it "
    "is the rows of the left factor that meet the columns of the right one."
)


@misconception("product-in-wrong-order", *BOTH, says=_WRONG_ORDER)
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


_ELEMENTWISE = (
    "You multiply x and the weight number by number. Every output needs all inputs: "
    "products along a row have to be added up, and that is a matrix product."
)


@misconception("product-element-by-element", *BOTH, says=_ELEMENTWISE)
def product_elementwise(self: Any, x: Any) -> Any:
    return _plus_bias(self, x * self.weight)


@misconception("product-element-by-element", *BOTH, says=_ELEMENTWISE)
def product_elementwise_reversed(self: Any, x: Any) -> Any:
    return _plus_bias(self, self.weight * x)


@misconception("product-in-wrong-order", *BOTH, says=_WRONG_ORDER)
def product_of_arrays_reversed(self: Any, x: Any) -> Any:
    return _plus_bias(self, Tensor(np.dot(self.weight.data, x.data)))


@misconception("product-in-wrong-order", *BOTH, says=_WRONG_ORDER)
def product_of_columns(self: Any, x: Any) -> Any:
    return _plus_bias(self, self.weight.T.matmul(x))


_WRONG_AXIS = (
    "You add up the products over the outputs. Each output adds up over the inputs, "
    "so it is the axis of the inputs that has to go."
)


@misconception("sum-over-wrong-axis", *BOTH, says=_WRONG_AXIS)
def sum_over_outputs(self: Any, x: Any) -> Any:
    output = (x.reshape(*x.shape, 1) * self.weight).sum(axis=-1)
    return output if self.bias is None else self.bias + output


@misconception("sum-over-wrong-axis", *BOTH, says=_WRONG_AXIS)
def sum_over_outputs_plus_bias(self: Any, x: Any) -> Any:
    return _plus_bias(self, (x.reshape(*x.shape, 1) * self.weight).sum(axis=-1))


@misconception(
    "product-averaged",
    *BOTH,
    says="Your output is the mean over the inputs. xW means their sum, each weighted.",
)
def product_averaged(self: Any, x: Any) -> Any:
    return _plus_bias(self, x.matmul(self.weight) / self.weight.shape[0])


@misconception(
    "only-last-input-counts",
    *BOTH,
    says=(
        "Only the last input reaches your output: each round of your loop writes over the one "
        "before, where it should add to it."
    ),
)
def only_last_input(self: Any, x: Any) -> Any:
    last = np.zeros_like(self.weight.data)
    last[-1] = 1
    return _plus_bias(self, x.matmul(self.weight * last))


_LEFT_OUT = (
    "Your sum leaves out one of the inputs: the loop begins or ends one step off. "
    "range(n) counts from 0 to n - 1."
)


@misconception("one-input-left-out", *BOTH, says=_LEFT_OUT)
def last_left_out(self: Any, x: Any) -> Any:
    return _plus_bias(self, x[..., :-1].matmul(self.weight[:-1]))


@misconception("one-input-left-out", *BOTH, says=_LEFT_OUT)
def first_left_out(self: Any, x: Any) -> Any:
    return _plus_bias(self, x[..., 1:].matmul(self.weight[1:]))


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
    says=(
        "You add up all outputs into one number. There is one output for each column of the weight."
    ),
)
def output_summed(self: Any, x: Any) -> Any:
    return _plus_bias(self, x.matmul(self.weight)).sum()


@misconception(
    "output-summed",
    *BOTH,
    says=(
        "You add up the whole product into one number. There is one for each column of the weight."
    ),
)
def product_summed(self: Any, x: Any) -> Any:
    return _plus_bias(self, x.matmul(self.weight).sum())
