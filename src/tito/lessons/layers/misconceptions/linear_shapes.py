"""Mistakes in the shapes that Linear's forward takes and gives: one example, sequences, widths."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor
from tito.lesson.model import misconception
from tito.lessons.layers.misconceptions.linear_forward import BOTH


def _linear(self: Any, x: Any) -> Any:
    output = x.matmul(self.weight)
    return output if self.bias is None else output + self.bias


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
        "Your forward does not take an x with one axis. One example by itself is a valid input "
        "too, and its output has one axis as well."
    ),
)
def no_single_example(self: Any, x: Any) -> Any:
    if x.ndim < 2:
        raise ValueError("a batch is needed")
    return _linear(self, x)


@misconception(
    "no-more-than-two-axes",
    "Linear.forward",
    says=(
        "Your forward refuses an x of more than two axes, such as a batch of sequences. The matrix "
        "product takes it as it is, whatever comes before the last axis."
    ),
)
def no_more_than_two_axes(self: Any, x: Any) -> Any:
    if x.ndim > 2:
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


_FLATTENED = (
    "You flatten each example to one row of numbers. Linear works along the last axis and "
    "leaves the others alone; flattening is for whoever builds the network."
)


@misconception("examples-flattened", "Linear.forward", says=_FLATTENED)
def examples_flattened(self: Any, x: Any) -> Any:
    return _linear(self, x.reshape(x.shape[0], -1))


@misconception("examples-flattened", "Linear.forward", says=_FLATTENED)
def sequences_flattened(self: Any, x: Any) -> Any:
    return _linear(self, x.reshape(x.shape[0], -1) if x.ndim > 2 else x)


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
        "Your forward refuses a batch without examples. Its output is simply empty too: the last "
        "batch of a data set may be like that."
    ),
)
def empty_batch_refused(self: Any, x: Any) -> Any:
    if x.size == 0:
        raise ValueError("x is empty")
    return _linear(self, x)


@misconception(
    "first-example-only",
    *BOTH,
    says=(
        "Your forward takes the first example out of the batch and leaves the others. "
        "Every row of x is an example, and has its row in the output."
    ),
)
def first_example_only(self: Any, x: Any) -> Any:
    return _linear(self, x[0] if x.ndim > 1 else x)


_NOT_REFUSED = (
    "For an x of the wrong width your forward gives something back all the same. The program would "
    "run on and fail somewhere else: let the error out where it happens."
)


@misconception("wrong-width-not-refused", "Linear.forward", says=_NOT_REFUSED)
def wrong_width_handed_back(self: Any, x: Any) -> Any:
    return _linear(self, x) if x.shape[-1] == self.weight.shape[0] else x


@misconception("wrong-width-not-refused", "Linear.forward", says=_NOT_REFUSED)
def wrong_width_not_refused(self: Any, x: Any) -> Any:
    return _linear(self, x) if x.shape[-1] == self.weight.shape[0] else None
