"""Misconceptions of Dropout: what forward returns, what becomes of its input, and p = 0 or 1."""

from __future__ import annotations

from typing import Any

from tinytorch.core.tensor import Tensor
from tito.engine.lesson import misconception
from tito.lessons.layers.misconceptions.masks import dropped, factor, keepers

FORWARD, PARAMETERS = "Dropout.forward", "Dropout.parameters"


@misconception(
    "array-returned",
    FORWARD,
    says="Your Dropout returns a NumPy array. The next layer expects a Tensor, and through an "
    "array no gradient finds its way back.",
)
def array_returned(self: Any, x: Any, training: bool = True) -> Any:
    return dropped(self, x).data if training else x


@misconception(
    "graph-cut",
    FORWARD,
    says="The output has the right numbers, but it no longer knows that it came from x: it was "
    "made from x.data. Gradients stop here, and the layers before learn nothing.",
)
def graph_cut(self: Any, x: Any, training: bool = True) -> Any:
    return Tensor(dropped(self, x).data) if training and self.p > 0 else x


@misconception(
    "new-leaf",
    FORWARD,
    says="The output asks for gradients, but it is a new Tensor made from x.data, with no path "
    "back to x: its gradient stays with it, and the layers before learn nothing.",
)
def new_leaf(self: Any, x: Any, training: bool = True) -> Any:
    if not training or self.p == 0:
        return x
    return Tensor(dropped(self, x).data, requires_grad=x.requires_grad)


@misconception(
    "mask-returned",
    FORWARD,
    says="Your forward returns the mask itself. The mask only says which elements stay; it has "
    "yet to be applied to x.",
)
def mask_returned(self: Any, x: Any, training: bool = True) -> Any:
    return Tensor(keepers(self, *x.shape) * factor(self)) if training and self.p > 0 else x


@misconception(
    "mask-returned-too",
    FORWARD,
    says="Your forward returns two things, the output and the mask. The next layer expects one "
    "Tensor.",
)
def mask_returned_too(self: Any, x: Any, training: bool = True) -> Any:
    if not training or self.p == 0:
        return x
    mask = keepers(self, *x.shape)
    return x * mask * factor(self), mask


@misconception(
    "two-axes-only",
    FORWARD,
    says="Your mask is made for an input with exactly two axes. Dropout works on a single "
    "example and on a batch of sequences just as well: the mask has to have the shape of x.",
)
def two_axes_only(self: Any, x: Any, training: bool = True) -> Any:
    if not training or self.p == 0:
        return x
    return x * keepers(self, x.shape[0], x.shape[1]) * factor(self)


@misconception(
    "output-flattened",
    FORWARD,
    says="Your output has all elements in one long row. Dropout changes values, never the shape.",
)
def output_flattened(self: Any, x: Any, training: bool = True) -> Any:
    return dropped(self, x).reshape(-1) if training and self.p > 0 else x


@misconception(
    "input-overwritten",
    FORWARD,
    says="Your Dropout writes its result into x. The input belongs to the caller, who may need "
    "it again, as it was; and what is written into x.data, gradients do not see.",
)
def input_overwritten(self: Any, x: Any, training: bool = True) -> Any:
    if training:
        x.data[...] *= keepers(self, *x.shape) * factor(self)
    return x


@misconception(
    "input-zeroed",
    FORWARD,
    says="Your Dropout sets the dropped elements to zero in x itself. The input belongs to the "
    "caller, who may need it again, as it was.",
)
def input_zeroed(self: Any, x: Any, training: bool = True) -> Any:
    if not training or self.p == 0:
        return x
    x.data[keepers(self, *x.shape) == 0] = 0
    return x * factor(self)


@misconception(
    "p-one-divides-by-zero",
    FORWARD,
    says="With p = 1 nothing is kept, 1 - p is 0, and your code divides by it. The answer for "
    "p = 1 is known without dividing: all zeros.",
)
def p_one_divides_by_zero(self: Any, x: Any, training: bool = True) -> Any:
    if not training or self.p == 0:
        return x
    return x * keepers(self, *x.shape) * (1 / (1 - self.p))


@misconception(
    "p-one-gives-nan",
    FORWARD,
    says="With p = 1 nothing is kept, 1 - p is 0, and your code divides zeros by zero, which gives "
    "NaN (not a number). The answer for p = 1 is known without dividing: all zeros.",
)
def p_one_gives_nan(self: Any, x: Any, training: bool = True) -> Any:
    if not training or self.p == 0:
        return x
    return x * keepers(self, *x.shape) / (1 - self.p)


@misconception(
    "p-one-keeps-everything",
    FORWARD,
    says="With p = 1 your Dropout returns x. There p says that every element is dropped, so zeros "
    "should come back.",
)
def p_one_keeps_everything(self: Any, x: Any, training: bool = True) -> Any:
    return dropped(self, x) if training and 0 < self.p < 1 else x


@misconception(
    "p-one-before-the-flag",
    FORWARD,
    says="With p = 1 your Dropout gives zeros even when training=False. At rest it changes "
    "nothing, whatever p is: the flag comes before p.",
)
def p_one_before_the_flag(self: Any, x: Any, training: bool = True) -> Any:
    if self.p == 1:
        return x * 0.0
    return dropped(self, x) if training else x


@misconception(
    "p-zero-drops-everything",
    FORWARD,
    says="With p = 0 your Dropout gives zeros. p is the probability of dropping: 0 means that "
    "nothing is dropped, and 1 that everything is.",
)
def p_zero_drops_everything(self: Any, x: Any, training: bool = True) -> Any:
    if not training:
        return x
    return x * 0.0 if self.p == 0 else dropped(self, x)


@misconception(
    "p-zero-and-one-confused",
    FORWARD,
    says="Your Dropout gives zeros for p = 0 and its input for p = 1. p is the probability of "
    "dropping: it is the other way round.",
)
def p_zero_and_one_confused(self: Any, x: Any, training: bool = True) -> Any:
    if not training or self.p == 1:
        return x
    return x * 0.0 if self.p == 0 else dropped(self, x)


@misconception(
    "parameters-nothing-returned",
    PARAMETERS,
    says="Your parameters() returns nothing (None). A layer without anything to learn says so with "
    "an empty list, so that others can loop over it.",
)
def parameters_nothing_returned(self: Any) -> Any:
    return None


@misconception(
    "p-as-parameter",
    PARAMETERS,
    says="Your parameters() has p in it. p is chosen by a person and stays as it is; parameters "
    "are the Tensors that training changes, and Dropout has none.",
)
def p_as_parameter(self: Any) -> Any:
    return [self.p]


@misconception(
    "p-as-tensor-parameter",
    PARAMETERS,
    says="Your parameters() has p in it, as a Tensor. p is chosen by a person and stays as it is; "
    "parameters are what training changes, and Dropout has none.",
)
def p_as_tensor_parameter(self: Any) -> Any:
    return [Tensor(self.p, requires_grad=True)]


@misconception(
    "parameters-not-a-list",
    PARAMETERS,
    says="Your parameters() gives an empty tuple. Others join the parameters of many layers as "
    "lists, and a list and a tuple cannot be added.",
)
def parameters_not_a_list(self: Any) -> Any:
    return ()
