"""Mistakes in parameters() of Linear and Dense: incomplete, copies, no list."""

from __future__ import annotations

from typing import Any

from tinytorch.core.tensor import Tensor
from tito.lesson.model import misconception

BOTH = ("Linear.parameters", "Dense.parameters")


def own(self: Any) -> list[Any]:
    return [self.weight] if self.bias is None else [self.weight, self.bias]


@misconception(
    "bias-not-listed",
    *BOTH,
    says="Your list holds only the weight. The bias is to be learned too, and would stay zero.",
)
def bias_not_listed(self: Any) -> Any:
    return [self.weight]


_NO_WEIGHT = "Your list lacks the weight, so training would change nothing but the bias."


@misconception("weight-not-listed", *BOTH, says=_NO_WEIGHT)
def weight_not_listed(self: Any) -> Any:
    return own(self)[1:]


@misconception("weight-not-listed", *BOTH, says=_NO_WEIGHT)
def weight_hidden_by_bias(self: Any) -> Any:
    return own(self)[-1:]


@misconception(
    "parameters-repeated",
    *BOTH,
    says="Your list holds the weight twice, so training would change it twice in each step.",
)
def repeated(self: Any) -> Any:
    return [self.weight, *own(self)]


@misconception(
    "parameters-reversed",
    *BOTH,
    says=(
        "Your list begins with the bias. The order is part of the promise: whoever saves and "
        "loads parameters relies on weight first."
    ),
)
def reversed_order(self: Any) -> Any:
    return own(self)[::-1]


@misconception(
    "parameters-copied",
    *BOTH,
    says=(
        "Your list holds copies. Training would change the copies, "
        "and the layer would go on with the numbers it began with."
    ),
)
def copied(self: Any) -> Any:
    return [Tensor(tensor.data, requires_grad=True) for tensor in own(self)]


@misconception(
    "parameters-as-arrays",
    *BOTH,
    says=(
        "Your list holds arrays. Training needs the Tensors: "
        "it is in them that it finds the gradients."
    ),
)
def as_arrays(self: Any) -> Any:
    return [tensor.data for tensor in own(self)]


@misconception(
    "none-listed",
    *BOTH,
    says=(
        "Without a bias your list holds None in its place. None is not a parameter: the list is "
        "then one item shorter."
    ),
)
def none_listed(self: Any) -> Any:
    return [self.weight, self.bias]


@misconception(
    "bias-asked-for-truth",
    *BOTH,
    says=(
        "You ask whether the bias is true. A Tensor of several numbers is neither true nor false, "
        "and one that holds a single zero would count as no bias: ask whether there is one."
    ),
)
def bias_asked_for_truth(self: Any) -> Any:
    return [self.weight, self.bias] if self.bias else [self.weight]


@misconception(
    "tensors-compared-by-in",
    *BOTH,
    says="You ask whether a Tensor is in a list. Python's `in` compares Tensors number by "
    "number, which gives a Tensor of answers, not a yes or a no. Whether it is the same "
    "object is asked with `is`, or by id().",
)
def compared_by_in(self: Any) -> Any:
    found: list[Any] = []
    for tensor in own(self):
        if tensor not in found:
            found.append(tensor)
    return found


@misconception(
    "parameters-named",
    *BOTH,
    says="Your list holds the names of the parameters. It should hold the Tensors themselves.",
)
def named(self: Any) -> Any:
    return ["weight", "bias"][: len(own(self))]


@misconception(
    "parameters-empty",
    *BOTH,
    says="Your list is empty, so training would have nothing to change.",
)
def empty(self: Any) -> Any:
    return []


_NOT_RETURNED = (
    "Your method gives back None: either the return statement is missing, "
    "or it returns what append gives back, which is None."
)


@misconception("parameters-not-returned", *BOTH, says=_NOT_RETURNED)
def not_returned(self: Any) -> Any:
    return None


@misconception("parameters-not-returned", *BOTH, says=_NOT_RETURNED)
def returns_what_append_returns(self: Any) -> Any:
    return [self.weight] if self.bias is None else [self.weight].append(self.bias)  # pyright: ignore[reportFunctionMemberAccess]


@misconception(
    "parameters-nested",
    *BOTH,
    says="Your list holds a list, which holds the parameters. One list is enough.",
)
def nested(self: Any) -> Any:
    return [own(self)]


@misconception(
    "parameters-added",
    *BOTH,
    says=(
        "You add the weight and the bias as numbers. Between lists + joins, "
        "but between Tensors it calculates."
    ),
)
def added(self: Any) -> Any:
    return self.weight if self.bias is None else self.weight + self.bias


@misconception(
    "parameters-added",
    *BOTH,
    says=(
        "Your list holds one Tensor, the sum of weight and bias. Between lists + joins, "
        "but between Tensors it calculates."
    ),
)
def sum_listed(self: Any) -> Any:
    return [self.weight if self.bias is None else self.weight + self.bias]


@misconception(
    "tensors-taken-apart",
    *BOTH,
    says=(
        "Your list holds the rows of the Tensors, one by one: extend, and list(), go through what "
        "they are given. A Tensor goes into the list as it is."
    ),
)
def taken_apart(self: Any) -> Any:
    return [row for tensor in own(self) for row in tensor]


@misconception(
    "parameters-counted",
    *BOTH,
    says="You give back how many parameters there are. The Tensors themselves are what is wanted.",
)
def counted(self: Any) -> Any:
    return sum(tensor.size for tensor in own(self))


@misconception(
    "parameters-grow",
    "Linear.parameters",
    says=(
        "Your list grows with each call, because it is kept from call to call, in the layer or "
        "as the default of an argument: after two calls it has every parameter twice."
    ),
)
def grow(self: Any) -> Any:
    self.collected = getattr(self, "collected", []) + own(self)
    return self.collected
