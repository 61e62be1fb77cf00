"""The learner's lines on the way to an error, in words: the code, and what was in scope there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tito.engine.crash import TraceLine
from tito.terminal import columns

#: As many of the last lines as a screen shows.
FEW = 6


def trace_fields(
    trace: Sequence[TraceLine], width: int, most: int = FEW
) -> Iterator[tuple[str, str, str]]:
    """For each line, outermost first: its label, its code, and where and with what it stood.

    What was in scope breaks between two names where ``width`` columns are full, as ``\\n``.
    """
    for frame in trace[-most:]:
        yield f"line {frame['line']}", frame["code"] or "…", _where(frame, width)


def part_of(frame: TraceLine) -> tuple[int, int]:
    """The characters of the line's code that the error came from."""
    first, last = frame.get("part") or (0, 0)
    return first, last


def _where(frame: TraceLine, width: int) -> str:
    place = "at the top of the file" if frame["in"] == "<module>" else f"in {frame['in']}"
    scope = [f"{name} is {words}" for name, words in frame["scope"].items()]
    lines = [f"{place}: {scope[0]}" if scope else place]
    for item in scope[1:]:
        longer = f"{lines[-1]}, {item}"
        if columns(longer) < width:
            lines[-1] = longer
        else:
            lines[-1] += ","
            lines.append(item)
    return "\n".join(lines)
