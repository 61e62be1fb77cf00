"""How an error came through the learner's file, frame by frame, and the cycle of a recursion."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypedDict

_FRAME = re.compile(r'^  File "(?P<file>.*)", line (?P<line>\d+) in (?P<name>.*)$')

_CURRENT = "Current thread"

_MOST = 12

_LEAD = 2

_LONG = 200

_FEW = 4

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
    return tuple(_decode_frame(frame) for frame in list(data or ())[-2 * _MOST :])


def _decode_frame(data: dict[str, Any]) -> Frame:
    scope = {_short(name): _short(words) for name, words in list(data["scope"].items())[:_MOST]}
    again, through = data.get("again") is True, data["through"] is True
    first, last = data.get("part") or (0, 0)
    return Frame(
        int(data["line"]), _short(data["in"]), scope, again, through, (int(first), int(last))
    )


def _short(text: Any) -> str:
    shown = "".join(c if c.isprintable() else " " for c in str(text)[:_LONG])
    return " ".join(shown.split())


def trace_in_dump(dump: str, path: str) -> Trace:
    """The learner's frames in faulthandler's words, outermost first, a recursion's round once.

    Of several threads it is the one that crashed, or else the main one, which stands last.
    """
    escaped = path.encode("ascii", "backslashreplace").decode()
    threads = [_frames_of(thread, escaped) for thread in re.split(r"\n\s*\n", dump)]
    crashed = [_frames_of(t, escaped) for t in re.split(r"\n\s*\n", dump) if _CURRENT in t]
    own = next((frames for frames in [*crashed, *reversed(threads)] if frames), ())
    found = find_cycle([(frame.name, frame.line) for frame in own])
    if found is None:
        return tuple(own[-_MOST:])
    begin, length = found
    lead = own[max(begin - _LEAD, 0) : begin]
    return *lead, *(Frame(f.line, f.name, again=True) for f in own[begin : begin + length])


def _frames_of(thread: str, escaped: str) -> list[Frame]:
    found = [match for line in thread.split("\n") if (match := _FRAME.match(line))]
    own = [match for match in found if match["file"] == escaped]
    return [Frame(int(match["line"]), match["name"]) for match in reversed(own)]


def cycle_of(trace: Sequence[Frame]) -> str:
    """The cycle of a recursion in a sentence; nothing where there is none."""
    calls = [Call(frame.name, frame.line, frame.through) for frame in trace if frame.again]
    return cycle_words(calls) if calls else ""


def decode_asides(trace: Trace, data: Any) -> str:
    """What a worker said besides the error, a line each, after the cycle of a recursion."""
    said = [_short(text) for text in list(data or ())[:_FEW]]
    return "\n".join(text for text in (cycle_of(trace), *said) if text)


#: A cycle must have come round this often before it is called one.
ROUNDS = 3

_LONGEST = 24  # calls in one round

_LAST = 24  # calls after the last whole round


class Call(NamedTuple):
    """A call on the stack: the function, the line it stands at, and whether others lie between.

    ``through`` says that the library's code lies between the caller and this call.
    """

    name: str
    line: int
    through: bool = False


def find_cycle(calls: Sequence[Hashable]) -> tuple[int, int] | None:
    """Where the first whole round begins, and how many calls it has; None without a cycle.

    ``calls`` are outermost first. The last ones may be no part of it: a recursion ends in the
    middle of a round, or in something else that a round calls.
    """
    for left_out in range(min(_LAST, len(calls)) + 1):
        end = len(calls) - left_out
        for length in range(1, min(_LONGEST, end // ROUNDS) + 1):
            if _repeats(calls, end - ROUNDS * length, end, length):
                return _first_round(calls, end - ROUNDS * length, length), length
    return None


def _repeats(calls: Sequence[Hashable], begin: int, end: int, length: int) -> bool:
    return all(calls[place] == calls[place + length] for place in range(begin, end - length))


def _first_round(calls: Sequence[Hashable], begin: int, length: int) -> int:
    """The cycle followed back to where it was entered."""
    while begin > 0 and calls[begin - 1] == calls[begin - 1 + length]:
        begin -= 1
    return begin


def cycle_words(calls: Sequence[Call]) -> str:
    """One round as a sentence: who calls whom, until the first is called again.

    >>> cycle_words([Call("Linear.forward", 57), Call("Layer.__call__", 40)])
    'Linear.forward (line 57) calls Layer.__call__ (line 40), which calls Linear.forward again.'
    """
    first, *others = calls
    names = [call.name for call in calls]
    words = f"{first.name} (line {first.line}) calls "
    for call in others:
        words += f"{_through(call)}{call.name} (line {call.line}), which calls "
    back = "itself" if len(set(names)) == 1 else first.name
    return f"{words}{_through(first)}{back} again."


def _through(call: Call) -> str:
    return "(through the library) " if call.through else ""
