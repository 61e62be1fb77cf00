"""Misconceptions of Dropout: what forward returns, its gradient, and what becomes of x."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor
from tito.lesson.model import misconception
from tito.lessons.layers.misconceptions.masks import dropped, factor, keepers, wrong_law

FORWARD = "Dropout.forward"

ARRAY_RETURNED = (
    "Your Dropout returns a NumPy array. The next layer expects a Tensor, and through an array no "
    "gradient finds its way back."
)
TWO_AXES_ONLY = (
    "Your mask is made for an input with exactly two axes. Dropout works on a single "
    "example and on a batch of sequences just as well: the mask has to have the shape of x."
)


@wrong_law(
    "nothing-returned",
    says="Your forward returns nothing (None) in training: the result is computed, but never "
    "handed to the caller.",
)
def nothing_returned(layer: Any, x: Any) -> Any:
    return None


@wrong_law("array-returned", says=ARRAY_RETURNED)
def array_returned(layer: Any, x: Any) -> Any:
    return dropped(layer, x).data


@wrong_law("array-returned", says=ARRAY_RETURNED)
def double_array_returned(layer: Any, x: Any) -> Any:
    return x.data * np.float64(keepers(layer, *x.shape)) * factor(layer)


@wrong_law(
    "graph-cut",
    says="The output has the right numbers, but it no longer knows that it came from x: it was "
    "made from x.data. Gradients stop here, and the layers before it learn nothing.",
)
def graph_cut(layer: Any, x: Any) -> Any:
    return Tensor(dropped(layer, x).data)


@wrong_law(
    "new-leaf",
    says="The output asks for gradients, but it is a new Tensor made from x.data, with no path "
    "back to x: its gradient stays with it, and the layers before it learn nothing.",
)
def new_leaf(layer: Any, x: Any) -> Any:
    return Tensor(dropped(layer, x).data, requires_grad=x.requires_grad)


@wrong_law(
    "mask-returned",
    says="Your forward returns the mask itself. The mask only says which elements stay; it has "
    "yet to be applied to x.",
)
def mask_returned(layer: Any, x: Any) -> Any:
    return Tensor(keepers(layer, *x.shape) * factor(layer))


@wrong_law(
    "mask-returned-too",
    says="Your forward returns two things, the output and the mask. The next layer expects one "
    "Tensor.",
)
def mask_returned_too(layer: Any, x: Any) -> Any:
    mask = keepers(layer, *x.shape)
    return x * mask * factor(layer), mask


@wrong_law(
    "two-axes-only",
    says=TWO_AXES_ONLY,
)
def two_axes_only(layer: Any, x: Any) -> Any:
    return x * keepers(layer, x.shape[0], x.shape[1]) * factor(layer)


@wrong_law("two-axes-only", says=TWO_AXES_ONLY)
def two_axes_unpacked(layer: Any, x: Any) -> Any:
    rows, columns = x.shape
    return x * keepers(layer, rows, columns) * factor(layer)


@wrong_law(
    "output-flattened",
    says="Your output has all elements in one long row. Dropout changes values, never the shape.",
)
def output_flattened(layer: Any, x: Any) -> Any:
    return dropped(layer, x).reshape(-1)


@misconception(
    "input-overwritten",
    FORWARD,
    says="Your Dropout writes its result into x. The input belongs to the caller, who may need "
    "it again, as it was; and gradients do not see what is written into x.data.",
)
def input_overwritten(self: Any, x: Any, training: bool = True) -> Any:
    if training:
        x.data[...] *= keepers(self, *x.shape) * factor(self)
    return x


@wrong_law(
    "input-zeroed",
    says="Your Dropout sets the dropped elements to zero in x itself. The input belongs to the "
    "caller, who may need it again, as it was.",
)
def input_zeroed(layer: Any, x: Any) -> Any:
    x.data[keepers(layer, *x.shape) == 0] = 0
    return x * factor(layer)


@wrong_law(
    "tensor-assigned-into",
    says="You write into a Tensor with brackets and =. A Tensor takes no such assignment, for what "
    "was computed from it would no longer be true: make a new one by an operation.",
)
def tensor_assigned_into(layer: Any, x: Any) -> Any:
    x[keepers(layer, *x.shape) == 0] = 0
    return x * factor(layer)


@wrong_law(
    "scale-not-in-gradient",
    says="The output has the right numbers, but they were scaled as bare numbers (.data), where "
    "the gradient does not see it. Scale the Tensor.",
)
def scale_not_in_gradient(layer: Any, x: Any) -> Any:
    kept = x * keepers(layer, *x.shape)
    return kept + Tensor(kept.data * (factor(layer) - 1))
