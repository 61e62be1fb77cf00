"""Where what came and what was expected part, in numbers."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from tito.engine.compare import close
from tito.engine.seen import Array, Near, number


def parting(expected: Any, got: Any, place: str = "") -> dict[str, str] | None:
    """The first number that differs, with its place, and how many do; None where none can be named.

    Arrays of one shape are compared number by number. What is of another kind, shape or dtype is
    the difference itself: there is nothing to add to it.
    """
    match expected, got:
        case Array(), Array():
            return _of_arrays(expected, got, place)
        case dict(), dict():
            ours, theirs = cast("dict[str, Any]", expected), cast("dict[str, Any]", got)
            pairs = [(key, value, theirs.get(key)) for key, value in ours.items()]
        case (list(), list()) | (tuple(), tuple()):
            items, others = cast("list[Any]", expected), cast("list[Any]", got)
            pairs = [(f"[{n}]", *pair) for n, pair in enumerate(zip(items, others, strict=False))]
        case _:
            return None
    found = (parting(value, other, f"{place} {key}".strip()) for key, value, other in pairs)
    return next((one for one in found if one), None)


def _of_arrays(expected: Array, got: Array, place: str) -> dict[str, str] | None:
    if expected.kind != got.kind or expected.shape != got.shape or expected.values.ndim == 0:
        return None
    differ = ~close(expected.values, got.values)
    if not differ.any():
        return None
    index = tuple(int(n) for n in np.argwhere(differ)[0])
    return {
        "place": f"{place} [{', '.join(map(str, index))}]".strip(),
        "expected": number(expected.values[index].item()),
        "got": number(got.values[index].item()),
        "differ": f"{int(differ.sum()):,} of {differ.size:,}",
    }


def measured(right: Any, facts: Any) -> list[dict[str, str]]:
    """Each statistic with what theory says and which numbers chance would have allowed."""
    if not isinstance(right, dict) or not isinstance(facts, dict):
        return []
    found: list[dict[str, str]] = []
    for name, near in cast("dict[str, Any]", right).items():
        value = cast("dict[str, Any]", facts).get(name)
        if isinstance(near, Near) and isinstance(value, Near):
            low, high = near.theory - near.tolerance, near.theory + near.tolerance
            found.append(
                {
                    "what": name,
                    "got": number(value.value),
                    "expected": number(near.theory),
                    "from": number(low),
                    "to": number(high),
                    "fits": "yes" if low <= value.value <= high else "no",
                }
            )
    return found
