"""The shape of one example, as a person writes it after --input: 784, or 1,28,28."""

from __future__ import annotations

import math
import re

#: Numbers in one example; more is a slip of the hand.
MOST = 1 << 28


def shape_of(text: str) -> tuple[int, ...]:
    """The shape, without the batch. ValueError, in words, for what is none."""
    pieces = re.split(r"\s*[,x×]\s*", text.strip().strip("()").rstrip(","))
    if not all(re.fullmatch(r"[0-9]{1,9}", piece) for piece in pieces):
        raise ValueError(
            f"--input takes the shape of one example, without the batch, and came as {text!r}. "
            "Write it such as --input 784 or --input 1,28,28."
        )
    shape = tuple(map(int, pieces))
    if min(shape) < 1 or math.prod(shape) > MOST:
        raise ValueError(
            f"--input takes sizes of at least 1, together at most {MOST:,} numbers, and came as "
            f"{text!r}. Write it such as --input 784."
        )
    return shape
