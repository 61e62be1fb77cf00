"""Mistakes that only Dense's constructor invites: its sizes' names, and Glorot's limit."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor
from tito.lesson.model import Misconception, misconception
from tito.lessons.layers.misconceptions.starts import (
    Law,
    begin_dense,
    begin_linear,
    wrong_weights,
)


@misconception(
    "dense-only-inherits",
    "Dense.__init__",
    says=(
        "Your Dense is a Linear and nothing more: it takes its sizes under Linear's names, and "
        "begins with Linear's weights. Dense has first weights of its own."
    ),
)
def inherits(self: Any, in_features: int, out_features: int, bias: bool = True) -> None:
    begin_linear(self, in_features, out_features, bias)


@misconception(
    "dense-parameters-named-as-in-linear",
    "Dense.__init__",
    says=(
        "The parameters of your constructor have names other than those that the task gives "
        "them, so Dense(input_size=3, output_size=2) fails."
    ),
)
def renamed(self: Any, in_features: int, out_features: int, bias: bool = True) -> None:
    begin_dense(self, in_features, out_features, bias)


def _limits(name: str, *limits: Law, says: str) -> tuple[Misconception, ...]:
    return wrong_weights(name, "Dense", *[_within(limit) for limit in limits], says=says)


def _within(limit: Law) -> Law:
    return lambda rows, columns: np.random.uniform(-1, 1, (rows, columns)) * limit(rows, columns)


def _by_inputs(value: float) -> Law:
    return lambda rows, columns: np.sqrt(value / rows)


def _by_outputs(value: float) -> Law:
    return lambda rows, columns: np.sqrt(value / columns)


def _by_both(value: float) -> Law:
    return lambda rows, columns: np.sqrt(value / (rows + columns))


linear_weights = wrong_weights(
    "dense-with-weights-of-linear",
    "Dense",
    lambda rows, columns: np.random.randn(rows, columns) * np.sqrt(1 / rows),
    says=(
        "These are the first weights of Linear: normally distributed, and scaled by the "
        "number of inputs only. Dense draws evenly between two limits."
    ),
)

normal_weights = wrong_weights(
    "dense-with-normal-weights",
    "Dense",
    lambda rows, columns: np.random.randn(rows, columns) * np.sqrt(2 / (rows + columns)),
    lambda rows, columns: np.random.randn(rows, columns) * np.sqrt(6 / (rows + columns)),
    says=(
        "Your weights are normally distributed, so some of them lie far beyond the limit. "
        "Dense draws them evenly from an interval with two ends."
    ),
)

one_sided = wrong_weights(
    "limit-on-one-side",
    "Dense",
    lambda rows, columns: np.random.rand(rows, columns) * np.sqrt(6 / (rows + columns)),
    says=(
        "Your weights lie between zero and the limit: all are positive, and the outputs only add "
        "up and never cancel. The interval reaches equally far to both sides of zero."
    ),
)

without_root = _limits(
    "limit-without-root",
    lambda rows, columns: 6 / (rows + columns),
    lambda rows, columns: np.sqrt(6) / (rows + columns),
    says=(
        "Your limit divides by input_size + output_size without taking the root of that: "
        "it makes the weights far too small."
    ),
)

without_parentheses = _limits(
    "limit-without-parentheses",
    lambda rows, columns: np.sqrt(6 / rows + columns),
    says=(
        "Your limit grows with the size of the layer: 6 / a + b divides by a alone and then "
        "adds b. What is to be added first needs parentheses."
    ),
)

inputs_only = _limits(
    "limit-of-inputs-only",
    *[_by_inputs(value) for value in (6, 3, 1)],
    says=(
        "Your limit looks only at the number of inputs. Glorot's rule keeps the size of signals "
        "on the way forward and of gradients on the way back, so it takes both numbers together."
    ),
)

outputs_only = _limits(
    "limit-of-outputs-only",
    *[_by_outputs(value) for value in (6, 3)],
    says=(
        "Your limit looks only at the number of outputs. Glorot's rule keeps the size of signals "
        "on the way forward and of gradients on the way back, so it takes both numbers together."
    ),
)

spread_as_limit = _limits(
    "spread-used-as-limit",
    _by_both(2),
    says=(
        "Your limit is too small: sqrt(2 / (input_size + output_size)) is the standard deviation "
        "that the weights should have. Numbers spread evenly have to reach further than that."
    ),
)

other_number = _limits(
    "limit-with-another-number",
    *[_by_both(value) for value in (1, 3)],
    says=(
        "Your limit has the right form, but the number above the sum of the sizes is smaller "
        "than 6: the weights do not reach as far as they should."
    ),
)

too_narrow = _limits(
    "limit-halved",
    lambda rows, columns: np.sqrt(6 / (rows + columns)) / 2,
    says=(
        "Your weights reach only half as far as the limit. A random number from 0 to 1, shifted "
        "by a half, lies between -0.5 and 0.5, an interval of length one, not two."
    ),
)

no_limit = wrong_weights(
    "limit-missing",
    "Dense",
    lambda rows, columns: np.random.uniform(-1, 1, (rows, columns)),
    lambda rows, columns: np.random.rand(rows, columns),
    lambda rows, columns: np.random.randn(rows, columns),
    says=(
        "Your weights are random but not scaled: they are as large in a wide layer as in a narrow "
        "one, so sums over many inputs grow too large."
    ),
)

all_zero = wrong_weights(
    "weights-all-zero",
    "Dense",
    lambda rows, columns: np.zeros((rows, columns)),
    says=(
        "All your weights are zero. Then all outputs are the same, get the same gradients and "
        "change alike: the network can never tell its units apart. Weights begin random."
    ),
)

all_equal = wrong_weights(
    "weights-all-equal",
    "Dense",
    lambda rows, columns: np.full((rows, columns), 0.5),
    lambda rows, columns: np.full((rows, columns), np.random.randn()),
    says=(
        "All your weights are one and the same number. Then all outputs are the same, and get the "
        "same gradients: the network can never tell its units apart. Weights begin random."
    ),
)


@misconception(
    "parameters-stale",
    "Dense.parameters",
    says=(
        "Your list holds a weight that the layer does not use: it was put on the list first, and "
        "the layer got the weight that it has now only afterwards."
    ),
)
def stale(self: Any) -> Any:
    old = Tensor(self.weight.data, requires_grad=True)
    return [old] if self.bias is None else [old, self.bias]
