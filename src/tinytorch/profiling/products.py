"""How many multiply-adds a recorded operation took: those of products of matrices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tinytorch._typing import Shape


def multiply_adds(operation: str, shapes: Sequence[Shape], result: Shape, saved: Any) -> int:
    """The multiply-adds of one operation, by the shapes that went in and came out.

    A product of (..., m, k) and (..., k, n) takes k for each number of its result, so m k n for
    each matrix of a stack. An einsum takes one for each way to choose a place for every letter,
    where two operands are multiplied. All other operations count 0.
    """
    if operation == "matmul":
        return math.prod(result) * shapes[0][-1]
    if operation == "einsum":
        *_, left, right, _out = saved
        lengths = dict(zip(left, shapes[0], strict=False))
        for letter, length in zip(right, shapes[1], strict=False):
            lengths[letter] = max(length, lengths.get(letter, 1))
        return math.prod(lengths.values())
    return 0
