"""A probe watched while it runs: the flow through the layers, and the steps of one method."""

from __future__ import annotations

import dis
import math
import os
import sys
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from types import FrameType
from typing import Any

import tinytorch
from tito.engine import glimpse
from tito.engine.seen import rows

MAX_EVENTS = 50_000
_RETURNS = frozenset(c for name, c in dis.opmap.items() if name.startswith(("RETURN_", "YIELD_")))
_LAYER_METHODS = ("forward", "__call__")
_LIBRARY = os.path.join(os.path.dirname(tinytorch.__file__), "core") + os.sep


class Enough(BaseException):
    """What ends a probe that would go on for ever, once enough of it was seen."""


class Watch:
    """Notes what happens in one learner's file while a probe runs.

    ``name`` is the method whose steps are noted, ``also`` the folder of the probes' own layers.
    With ``endless`` the probe is ended after so many events; otherwise no more is noted then.
    """

    def __init__(self, path: str, name: str, also: str, endless: bool) -> None:
        self.path, self.name, self.endless = path, name, endless
        self.folders = (_LIBRARY, also + os.sep)
        self.flow, self.steps = Flow(), Steps()
        self.events = self.depth = 0
        self.followed: dict[FrameType, tuple[LayerCall | None, Running | None]] = {}

    def trace(self, frame: FrameType, event: str, argument: Any) -> Any:
        """What Python calls when a function begins, and in those that are followed."""
        if event in ("call", "line"):
            self._count()
        try:
            if event == "call":
                return self.trace if self._follows(frame) else None
            if event == "line" and (running := self.followed[frame][1]):
                self.steps.reach(running, frame, frame.f_lineno)
            elif event == "return":
                self._returned(frame, argument)
        except Exception:  # what cannot be watched must run all the same
            return sys.settrace(None)
        return self.trace

    def _follows(self, frame: FrameType) -> bool:
        """Whether a call is one of a layer, or one whose lines are noted."""
        code = frame.f_code
        own = code.co_filename == self.path
        layer = code.co_name in _LAYER_METHODS and code.co_argcount > 1
        call = None
        if layer and (own or code.co_filename.startswith(self.folders)):
            call = self.flow.begin(*(frame.f_locals.get(name) for name in code.co_varnames[:2]))
        named = own and code.co_qualname == self.name
        stepping = named or (own and self.depth > 0 and code.co_name[0] != "<")
        if call is None and not stepping:
            return False
        running = self.steps.begin(frame, named and self.depth == 0) if stepping else None
        self.depth += stepping
        frame.f_trace_lines = stepping
        self.followed[frame] = call, running
        return True

    def _returned(self, frame: FrameType, result: object) -> None:
        call, running = self.followed.pop(frame)
        broke = frame.f_code.co_code[frame.f_lasti] not in _RETURNS
        if running:
            self.depth -= 1
            self.steps.end(running, frame, result, broke)
        if call:
            self.flow.end(call, result, broke)

    def _count(self) -> None:
        self.events += 1
        if self.events > MAX_EVENTS:
            sys.settrace(None)
            if self.endless:
                raise Enough("enough was seen")


@contextmanager
def watched(path: str, name: str, probe: Any, endless: bool) -> Generator[list[Any]]:
    """Watch what runs within; see ``Watch``. The list holds the record afterwards."""
    watch = Watch(path, name, os.path.dirname(probe.__code__.co_filename), endless)
    record: list[Any] = []
    sys.settrace(watch.trace)
    try:
        yield record
    finally:
        sys.settrace(None)
        steps, calls, repeats = watch.steps.taken, watch.steps.calls, watch.steps.repeats
        seen = {"flow": watch.flow.legs(), "steps": steps, "calls": calls, "repeats": repeats}
        record.append({**seen, "method": name})


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
            now, before = _bound(frame), running.known
            changed = {n: words for n, (i, words) in now.items() if before.get(n) != (i, words)}
            if self._is_worth(running.line) and changed:
                self._take(running.line, running.name, changed)
            running.known = now
        running.line = line or 0

    def end(self, running: Running, frame: FrameType, result: object, broke: bool) -> None:
        """The method came back with this result, or an error ended it at the last line."""
        line = running.line
        self.reach(running, frame, None)
        made = running.name.endswith("__init__") and not broke  # it has nothing to come back with
        if line and not made and len(self.taken) < MAX_STEPS:
            self._take(line, running.name, {}, "" if broke else value_words(result), broke)

    def _is_worth(self, line: int) -> bool:
        """Whether the line is to be noted: not where it ran often before."""
        self.seen[line] += 1
        self.repeats = self.repeats or self.seen[line] > SAME_LINE + 1  # a loop's end is one
        return self.seen[line] <= SAME_LINE and len(self.taken) < MAX_STEPS

    def _take(
        self, line: int, name: str, names: dict[str, str], returns: str = "", broke: bool = False
    ) -> None:
        step = {"line": line, "in": name, "names": names, "returns": returns, "broke": broke}
        self.taken.append(step)


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


MAX_CALLS = 200
MAX_LEGS = 40


@dataclass
class LayerCall:
    """One call of a layer: what came in, what it called itself, and what came out, or did not."""

    layer: object
    given: object
    inner: list[LayerCall] = field(default_factory=list["LayerCall"])
    result: object = None
    state: str = "open"  # then "returned" or "broke"


class Flow:
    """Notes calls of layers as they begin and end. It keeps what it is shown alive meanwhile."""

    def __init__(self) -> None:
        self.first: list[LayerCall] = []
        self.open: list[LayerCall] = []
        self.count = 0

    def begin(self, layer: object, given: object) -> LayerCall | None:
        """A layer is called; None for what is the same call once more, or one too many."""
        outer = self.open[-1] if self.open else None
        if outer and outer.layer is layer and outer.given is given and not outer.inner:
            return None
        self.count += 1
        if self.count > MAX_CALLS:
            return None
        call = LayerCall(layer, given)
        (outer.inner if outer else self.first).append(call)
        self.open.append(call)
        return call

    def end(self, call: LayerCall, result: object, broke: bool) -> None:
        """The call came back, or an error came through it."""
        while self.open and self.open.pop() is not call:
            continue
        call.result, call.state = result, "broke" if broke else "returned"

    def legs(self) -> list[dict[str, Any]]:
        """The way as plain data: each layer that holds no others, from its input to its output.

        ``joined`` says that the input is the very thing that the leg before put out.
        """
        legs: list[dict[str, Any]] = []
        before: object = None
        for call, ends in islice(_leaves(self.first), MAX_LEGS):
            legs.append(_leg(call, bool(legs) and call.given is before and not ends, ends))
            before = call.result
        return legs


def _leaves(calls: list[LayerCall]) -> Iterator[tuple[LayerCall, bool]]:
    """The calls that called no layers; and a container's own end, where it adds something."""
    for call in calls:
        yield from _leaves(call.inner)
        last = call.inner[-1] if call.inner else None
        if last is None:
            adds = True
        elif call.state == "broke":
            adds = last.state != "broke"
        else:
            adds = call.state == "returned" and call.result is not last.result
        if adds:
            yield call, last is not None


def _leg(call: LayerCall, joined: bool, ends: bool) -> dict[str, Any]:
    weight = glimpse.shape_of(glimpse.attribute(call.layer, "weight")[1])
    shape = glimpse.shape_of(call.given)
    products = math.prod(shape[:-1]) * math.prod(weight) if shape and weight else 0
    learned = [glimpse.learned(value) for value in glimpse.held(call.layer).values()]
    return {
        "layer": glimpse.layer_words(call.layer),
        "in": _passing(call.given),
        "out": _passing(call.result) if call.state == "returned" else "",
        "broke": call.state == "broke",
        "joined": joined,
        "ends": ends,
        "parameters": 0 if ends else sum(learned),
        "multiply_adds": 0 if ends or not weight or len(weight) != 2 else products,
    }


def _passing(value: object) -> str:
    """What goes from layer to layer: a tensor by its bare shape, anything else by what it is."""
    return glimpse.glimpse(value).removeprefix("Tensor ")
