"""What a model is run with: inputs of the shapes that were asked for, or those that were given."""

from __future__ import annotations

import math
from typing import Any, cast

import numpy as np

from tinytorch._typing import Array, Shape
from tinytorch.core.checks import came, check_memory, check_shape, is_whole, too_large
from tinytorch.core.tensor import Tensor
from tinytorch.core.tensor_base import TensorBase


def inputs_of(input_shape: object, dtype: np.dtype[Any]) -> list[Any]:
    """The arguments that are meant: one for a shape, a tensor or a dict, else one for each entry.

    TypeError or ValueError for what is none of these.
    """
    if isinstance(input_shape, tuple | list):
        entries = cast("list[object]", input_shape)
        if not _is_shape(entries) and not any(map(is_whole, entries)):
            return [_input(each, dtype) for each in entries]
    return [_input(input_shape, dtype)]


def _input(wanted: Any, dtype: np.dtype[Any], depth: int = 0) -> Any:
    """One argument: a tensor, or a dict or tuple of them."""
    if isinstance(wanted, TensorBase):
        return wanted
    if isinstance(wanted, np.ndarray) and cast("Array", wanted).dtype.kind in "biuf":
        return Tensor(cast("Array", wanted), dtype=cast("Array", wanted).dtype)
    if isinstance(wanted, dict) and wanted and depth < 20:
        named = cast("dict[Any, object]", wanted)
        return {name: _input(each, dtype, depth + 1) for name, each in named.items()}
    if isinstance(wanted, tuple | list) and depth < 20:
        entries = cast("list[object]", wanted)
        if _is_shape(entries):
            shape = tuple(cast("list[int]", wanted))
            check_shape("summary", shape)
            return Tensor.recorded("constant", _numbers(shape, dtype))
        if not any(map(is_whole, entries)):
            return tuple(_input(each, dtype, depth + 1) for each in entries)
    raise TypeError(
        "summary expects input_shape as a shape with the batch in it, a tensor, or several of them "
        f"in a list or a dict, got {came(cast('object', wanted))}. Write it like (32, 784)."
    )


def _is_shape(entries: list[object]) -> bool:
    return all(map(is_whole, entries)) and entries != []  # [] are no inputs, () is one number


def _numbers(shape: Shape, dtype: np.dtype[Any]) -> Array:
    """Numbers from -1 to 1, the same each time."""
    check_memory(shape, dtype.itemsize)
    try:
        return np.linspace(-1, 1, math.prod(shape), dtype=dtype).reshape(shape)
    except (MemoryError, ValueError):
        raise too_large(shape, dtype.itemsize) from None
