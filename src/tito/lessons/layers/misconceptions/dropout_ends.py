"""Misconceptions of Dropout: p = 0, p = 1, and parameters."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor
from tito.lesson.model import misconception
from tito.lessons.layers.misconceptions.masks import dropped, factor, keepers, ones

FORWARD, PARAMETERS = "Dropout.forward", "Dropout.parameters"


def _keeping_its_mask(self: Any, x: Any, training: bool = True) -> Any:
    if not training:
        return x
    self.mask = keepers(self, *x.shape)
    return x * self.mask * factor(self)


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
    says="With p = 1 your Dropout gives zeros even when training=False. Then it changes nothing, "
    "whatever p is: the flag comes before p.",
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
    "p-zero-still-drops",
    FORWARD,
    says="With p = 0 your Dropout still drops elements. p is the probability of dropping: 0 means "
    "that nothing is dropped.",
)
def p_zero_still_drops(self: Any, x: Any, training: bool = True) -> Any:
    if training and self.p == 0:
        return x * ones(np.random.random(x.shape) < 0.5)
    return dropped(self, x) if training else x


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


@misconception(
    "mask-as-parameter",
    PARAMETERS,
    also={"Dropout.forward": _keeping_its_mask},
    says="Your parameters() has the mask in it. The mask is drawn anew in each call; parameters "
    "are what training changes bit by bit, and Dropout has none.",
)
def mask_as_parameter(self: Any) -> Any:
    return [Tensor(self.mask)] if hasattr(self, "mask") else []
