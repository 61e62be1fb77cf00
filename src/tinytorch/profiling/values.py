"""The tensors in what goes into layers and comes out: their shapes, their bytes, their memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias, cast

import numpy as np

from tinytorch._typing import Array, Shape
from tinytorch.core.storage import Storage

# One tensor's shape; a list for several, a dict where they have names; None where there is none.
Shapes: TypeAlias = Shape | list[Any] | dict[str, Any] | None

_DEEP = 20


def tensors_in(value: object, depth: int = 0) -> Iterator[Storage]:
    """The tensors in a value, also those in tuples, lists and dicts."""
    if isinstance(value, Storage):
        yield value
    elif depth < _DEEP and isinstance(value, tuple | list | dict):
        held = cast("dict[object, object] | list[object]", value)
        for each in held.values() if isinstance(held, dict) else held:
            yield from tensors_in(each, depth + 1)


def shapes_in(value: object, depth: int = 0) -> Shapes:
    """The shapes of the tensors in a value, in lists and dicts as they are there."""
    if isinstance(value, Storage):
        return tuple(value.data.shape)
    if isinstance(value, np.ndarray):
        return tuple(cast("Array", value).shape)
    if depth < _DEEP and isinstance(value, dict):
        named = cast("dict[object, object]", value)
        shapes = {str(key): shapes_in(each, depth + 1) for key, each in named.items()}
        return {key: each for key, each in shapes.items() if each is not None} or None
    if depth < _DEEP and isinstance(value, tuple | list):
        return [shapes_in(each, depth + 1) for each in cast("list[object]", value)]
    return None


def given_shapes(values: list[object]) -> Shapes:
    """The shapes among the arguments of a call; one by itself, not in a list."""
    found = [shapes for value in values if (shapes := shapes_in(value)) is not None]
    return found[0] if len(found) == 1 else found or None


def shape_words(shapes: Shapes) -> str:
    """Shapes as they read in a table: (32, 784), or several with commas between."""
    if shapes is None:
        return "-"
    if isinstance(shapes, dict):
        return ", ".join(f"{name} {shape_words(each)}" for name, each in shapes.items()) or "-"
    if isinstance(shapes, list):
        return ", ".join(map(shape_words, shapes)) or "-"
    return str(shapes)


def plain_shapes(shapes: Shapes) -> Any:
    """Shapes as JSON has them: every tuple a list."""
    if isinstance(shapes, dict):
        return {name: plain_shapes(each) for name, each in shapes.items()}
    if isinstance(shapes, list):
        return [plain_shapes(each) for each in shapes]
    return None if shapes is None else list(shapes)


def buffer(array: Array) -> Array:
    """The array that owns the memory which an array is a view of."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array
