"""How a crash, a hang or a recursion came through the learner's file: the judge's side.

What a worker sent, or faulthandler wrote, becomes frames; frames become the lines of a report.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypedDict, cast

from tito.engine.cycles import Call, cycle_words, find_cycle

if TYPE_CHECKING:
    from tito.engine.source import Source

_FRAME = re.compile(r'^  File "(?P<file>.*)", line (?P<line>\d+) in (?P<name>.*)$')
_CURRENT = "Current thread"
_MOST = 12
_LEAD = 2
_LONG = 200
_FEW = 4
_LONGEST = 400

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


def named(trace: Trace, source: Source) -> Trace:
    """The frames with whole names, ``Linear.forward``: a dump knows only ``forward``."""
    return tuple(
        replace(frame, name=source.function_at(frame.line) or frame.name)
        if _is_short(frame)
        else frame
        for frame in trace
    )


def _is_short(frame: Frame) -> bool:
    return "." not in frame.name and frame.name != "<module>"


def trace_lines(trace: Trace, source: Source) -> list[TraceLine]:
    """The frames with the text of their lines, as a report holds them."""
    lines: list[TraceLine] = []
    for frame in named(trace, source):
        code, part = _code(source, frame)
        place = {"line": frame.line, "in": frame.name, "code": code, "part": part}
        lines.append(cast("TraceLine", {**place, "scope": frame.scope}))
    return lines


def _code(source: Source, frame: Frame) -> tuple[str, list[int]]:
    """The text of the line, of a long one what lies around the part that matters; and that part."""
    known = 0 < frame.line <= len(source.lines)
    text = source.lines[frame.line - 1].strip() if known else ""
    first, last = (min(max(place, 0), len(text)) for place in frame.part)
    if len(text) <= _LONGEST:
        return text, [first, last]
    begin = max(min(first - _LONGEST // 4, len(text) - _LONGEST), 0)
    end = begin + _LONGEST
    shown = ("…" if begin else "") + text[begin:end] + ("…" if end < len(text) else "")
    moved = begin - (begin > 0)
    return shown, [first - moved, min(last - moved, len(shown))]
