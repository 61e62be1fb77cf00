"""Arrays as plain data, on their way from one process to another."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray


def to_plain(array: NDArray[Any]) -> dict[str, Any]:
    """Kind, shape and the numbers themselves: exact, and a fifth of what digits would take."""
    array = np.ascontiguousarray(array)
    numbers = base64.b64encode(array.tobytes()).decode()
    return {"dtype": array.dtype.str, "shape": list(array.shape), "numbers": numbers}


def from_plain(plain: dict[str, Any]) -> NDArray[Any]:
    """What `to_plain` was given."""
    numbers = base64.b64decode(plain["numbers"])
    return np.frombuffer(bytearray(numbers), plain["dtype"]).reshape(plain["shape"])
