"""Mistakes in the constructors of Linear and of Dense: sizes, the weight, gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor
from tito.lesson.model import misconception
from tito.lessons.layers.misconceptions.starts import begin_dense, begin_linear, wrong_start


@wrong_start(
    "sizes-not-kept",
    "Linear",
    says=(
        "Your layer uses its two sizes and then forgets them. "
        "Whoever prints or inspects a network needs them as attributes of the layer."
    ),
)
def sizes_not_kept(layer: Any, rows: int, columns: int, bias: bool) -> None:
    del layer.in_features, layer.out_features


@wrong_start(
    "sizes-swapped",
    says=(
        "Your layer keeps its two sizes the wrong way round: "
        "the number of inputs under the name of the number of outputs."
    ),
)
def sizes_swapped(layer: Any, rows: int, columns: int, bias: bool) -> None:
    if hasattr(layer, "in_features"):
        layer.in_features, layer.out_features = columns, rows
    else:
        layer.input_size, layer.output_size = columns, rows


_NOT_KEPT = (
    "After your constructor the layer has no attribute called weight. It is kept under another "
    "name, or in a variable without self, which is gone when the constructor ends."
)


@wrong_start("weight-not-kept", says=_NOT_KEPT)
def weight_not_kept(layer: Any, rows: int, columns: int, bias: bool) -> None:
    del layer.weight


@wrong_start("weight-not-kept", says=_NOT_KEPT)
def nothing_kept(layer: Any, rows: int, columns: int, bias: bool) -> None:
    del layer.weight, layer.bias


def _by_another_name(self: Any, x: Any) -> Any:
    output = x.matmul(self.w)
    return output if self.bias is None else output + self.bias


def _listed_by_another_name(self: Any) -> Any:
    return [self.w] if self.bias is None else [self.w, self.bias]


@wrong_start(
    "weight-not-kept",
    says=_NOT_KEPT,
    also={"forward": _by_another_name, "parameters": _listed_by_another_name},
)
def weight_under_another_name(layer: Any, rows: int, columns: int, bias: bool) -> None:
    layer.w = layer.weight
    del layer.weight


@wrong_start(
    "weight-is-array",
    says=(
        "Your weight is a plain NumPy array. An array computes, but it remembers nothing, "
        "so no gradient could ever reach it: what is to be learned has to be a Tensor."
    ),
)
def weight_is_array(layer: Any, rows: int, columns: int, bias: bool) -> None:
    layer.weight = layer.weight.data


def _product_with_transposed(self: Any, x: Any) -> Any:
    output = x.matmul(self.weight.T)
    return output if self.bias is None else output + self.bias


_TRANSPOSED = (
    "Your weight has a row for each output and a column for each input. In this course it is the "
    "other way round, one row for each input, so that xW can be computed as it stands."
)


def _transpose(layer: Any, rows: int, columns: int, bias: bool) -> None:
    layer.weight = Tensor(layer.weight.data.T, requires_grad=True)


weight_transposed = (
    *wrong_start(
        "weight-stored-transposed", says=_TRANSPOSED, also={"forward": _product_with_transposed}
    )(_transpose),
    *wrong_start("weight-stored-transposed", says=_TRANSPOSED)(_transpose),
)


@wrong_start(
    "gradients-forgotten",
    says=(
        "Neither your weight nor your bias asks for a gradient. A Tensor is a constant "
        "unless it is told otherwise when it is made, and training leaves constants alone."
    ),
)
def gradients_forgotten(layer: Any, rows: int, columns: int, bias: bool) -> None:
    layer.weight.requires_grad = False
    if bias:
        layer.bias.requires_grad = False


@wrong_start(
    "weight-gradient-forgotten",
    says=(
        "Your weight does not ask for a gradient: training would change only the bias, "
        "and the weight would stay as random as it began."
    ),
)
def weight_gradient_forgotten(layer: Any, rows: int, columns: int, bias: bool) -> None:
    layer.weight.requires_grad = False


@wrong_start(
    "bias-gradient-forgotten",
    says="Your bias does not ask for a gradient, so training would leave it at zero for ever.",
)
def bias_gradient_forgotten(layer: Any, rows: int, columns: int, bias: bool) -> None:
    if bias:
        layer.bias.requires_grad = False


@wrong_start(
    "weight-is-a-result",
    says=(
        "Your weight is the result of a calculation with a Tensor that wants gradients. They go to "
        "that first Tensor, which you did not keep, and not to the result: calculate with the "
        "array, and make the Tensor last."
    ),
)
def weight_is_result(layer: Any, rows: int, columns: int, bias: bool) -> None:
    layer.weight = layer.weight * 1.0


@wrong_start(
    "same-weights-for-every-layer",
    says=(
        "Every layer that you make begins with the very same weights: your constructor sets the "
        "random numbers back to their start, or hands out what it drew before. Each layer draws "
        "its own; a seed belongs at the start of a program."
    ),
)
def same_weights(layer: Any, rows: int, columns: int, bias: bool) -> None:
    np.random.seed(0)
    begin = begin_linear if hasattr(layer, "in_features") else begin_dense
    begin(layer, rows, columns, bias)


_TUPLE = (
    "NumPy's functions randn and rand want the sizes one by one, not as one tuple. Most of its "
    "other functions, such as zeros and uniform, want the tuple."
)
_TWO_NUMBERS = (
    "NumPy wants the shape as one tuple here. When you give two numbers, it takes the second one "
    "for another argument, the dtype."
)


@misconception("shape-given-as-tuple", "Linear.__init__", "Dense.__init__", says=_TUPLE)
def tuple_to_randn(self: Any, rows: int, columns: int, bias: bool = True) -> None:
    np.random.randn((rows, columns))  # type: ignore[call-overload]


@misconception("shape-given-as-tuple", "Linear.__init__", "Dense.__init__", says=_TUPLE)
def tuple_to_rand(self: Any, rows: int, columns: int, bias: bool = True) -> None:
    np.random.rand((rows, columns))  # type: ignore[call-overload]


@misconception("shape-given-as-numbers", "Linear.__init__", "Dense.__init__", says=_TWO_NUMBERS)
def numbers_to_zeros(self: Any, rows: int, columns: int, bias: bool = True) -> None:
    np.zeros(rows, columns)  # type: ignore[call-overload]


_ONE_AXIS = (
    "Your weight has one axis. Each output weighs each input by a number of its own, so the weight "
    "is a table: a row for each input, a column for each output."
)


@wrong_start("weight-has-one-axis", says=_ONE_AXIS)
def weight_of_inputs(layer: Any, rows: int, columns: int, bias: bool) -> None:
    layer.weight = Tensor(np.random.randn(rows), requires_grad=True)


@wrong_start("weight-has-one-axis", says=_ONE_AXIS)
def weight_of_outputs(layer: Any, rows: int, columns: int, bias: bool) -> None:
    layer.weight = Tensor(np.random.randn(columns), requires_grad=True)


@wrong_start("weight-has-one-axis", says=_ONE_AXIS)
def weight_in_a_row(layer: Any, rows: int, columns: int, bias: bool) -> None:
    layer.weight = Tensor(np.random.randn(rows * columns), requires_grad=True)


@wrong_start(
    "weight-is-one-number",
    says=(
        "Your weight is one single number: the function that draws random numbers was not told "
        "the shape. The weight has a row for each input and a column for each output."
    ),
)
def weight_number(layer: Any, rows: int, columns: int, bias: bool) -> None:
    layer.weight = Tensor(np.random.randn(), requires_grad=True)
