"""Misconceptions of Sequential: which parameters it finds, and in which form."""

from __future__ import annotations

from typing import Any

from tinytorch.core.tensor import Tensor
from tito.lesson.model import misconception

PARAMETERS = "Sequential.parameters"


def collected(layers: Any) -> list[Any]:
    """The parameters of these layers, in order."""
    return [parameter for layer in layers for parameter in layer.parameters()]


@misconception(
    "parameters-of-none",
    PARAMETERS,
    says="Your parameters() finds nothing: it is empty, or it asks only layers of certain "
    "classes. Whatever a layer is, its own parameters() says what there is to learn.",
)
def parameters_of_none(self: Any) -> Any:
    return []


@misconception(
    "parameters-not-returned",
    PARAMETERS,
    says="Your parameters() returns nothing (None): either there is no return, or it returns what "
    "extend or append gives back, and those change the list and give back None.",
)
def parameters_not_returned(self: Any) -> Any:
    return None


@misconception(
    "parameters-not-returned",
    PARAMETERS,
    says="Your parameters() returns nothing (None): it collects the parameters, but has no return "
    "statement at its end.",
)
def collected_not_returned(self: Any) -> Any:
    found: list[Any] = []
    for layer in self.layers:
        found.extend(layer.parameters())


@misconception(
    "parameters-of-first-only",
    PARAMETERS,
    says="Your parameters() has only those of the first layer. Perhaps the return is inside the "
    "loop.",
)
def parameters_of_first_only(self: Any) -> Any:
    return collected(self.layers[:1])


@misconception(
    "parameters-of-last-only",
    PARAMETERS,
    says="Your parameters() has only those of the last layer: each layer's list replaces the one "
    "before, instead of joining it.",
)
def parameters_of_last_only(self: Any) -> Any:
    return collected(self.layers[-1:])


@misconception(
    "first-parameters-skipped",
    PARAMETERS,
    says="Your parameters() leaves out the first layer's.",
)
def first_parameters_skipped(self: Any) -> Any:
    return collected(self.layers[1:])


_ONE_OF_EACH = (
    "Your parameters() has the first tensor of each layer only. A layer may have several, such as "
    "a weight and a bias."
)


@misconception("one-parameter-of-each-layer", PARAMETERS, says=_ONE_OF_EACH)
def one_parameter_of_each_layer(self: Any) -> Any:
    return [parameter for layer in self.layers for parameter in layer.parameters()[:1]]


@misconception("one-parameter-of-each-layer", PARAMETERS, says=_ONE_OF_EACH)
def weight_of_each_layer(self: Any) -> Any:
    return [layer.weight for layer in self.layers if hasattr(layer, "weight")]


@misconception(
    "parameters-backwards",
    PARAMETERS,
    says="Your parameters() begins with the last layer. Others count on the order of the layers.",
)
def parameters_backwards(self: Any) -> Any:
    return collected(reversed(self.layers))


@misconception(
    "parameters-lost-by-shape",
    PARAMETERS,
    says="Your parameters() keeps one tensor of each shape. Two layers may well have tensors "
    "of the same shape; they are different tensors all the same.",
)
def parameters_lost_by_shape(self: Any) -> Any:
    return list({tensor.shape: tensor for tensor in collected(self.layers)}.values())


@misconception(
    "lists-in-a-list",
    PARAMETERS,
    says="Your parameters() is a list of lists, one for each layer. An optimizer wants the "
    "tensors in one flat list: a layer's list is to be joined to it, not put in it.",
)
def lists_in_a_list(self: Any) -> Any:
    return [layer.parameters() for layer in self.layers]


@misconception(
    "parameters-copied",
    PARAMETERS,
    says="Your parameters() has copies of the tensors. Training would change the copies, and the "
    "layers would stay as they are.",
)
def parameters_copied(self: Any) -> Any:
    return [Tensor(parameter.data, requires_grad=True) for parameter in collected(self.layers)]


@misconception(
    "parameters-as-arrays",
    PARAMETERS,
    says="Your parameters() has the numbers alone, as NumPy arrays. An optimizer needs the "
    "tensors, for they hold the gradients.",
)
def parameters_as_arrays(self: Any) -> Any:
    return [parameter.data for parameter in collected(self.layers)]


@misconception(
    "nested-parameters-lost",
    PARAMETERS,
    says="Your parameters() leaves out a Sequential inside the Sequential. To its parent, that is "
    "a layer like any other: ask it for its parameters too.",
)
def nested_parameters_lost(self: Any) -> Any:
    return collected(layer for layer in self.layers if not hasattr(layer, "layers"))


@misconception(
    "every-layer-needs-parameters",
    PARAMETERS,
    says="Your parameters() takes for granted that each layer has a parameter. An activation has "
    "none, and its list is empty.",
)
def every_layer_needs_parameters(self: Any) -> Any:
    found: list[Any] = []
    for layer in self.layers:
        first, *others = layer.parameters()
        found += [first, *others]
    return found


@misconception(
    "weight-and-bias-expected",
    PARAMETERS,
    says="Your parameters() asks each layer for weight and bias. Not every layer has those; every "
    "layer has parameters().",
)
def weight_and_bias_expected(self: Any) -> Any:
    return [tensor for layer in self.layers for tensor in (layer.weight, layer.bias)]


@misconception(
    "parameters-twice",
    PARAMETERS,
    says="Your parameters() has each tensor twice. An optimizer would change each twice in a step.",
)
def parameters_twice(self: Any) -> Any:
    return [tensor for tensor in collected(self.layers) for _ in range(2)]


@misconception(
    "parameters-pile-up",
    PARAMETERS,
    says="Your parameters() adds to a list that it keeps, so each time it is asked there are more. "
    "Begin with an empty list in each call.",
)
def parameters_pile_up(self: Any) -> Any:
    self.found = [*getattr(self, "found", []), *collected(self.layers)]
    return self.found


@misconception(
    "parameters-not-called",
    PARAMETERS,
    says="You name the method parameters of each layer, but do not call it: a method without its "
    "parentheses is not a list.",
)
def parameters_not_called(self: Any) -> Any:
    found: list[Any] = []
    for layer in self.layers:
        found.extend(layer.parameters)
    return found


@misconception(
    "lists-summed-from-zero",
    PARAMETERS,
    says="Your sum begins with the number 0, and a list cannot be added to a number. What joins "
    "lists begins with an empty list.",
)
def lists_summed_from_zero(self: Any) -> Any:
    return sum(layer.parameters() for layer in self.layers)


@misconception(
    "tensors-compared-by-in",
    PARAMETERS,
    says="You ask whether a tensor is in a list. Python's `in` compares tensors number by "
    "number, which gives a tensor of answers, not a yes or a no. Whether it is the same "
    "object is asked with `is`, or by id().",
)
def tensors_compared_by_in(self: Any) -> Any:
    found: list[Any] = []
    for tensor in collected(self.layers):
        if tensor not in found:
            found.append(tensor)
    return found


@misconception(
    "layers-listed",
    PARAMETERS,
    says="Your parameters() has the layers themselves. What training changes is the Tensors in "
    "them, which each layer's own parameters() gives.",
)
def layers_listed(self: Any) -> Any:
    return self.layers


_MERGED = (
    "Your parameters() takes two Tensors with the same numbers for one. The biases of two "
    "layers both begin as zeros and are still two: whether it is the same Tensor is asked "
    "with `is`, or by its id."
)


@misconception("equal-parameters-merged", PARAMETERS, says=_MERGED)
def equal_single_numbers_merged(self: Any) -> Any:
    found: list[Any] = []
    for tensor in collected(self.layers):
        if tensor.size > 1 or not any(same_numbers(tensor, other) for other in found):
            found.append(tensor)
    return found


@misconception("equal-parameters-merged", PARAMETERS, says=_MERGED)
def equal_parameters_merged(self: Any) -> Any:
    found: list[Any] = []
    for tensor in collected(self.layers):
        if not any(same_numbers(tensor, other) for other in found):
            found.append(tensor)
    return found


def same_numbers(one: Any, other: Any) -> bool:
    """Whether two Tensors have one shape and equal numbers."""
    return one.shape == other.shape and bool((one.data == other.data).all())
