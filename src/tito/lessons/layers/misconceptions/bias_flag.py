"""Mistakes about whether there is a bias, in the constructors of Linear and of Dense."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor
from tito.lesson.model import misconception
from tito.lessons.layers.misconceptions.starts import begin_dense, begin_linear, wrong_start


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
        "After your constructor the layer has no attribute called bias. It is kept under another "
        "name, or in a variable without self, which is gone when the constructor ends."
    ),
)
def bias_not_kept(layer: Any, rows: int, columns: int, bias: bool) -> None:
    layer.b = layer.bias
    del layer.bias


_OFF = (
    "Made from its two sizes alone, your layer has no bias. Nobody asked for one without: "
    "there is a bias unless the caller says bias=False."
)


@wrong_start("no-bias-by-default", says=_OFF)
def no_bias_by_default(layer: Any, rows: int, columns: int, bias: bool) -> None:
    layer.bias = None


@misconception("no-bias-by-default", "Linear.__init__", says=_OFF)
def linear_bias_off(self: Any, in_features: int, out_features: int, bias: bool = False) -> None:
    begin_linear(self, in_features, out_features, bias)


@misconception("no-bias-by-default", "Dense.__init__", says=_OFF)
def dense_bias_off(self: Any, input_size: int, output_size: int, bias: bool = False) -> None:
    begin_dense(self, input_size, output_size, bias)


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
    "bias-false-kept",
    says=(
        "With bias=False your attribute bias is False. There is no bias then, and what stands "
        "for nothing in Python is None."
    ),
)
def bias_false_kept(layer: Any, rows: int, columns: int, bias: bool) -> None:
    if not bias:
        layer.bias = False


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


_MISSING = (
    "With bias=False your layer has no attribute bias at all, and whoever asks for it gets an "
    "error. The attribute is there in both cases; without a bias it is None."
)


def _forward_that_looks(self: Any, x: Any) -> Any:
    output = x.matmul(self.weight)
    return output + self.bias if hasattr(self, "bias") else output


def _parameters_that_look(self: Any) -> Any:
    return [self.weight, self.bias] if hasattr(self, "bias") else [self.weight]


def _no_attribute(layer: Any, rows: int, columns: int, bias: bool) -> None:
    if not bias:
        del layer.bias


bias_missing = (
    *wrong_start("bias-missing-when-false", says=_MISSING)(_no_attribute),
    *wrong_start(
        "bias-missing-when-false",
        says=_MISSING,
        also={"forward": _forward_that_looks, "parameters": _parameters_that_look},
    )(_no_attribute),
)


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
