"""Mistakes in the constructors of Linear and of Dense: sizes, kinds, shapes, flags, the bias."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor
from tito.engine.lesson import misconception
from tito.lessons.layers.misconceptions.starts import begin_dense, begin_linear, wrong_start


@wrong_start(
    "sizes-not-kept",
    says=(
        "Your layer uses its two sizes and then forgets them. "
        "Whoever prints or inspects a network needs them as attributes of the layer."
    ),
)
def sizes_not_kept(layer: Any, rows: int, columns: int, bias: bool) -> None:
    for name in ("in_features", "out_features", "input_size", "output_size"):
        vars(layer).pop(name, None)


@wrong_start(
    "sizes-swapped",
    says=(
        "Your layer keeps its two sizes the wrong way round: "
        "the number of inputs under the name of the number of outputs."
    ),
)
def sizes_swapped(layer: Any, rows: int, columns: int, bias: bool) -> None:
    first, second = list(vars(layer))[:2]
    setattr(layer, first, columns)
    setattr(layer, second, rows)


@wrong_start(
    "weight-not-kept",
    says=(
        "After your constructor the layer has no attribute called weight. It stands under another "
        "name, or in a variable without self, which is gone when the constructor ends."
    ),
)
def weight_not_kept(layer: Any, rows: int, columns: int, bias: bool) -> None:
    layer.W, layer.b = layer.weight, layer.bias
    del layer.weight, layer.bias


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
        "random numbers back to their start. A seed belongs at the start of a program."
    ),
)
def same_weights(layer: Any, rows: int, columns: int, bias: bool) -> None:
    np.random.seed(0)
    begin = begin_linear if hasattr(layer, "in_features") else begin_dense
    begin(layer, rows, columns, bias)


@wrong_start(
    "bias-is-array",
    says=(
        "Your bias is a plain NumPy array. It can be added, but no gradient can reach it: "
        "what is to be learned has to be a Tensor."
    ),
)
def bias_is_array(layer: Any, rows: int, columns: int, bias: bool) -> None:
    layer.bias = np.zeros(columns, dtype=np.float32) if bias else None


@wrong_start(
    "bias-not-kept",
    says=(
        "After your constructor the layer has no attribute called bias. It stands under another "
        "name, or in a variable without self, which is gone when the constructor ends."
    ),
)
def bias_not_kept(layer: Any, rows: int, columns: int, bias: bool) -> None:
    layer.b = layer.bias
    del layer.bias


@wrong_start(
    "bias-never-made",
    says=(
        "Your layer never has a bias: the attribute is None although bias=True. "
        "Without one, every output is zero wherever all inputs are zero."
    ),
)
def bias_never_made(layer: Any, rows: int, columns: int, bias: bool) -> None:
    layer.bias = None


@wrong_start(
    "bias-is-the-flag",
    says=(
        "Your attribute bias holds the answer True or False that the constructor was given. "
        "That only says whether a bias is wanted; the attribute is the bias itself, or None."
    ),
)
def bias_is_flag(layer: Any, rows: int, columns: int, bias: bool) -> None:
    layer.bias = bias


@wrong_start(
    "bias-flag-inverted",
    says="Your layer has a bias where none is wanted, and none where one is: the test is inverted.",
)
def bias_flag_inverted(layer: Any, rows: int, columns: int, bias: bool) -> None:
    layer.bias = None if bias else Tensor(np.zeros(columns), requires_grad=True)


@wrong_start(
    "bias-despite-false",
    says=(
        "Your layer makes a bias although bias=False: what the caller chose is never looked at. "
        "Without a bias, the attribute is None."
    ),
)
def bias_despite_false(layer: Any, rows: int, columns: int, bias: bool) -> None:
    layer.bias = Tensor(np.zeros(columns), requires_grad=True)


@wrong_start(
    "bias-missing-when-false",
    says=(
        "With bias=False your layer has no attribute bias at all, and forward, which asks "
        "for it, fails. The attribute is there in both cases; without a bias it is None."
    ),
)
def bias_missing(layer: Any, rows: int, columns: int, bias: bool) -> None:
    if not bias:
        del layer.bias


@misconception(
    "no-choice-of-bias",
    "Linear.__init__",
    says="Your constructor has no parameter bias, so nobody can ask for a layer without one.",
)
def linear_without_choice(self: Any, in_features: int, out_features: int) -> None:
    begin_linear(self, in_features, out_features, True)


@misconception(
    "no-choice-of-bias",
    "Dense.__init__",
    says="Your constructor has no parameter bias, so nobody can ask for a layer without one.",
)
def dense_without_choice(self: Any, input_size: int, output_size: int) -> None:
    begin_dense(self, input_size, output_size, True)
