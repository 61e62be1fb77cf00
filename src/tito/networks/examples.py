"""The shape of one example: as a person writes it, 784 or 1,28,28, or as a network tells it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, cast

from tito.networks.network import NetworkError

#: Numbers in one example; more is a slip of the hand.
MOST = 1 << 28
#: The attributes in which a first layer says how many numbers it takes.
FEATURES = ("in_features", "input_size")


def shape_of(text: str) -> tuple[int, ...]:
    """The shape that a person typed, without the batch. NetworkError, in words, if it is none."""
    pieces = re.split(r"\s*[,x×]\s*", text.strip().strip("()").rstrip(","))
    if not all(re.fullmatch(r"[0-9]{1,9}", piece) for piece in pieces):
        raise NetworkError(
            f"--input takes the shape of one example, without the batch, but was given as "
            f"{text!r}. Write it like --input 784 or --input 1,28,28."
        )
    shape = tuple(map(int, pieces))
    if min(shape) < 1 or math.prod(shape) > MOST:
        raise NetworkError(
            f"--input takes sizes of at least 1, together at most {MOST:,} numbers, but was given "
            f"as {text!r}. Write it like --input 784."
        )
    return shape


def example_shapes(model: Any) -> list[tuple[int, ...]]:
    """The shape of one example, from what the first layer says. NetworkError if it says nothing."""
    for layer in _layers_first(model, 0):
        for name in FEATURES:
            features = getattr(layer, name, None)
            if isinstance(features, int) and features > 0:
                return [(features,)]
    raise NetworkError(
        "What shape has one example for this network? Say it with --input, such as --input 784 or "
        "--input 1,28,28."
    )


def _layers_first(thing: Any, depth: int) -> Iterator[Any]:
    """The layer itself, then those in it, in order."""
    yield thing
    if depth < 10:
        inside: Any = getattr(thing, "layers", None)
        held: dict[str, Any] = getattr(thing, "__dict__", {})
        for part in cast("list[Any]", inside) if isinstance(inside, list) else held.values():
            if callable(part) and hasattr(part, "__dict__") and not isinstance(part, type):
                yield from _layers_first(part, depth + 1)
