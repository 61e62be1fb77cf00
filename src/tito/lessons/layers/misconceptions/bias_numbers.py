"""Mistakes in the shape and the first numbers of a bias, in Linear and in Dense."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor
from tito.lessons.layers.misconceptions.starts import wrong_start


def _bias(layer: Any, bias: bool, values: Any) -> None:
    layer.bias = Tensor(values, requires_grad=True) if bias else None


@wrong_start(
    "bias-as-long-as-the-input",
    says=(
        "Your bias has one number for each input. It is added to the outputs, "
        "so it needs one number for each of them."
    ),
)
def bias_of_inputs(layer: Any, rows: int, columns: int, bias: bool) -> None:
    _bias(layer, bias, np.zeros(rows))


@wrong_start(
    "bias-is-a-row",
    says=(
        "Your bias is a matrix with one row. Added to one single example it would turn that into a "
        "batch of one: the bias has one axis, with a number for each output."
    ),
)
def bias_row(layer: Any, rows: int, columns: int, bias: bool) -> None:
    _bias(layer, bias, np.zeros((1, columns)))


@wrong_start(
    "bias-is-a-column",
    says=(
        "Your bias is a matrix with one column, so it would be added along the examples of a "
        "batch. It has one axis, with a number for each output."
    ),
)
def bias_column(layer: Any, rows: int, columns: int, bias: bool) -> None:
    _bias(layer, bias, np.zeros((columns, 1)))


@wrong_start(
    "bias-as-large-as-the-weight",
    says=(
        "Your bias has as many numbers as the weight. It is added to the outputs, not to the "
        "weight, so it needs one number for each output."
    ),
)
def bias_matrix(layer: Any, rows: int, columns: int, bias: bool) -> None:
    _bias(layer, bias, np.zeros((rows, columns)))


_ONE_NUMBER = (
    "Your bias is one single number, so all outputs would be shifted alike. "
    "Each output has a bias of its own."
)


@wrong_start("bias-is-one-number", says=_ONE_NUMBER)
def bias_number(layer: Any, rows: int, columns: int, bias: bool) -> None:
    _bias(layer, bias, 0.0)


@wrong_start("bias-is-one-number", says=_ONE_NUMBER)
def bias_of_length_one(layer: Any, rows: int, columns: int, bias: bool) -> None:
    _bias(layer, bias, np.zeros(1))


@wrong_start(
    "bias-starts-random",
    says=(
        "Your bias begins with random numbers. Random weights are enough to make the outputs "
        "differ from each other; a bias starts neutral."
    ),
)
def bias_random(layer: Any, rows: int, columns: int, bias: bool) -> None:
    _bias(layer, bias, np.random.randn(columns))


@wrong_start(
    "bias-starts-at-one",
    says="Your bias begins at one, so every output is shifted before anything was learned.",
)
def bias_one(layer: Any, rows: int, columns: int, bias: bool) -> None:
    _bias(layer, bias, np.ones(columns))
