"""How an error came through the learner's file: their lines, and what was in scope there.

This is the worker's side. It looks at values as ``glimpse`` does, and hands on no code: the lines
themselves are the judge's to show, who has the file's text.
"""

from __future__ import annotations

import io
import re
import sys
from collections import deque
from itertools import islice
from types import FrameType, FunctionType, ModuleType, TracebackType
from typing import Any, cast

from tito.engine import glimpse
from tito.engine.frames import MOST, one_round
from tito.engine.observe import observe, observe_error, traceback_of

MAX_NAMES = 8
MAX_DEPTH = 1 << 14
_MENTIONED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_TEXTS = re.compile(r"\"[^\"]*\"|'[^']*'|#.*")
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_ASIDES = 3
_LONG = 200

Frames = list[tuple[TracebackType, bool]]

_cause: Any = vars(BaseException)["__cause__"].__get__
_context: Any = vars(BaseException)["__context__"].__get__
_suppressed: Any = vars(BaseException)["__suppress_context__"].__get__
_members: Any = vars(BaseExceptionGroup)["exceptions"].__get__
_Group = BaseExceptionGroup


def _kind_of_locals() -> type:
    frame = sys._getframe()  # pyright: ignore[reportPrivateUsage]
    return type(frame.f_locals)  # a class of its own from Python 3.13 on


_LOCALS = _kind_of_locals()
_PLAIN = FunctionType, ModuleType, type
_MANY = tuple, list, dict


class Tracer:
    """Reads tracebacks for one file of a learner's."""

    def __init__(self, path: str, source: bytes) -> None:
        self.path = path
        text = source.decode("utf-8-sig", errors="replace")
        self.lines = io.StringIO(text, newline=None).read().split("\n")

    def observe_crash(self, error: BaseException) -> dict[str, Any]:
        """The observation of an error that ended a probe, with the learner's lines on its way."""
        try:
            seen = observe_error(error, (self.path,))
            trace = self.trace(error)
            more = [] if any(frame["again"] for frame in trace) else asides(error)
            return {**seen, "trace": trace, "more": more}
        except Exception:  # what the learner's objects do to us says less than their error
            return observe(error, (self.path,))

    def trace(self, error: BaseException) -> list[dict[str, Any]]:
        """The frames of the file, outermost first; of a recursion one round, said to be one."""
        own = self._own_frames(traceback_of(error))
        calls = [(entry.tb_frame.f_code, entry.tb_lineno) for entry, _ in own]
        own, last = one_round(own, calls if len(own) > MOST else [])
        frames: list[dict[str, Any]] = []
        for place, entry in enumerate(own, 1):
            innermost = not last and place == len(own)
            frames.append({**self._frame(*entry, innermost), "again": place > len(own) - last})
        return frames

    def _own_frames(self, entry: TracebackType | None) -> Frames:
        """The entries of this file, each with whether the library's code lies before it."""
        path, between = self.path, False
        own: deque[tuple[TracebackType, bool]] = deque(maxlen=MAX_DEPTH)
        while entry is not None:
            if entry.tb_frame.f_code.co_filename == path:
                own.append((entry, between and len(own) > 0))
                between = False
            else:
                between = True
            entry = entry.tb_next
        return list(own)

    def _frame(self, entry: TracebackType, through: bool, innermost: bool) -> dict[str, Any]:
        frame, line = entry.tb_frame, entry.tb_lineno
        end_line, part = self._place(entry)
        text = " ".join(self.lines[line - 1 : end_line]) if line else ""
        name = frame.f_code.co_qualname.replace("<locals>.", "")[: 2 * glimpse.LONG]
        scope = scope_at(frame, text, everything=innermost)
        return {"line": line, "in": name, "scope": scope, "through": through, "part": part}

    def _place(self, entry: TracebackType) -> tuple[int, list[int]]:
        """The last line of the expression that raised, and its characters in the first."""
        number = entry.tb_lineno
        places = islice(entry.tb_frame.f_code.co_positions(), entry.tb_lasti // 2, None)
        first, last, begin, end = next(places, (None, None, None, None))
        if first != number or not 0 < number <= len(self.lines):
            return number, [0, 0]
        text = self.lines[number - 1]
        bare, encoded = text.strip(), text.encode(errors="replace")
        if last != number or not end:
            end = len(encoded)
        indent = len(text) - len(text.lstrip())
        ends = (len(encoded[: place or 0].decode(errors="ignore")) for place in (begin, end))
        part = [min(max(place - indent, 0), len(bare)) for place in ends]
        return min(last or number, number + _ASIDES), part


def scope_at(frame: FrameType, line: str, *, everything: bool) -> dict[str, str]:
    """What the names that the line mentions hold; with ``everything`` also other arrays there."""
    names = _MENTIONED.findall(_TEXTS.sub("", line))
    local: Any = frame.f_locals
    world = frame.f_globals
    if type(local) is not _LOCALS:  # a class body may have a mapping of its own
        local = world
    found: dict[str, str] = {}
    for name in dict.fromkeys(names):
        if len(found) < MAX_NAMES and (shown := _mentioned(name, local, world)):
            found[shown[0]] = shown[1]
    if everything and local is not world:
        for name, value in islice(local.items(), 50):
            if name not in found and len(found) < MAX_NAMES and glimpse.shape_of(value) is not None:
                found[name] = glimpse.glimpse(value)
    return found


def _mentioned(chain: str, local: Any, world: Any) -> tuple[str, str] | None:
    """As much of ``self.weight.shape`` as is stored and known, with what it is."""
    name, *attributes = chain.split(".")
    if name in local:
        value = local[name]
    elif name in world and type(world[name]) in (int, float, bool):
        value = world[name]
    else:
        return None
    for attribute in attributes:
        held, inner = glimpse.attribute(value, attribute)
        if not held or glimpse.shape_of(value) is not None:
            break
        name, value = f"{name}.{attribute}", inner
    if name in ("self", "cls") or type(value) in _PLAIN or (type(value) in _MANY and not value):
        return None
    return name, glimpse.glimpse(value)


def asides(error: BaseException) -> list[str]:
    """What else belongs to the error: its notes, its cause, the members of its group."""
    kept = glimpse.attribute(error, "__notes__")[1]
    notes = cast("list[object]", kept[:_ASIDES] if type(kept) is list else [])
    said = [note for note in notes if type(note) is str]
    cause = _cause(error) or (None if _suppressed(error) else _context(error))
    if cause is not None:
        said.append(f"It came from another error: {_said(cause)}")
    if _Group in type(error).__mro__:
        said += [f"One of the group: {_said(member)}" for member in _members(error)[:_ASIDES]]
    return [_ADDRESS.sub("", text[:_LONG]) for text in said[:_ASIDES]]


def _said(error: BaseException) -> str:
    seen = observe_error(error, ())
    return f"{seen['type']}: {seen['text']}" if seen["text"] else seen["type"]
