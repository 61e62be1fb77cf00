"""A probe watched while it runs: the flow through the layers, and the steps of one method."""

from __future__ import annotations

import dis
import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import tinytorch
from tito.engine.flow import Flow, LayerCall
from tito.engine.steps import Running, Steps

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

    def record(self) -> dict[str, Any]:
        """What was seen, as data."""
        return {
            "flow": self.flow.legs(),
            "steps": self.steps.taken,
            "calls": self.steps.calls,
            "method": self.name,
            "repeats": self.steps.repeats,
        }

    def called(self, frame: FrameType, _event: str, _argument: object) -> Any:
        """Python's call of a function; the answer is what watches its lines."""
        self._count()
        try:
            return self._called(frame)
        except Exception:  # what cannot be watched must run all the same
            return sys.settrace(None)

    def _called(self, frame: FrameType) -> Any:
        code = frame.f_code
        own = code.co_filename == self.path
        layer = code.co_name in _LAYER_METHODS and code.co_argcount > 1
        if not (own or (layer and code.co_filename.startswith(self.folders))):
            return None
        call = self._layer_call(frame) if layer else None
        named = own and code.co_qualname == self.name
        stepping = named or (own and self.depth > 0 and code.co_name[0] != "<")
        if call is None and not stepping:
            return None
        running = self.steps.begin(frame, named and self.depth == 0) if stepping else None
        self.depth += stepping
        frame.f_trace_lines = stepping
        return self._follower(call, running)

    def _layer_call(self, frame: FrameType) -> LayerCall | None:
        layer, given = (frame.f_locals.get(name) for name in frame.f_code.co_varnames[:2])
        return self.flow.begin(layer, given)

    def _follower(self, call: LayerCall | None, running: Running | None) -> Callable[..., Any]:
        """What watches one call to its end."""

        def follow(frame: FrameType, event: str, argument: object) -> Any:
            if event == "line":
                self._count()
            try:
                if event == "line" and running:
                    self.steps.reach(running, frame, frame.f_lineno)
                elif event == "return":
                    self._returned(frame, argument, call, running)
            except Exception:
                return sys.settrace(None)
            return follow

        return follow

    def _returned(
        self, frame: FrameType, result: object, call: LayerCall | None, running: Running | None
    ) -> None:
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
    sys.settrace(watch.called)
    try:
        yield record
    finally:
        sys.settrace(None)
        record.append(watch.record())
