"""How an error came through the learner's file, frame by frame, and the cycle of a recursion."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict, TypeVar

MOST = 12  # frames that are shown, or names in scope
_LEAD = 2  # calls shown before a recursion's first round
_LONG = 200
_FEW = 4
_FRAME = re.compile(r'^  File "(?P<file>.*)", line (?P<line>\d+) in (?P<name>.*)$')
_CURRENT = "Current thread"
_Call = TypeVar("_Call")

#: A line of the learner's on the way to an error, as ``--json`` prints it; ``part`` are the first
#: and the last character of ``code`` that it came from, [0, 0] where that is not known.
TraceLine = TypedDict(
    "TraceLine",
    {"line": int, "in": str, "code": str, "part": list[int], "scope": dict[str, str]},
    total=True,
)


@dataclass(frozen=True)
class Frame:
    """A call in the learner's file: where it stood, in which function, and what was in scope.

    ``part`` are the characters of the line, without its indentation, that the error came from.

    ``again`` says that it is part of a cycle; ``through`` that the library called it.
    """

    line: int
    name: str
    scope: dict[str, str] = field(default_factory=dict[str, str])
    again: bool = False
    through: bool = False
    part: tuple[int, int] = (0, 0)


Trace = tuple[Frame, ...]


def decode_trace(data: Any) -> Trace:
    """The frames that a worker sent. ValueError or the like for any other data."""
    return tuple(_decode_frame(frame) for frame in list(data or ())[-2 * MOST :])


def _decode_frame(data: dict[str, Any]) -> Frame:
    scope = {short(name): short(words) for name, words in list(data["scope"].items())[:MOST]}
    again, through = data["again"] is True, data["through"] is True
    first, last = data["part"]
    return Frame(
        int(data["line"]), short(data["in"]), scope, again, through, (int(first), int(last))
    )


def short(text: Any) -> str:
    """A text on one line, without control characters, cut where it is long."""
    shown = "".join(c if c.isprintable() else " " for c in str(text)[:_LONG])
    return " ".join(shown.split())


def trace_in_dump(dump: str, path: str) -> Trace:
    """The learner's frames in faulthandler's words, outermost first, a recursion's round once.

    Of several threads it is the one that crashed, or else the main one, which stands last.
    """
    threads = sorted(re.split(r"\n\s*\n", dump), key=lambda thread: _CURRENT in thread)
    frames = (_frames_of(thread, path) for thread in reversed(threads))
    own = next((found for found in frames if found), list[Frame]())
    own, last = one_round(own, [(frame.name, frame.line) for frame in own])
    lead = len(own) - last
    return *own[:lead], *(replace(frame, again=True) for frame in own[lead:])


def _frames_of(thread: str, path: str) -> list[Frame]:
    escaped = path.encode("ascii", "backslashreplace").decode()
    found = [match for line in thread.split("\n") if (match := _FRAME.match(line))]
    own = [match for match in found if match["file"] == escaped]
    return [Frame(int(match["line"]), match["name"]) for match in reversed(own)]


def decode_asides(trace: Trace, data: Any) -> str:
    """What a worker said besides the error, a line each, after the cycle of a recursion."""
    said = [short(text) for text in list(data or ())[:_FEW]]
    return "\n".join(text for text in (cycle_of(trace), *said) if text)


#: A cycle must have come round this often before it is called one.
ROUNDS = 3
_LONGEST = 24  # calls in one round
_LAST = 24  # calls after the last whole round


def one_round(calls: list[_Call], same: Sequence[Hashable]) -> tuple[list[_Call], int]:
    """The last calls; of a recursion what led to it, and its first round: of so many calls.

    ``same`` has something for each call by which it is known again.
    """
    found = find_cycle(same)
    if found is None:
        return calls[-MOST:], 0
    begin, length = found
    return calls[max(begin - _LEAD, 0) : begin + length], length


def find_cycle(calls: Sequence[Hashable]) -> tuple[int, int] | None:
    """Where the first whole round begins, and how many calls it has; None without a cycle.

    ``calls`` are outermost first. The last ones may be no part of it: a recursion ends in the
    middle of a round, or in something else that a round calls.
    """
    for left_out in range(min(_LAST, len(calls)) + 1):
        end = len(calls) - left_out
        for length in range(1, min(_LONGEST, end // ROUNDS) + 1):
            begin = end - ROUNDS * length
            if all(calls[place] == calls[place + length] for place in range(begin, end - length)):
                while begin > 0 and calls[begin - 1] == calls[begin - 1 + length]:
                    begin -= 1  # back to where it was entered
                return begin, length
    return None


def cycle_of(trace: Sequence[Frame]) -> str:
    """The round of a recursion in a sentence: who calls whom; nothing where there is none.

    >>> cycle_of([Frame(57, "Linear.forward", again=True), Frame(40, "Layer.__call__", again=True)])
    'Linear.forward (line 57) calls Layer.__call__ (line 40), which calls Linear.forward again.'
    """
    calls = [frame for frame in trace if frame.again]
    if not calls:
        return ""
    first, *others = calls
    words = f"{first.name} (line {first.line}) calls "
    for call in others:
        words += f"{_through(call)}{call.name} (line {call.line}), which calls "
    back = "itself" if len({call.name for call in calls}) == 1 else first.name
    return f"{words}{_through(first)}{back} again."


def _through(call: Frame) -> str:
    return "(through the library) " if call.through else ""
