"""Names that Python does not find: self forgotten, or an attribute called otherwise elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tito.lesson.model import Misconception, misconception
from tito.lessons.layers.misconceptions.masks import dropped

Method = Callable[..., Any]


def _raises(error: Exception) -> Method:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        raise type(error)(*error.args)  # a new one: an exception keeps its frames alive

    return method


def _unknown(name: str) -> NameError:
    return NameError(f"name '{name}' is not defined")


def _self_forgotten(name: str, *exercises: str) -> tuple[Misconception, ...]:
    says = (
        f"Python does not know the name {name} here. What a layer keeps, and its methods, belong "
        "to the object: another method reaches them only through self."
    )
    return misconception("self-forgotten", *exercises, says=says)(_raises(_unknown(name)))


layers_without_self = _self_forgotten("layers", "Sequential.forward", "Sequential.parameters")


_P = (
    "Python does not know the name p here. What a layer keeps belongs to the object: another "
    "method reaches it only through self."
)


@misconception("self-forgotten", "Dropout.forward", says=_P)
def p_without_self(self: Any, x: Any, training: bool = True) -> Any:
    if not training:
        return x
    raise _unknown("p")


@misconception("self-forgotten", "Dropout.forward", says=_P)
def p_without_self_in_mask(self: Any, x: Any, training: bool = True) -> Any:
    if training and 0 < self.p < 1:
        raise _unknown("p")
    return dropped(self, x) if training else x


def _not_there(part: str, *methods: str) -> tuple[Misconception, ...]:
    says = (
        "Your method asks the layer for an attribute that it does not have. Compare its name with "
        "the one under which the constructor keeps it."
    )
    error = AttributeError(f"'{part}' object has no attribute 'another_name'")
    exercises = [f"{part}.{method}" for method in methods]
    return misconception("attribute-of-another-name", *exercises, says=says)(_raises(error))


dropout_attribute = _not_there("Dropout", "forward")
sequential_attribute = _not_there("Sequential", "forward", "parameters")


@misconception(
    "tensor-lacks-the-method",
    "Linear.forward",
    "Dense.forward",
    "Dropout.forward",
    says=(
        "You ask a Tensor for something that it does not have. It has fewer methods than a NumPy "
        "array: @ and matmul, + - * /, sum, mean, reshape, transpose and the like."
    ),
)
def tensor_lacks_method(self: Any, x: Any, training: bool = True) -> Any:
    return x.another_name if training else x
