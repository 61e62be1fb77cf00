"""What a learner's method computed on the way: its lines in order, with what each changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from tito.engine import glimpse
from tito.engine.seen import rows

MAX_STEPS = 60
SAME_LINE = 3  # times that a line of a loop is noted
MAX_LINES = 1000  # that are looked at in one call
_MAX_VALUES = 12
_MAX_NAMES = 20
_FIRST = 3

Known = dict[str, tuple[int, str]]


def value_words(value: object) -> str:
    """A value with its numbers, where they are few: ``(2, 2) [[4.5, 1.5], [-9.5, 0.25]]``."""
    shown = glimpse.glimpse(value)
    array = glimpse.plain_array(value)
    if array is None or array.ndim == 0 or not array.size:
        return shown if array is None or array.ndim else f"{shown} {rows(array)}"
    if array.size <= _MAX_VALUES:
        return f"{shown} {rows(array)}"
    first = ", ".join(rows(number) for number in array.reshape(-1)[:_FIRST])
    return f"{shown} {first}, …"


@dataclass
class Running:
    """One call of a method: where it stands, and what it had bound when that line began."""

    name: str
    known: Known
    line: int = 0


@dataclass
class Steps:
    """The lines of one method, and of what it calls in the learner's file, as they are run."""

    taken: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    calls: int = 0
    seen: Counter[int] = field(default_factory=Counter[int])
    repeats: bool = False
    left: int = MAX_LINES

    def begin(self, frame: FrameType, outermost: bool) -> Running:
        """A method is called; its arguments are known and no step."""
        if outermost:
            self.calls += 1
            self.taken.clear()
            self.seen.clear()
            self.repeats, self.left = False, MAX_LINES
        return Running(frame.f_code.co_qualname, _bound(frame))

    def reach(self, running: Running, frame: FrameType, line: int | None) -> None:
        """The line before is done, and this one begins; None where the method ends."""
        if running.line and self.left > 0:
            self.left -= 1
            now = _bound(frame)
            if self._is_worth(running):
                before = running.known
                self._take(running, {n: w for n, (i, w) in now.items() if before.get(n) != (i, w)})
            running.known = now
        running.line = line or 0

    def end(self, running: Running, frame: FrameType, result: object, broke: bool) -> None:
        """The method came back with this result, or an error ended it at the last line."""
        line = running.line
        self.reach(running, frame, None)
        made = running.name.endswith("__init__") and not broke  # it has nothing to come back with
        if line and not made and len(self.taken) < MAX_STEPS:
            words = "" if broke else value_words(result)
            step = {"line": line, "in": running.name, "returns": words, "broke": broke}
            self.taken.append({**step, "names": {}})

    def _is_worth(self, running: Running) -> bool:
        """Whether the line is to be noted: not where it ran often before."""
        self.seen[running.line] += 1
        often = self.seen[running.line] > SAME_LINE
        self.repeats = (
            self.repeats or self.seen[running.line] > SAME_LINE + 1
        )  # a loop's end is one
        return not often and len(self.taken) < MAX_STEPS

    def _take(self, running: Running, changed: dict[str, str]) -> None:
        if changed:
            step = {"line": running.line, "in": running.name, "returns": "", "broke": False}
            self.taken.append({**step, "names": changed})


def _bound(frame: FrameType) -> Known:
    """The names of a method with their values in words, and the attributes of ``self``."""
    local: Any = frame.f_locals
    found: Known = {}
    for name in list(local)[:_MAX_NAMES]:
        value = local[name]
        if name == "self":
            kept = list(glimpse.held(value).items())[:_MAX_NAMES]
            found |= {f"self.{inner}": (id(v), value_words(v)) for inner, v in kept}
        else:
            found[name] = id(value), value_words(value)
    return found
