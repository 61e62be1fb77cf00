"""Methods that are not there: misspelt, or indented into another method, or a property."""

from __future__ import annotations

from typing import Any, NoReturn

from tito.engine.lesson import misconception
from tito.lessons.layers.misconceptions.starts import as_python_would

_SPELLING = (
    "Look at its spelling (two underscores on each side, where there are any), "
    "and at its indentation: it belongs to the class, not into another method."
)


@misconception(
    "call-missing",
    "Layer.__call__",
    says=f"Python finds no method __call__ in your class, so a layer cannot be called. {_SPELLING}",
)
def call_missing(self: Any, *args: Any, **kwargs: Any) -> NoReturn:
    as_python_would(TypeError(f"'{type(self).__name__}' object is not callable"))


@misconception(
    "constructor-missing",
    "Linear.__init__",
    "Dense.__init__",
    says=f"Python finds no method __init__ in your class, so it takes no sizes. {_SPELLING}",
)
def constructor_missing(self: Any, *args: Any, **kwargs: Any) -> NoReturn:
    as_python_would(TypeError(f"{type(self).__name__}() takes no arguments"))


@misconception(
    "forward-missing",
    "Linear.forward",
    says=f"Python finds no method forward in your class, so the base's refuses. {_SPELLING}",
)
def forward_missing(self: Any, x: Any) -> NoReturn:
    raise NotImplementedError


@misconception(
    "parameters-is-a-property",
    "Layer.parameters",
    "Linear.parameters",
    "Dense.parameters",
    "Dropout.parameters",
    "Sequential.parameters",
    says=(
        "Your parameters is no method but an attribute that holds the list already, "
        "so the list itself is called in layer.parameters()."
    ),
)
def parameters_is_property(self: Any) -> NoReturn:
    as_python_would(TypeError("'list' object is not callable"))
