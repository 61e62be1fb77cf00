"""The way through the layers as text: ``(32, 784) → Linear(784→128) → (32, 128) → ReLU …``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from tito.terminal import Screen, columns

Leg = dict[str, Any]
_TABLE = 74


def flow_lines(legs: Sequence[Leg], screen: Screen, width: int) -> list[str]:
    """Each way from an input as far as outputs are handed on; one that repeats is said once."""
    lines: list[str] = []
    for way, times in ((way, len(list(same))) for way, same in groupby(map(tuple, _ways(legs)))):
        pieces = list(way) if times == 1 else [*way, f"({times} times)"]
        lines += _packed(pieces, screen, width)
    return lines


def _ways(legs: Iterable[Leg]) -> list[list[str]]:
    """The pieces of each way; a piece is never broken over two lines."""
    ways: list[list[str]] = []
    for leg in legs:
        if leg["ends"]:
            gave = "✗" if leg["broke"] else f"gives {leg['out']}"
            ways.append([f"{leg['layer']} {gave}"])
            continue
        if not (leg["joined"] and ways):
            ways.append([leg["in"]])
        ways[-1].append(f"→ {leg['layer']} ✗" if leg["broke"] else f"→ {leg['layer']}")
        if not leg["broke"]:
            ways[-1].append(f"→ {leg['out']}" if leg["out"] else "(did not come back)")
    return ways


def _packed(pieces: Sequence[str], screen: Screen, width: int) -> list[str]:
    lines = [screen.cut(pieces[0], width)]
    for piece in (screen.cut(piece, width - 2) for piece in pieces[1:]):
        longer = f"{lines[-1]} {piece}"
        if columns(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(f"  {piece}")
    return lines


def network_lines(legs: Sequence[Leg], screen: Screen) -> list[str]:
    """A table of the layers: shapes, numbers to learn, multiply-adds; the sums below."""
    learn = sum(leg["parameters"] for leg in legs)
    work = sum(leg["multiply_adds"] for leg in legs)
    if screen.width < _TABLE:
        lines = [line for leg in legs for line in _narrow(leg)]
        lines += [f"Together: {learn:,} to learn,", f"{work:,} multiply-adds"]
        return [screen.cut(line, screen.width - 2) for line in lines]
    rows = [("layer", "in", "out", "to learn", "multiply-adds")]
    rows += [(leg["layer"], leg["in"], leg["out"], *_counts(leg)) for leg in legs]
    rows += [("together", "", "", f"{learn:,}", f"{work:,}")]
    return [screen.clean(f"{a:<18}{b:<12}{c:<12}{d:>11}{e:>16}") for a, b, c, d, e in rows]


def _counts(leg: Leg) -> tuple[str, str]:
    return f"{leg['parameters']:,}", f"{leg['multiply_adds']:,}"


def _narrow(leg: Leg) -> list[str]:
    learn, work = _counts(leg)
    counts = f"  {learn} to learn, {work} multiply-adds"
    return [f"{leg['layer']} → {leg['out']}", *([counts] if leg["parameters"] else [])]
