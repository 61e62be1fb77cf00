"""A method that is none: an attribute of its name holds what it should return."""

from __future__ import annotations

from typing import Any

from tito.lesson.model import misconception


@misconception(
    "parameters-is-a-property",
    "Layer.parameters",
    "Linear.parameters",
    "Dense.parameters",
    "Dropout.parameters",
    "Sequential.parameters",
    says=(
        "Your parameters is not a method but an attribute that already holds the list, so "
        "layer.parameters() tries to call the list itself."
    ),
)
@property
def parameters_is_property(self: Any) -> Any:
    return []
