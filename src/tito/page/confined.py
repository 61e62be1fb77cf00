"""The engine in a browser, the learner's side: a worker that itself says when its time is up."""

from __future__ import annotations

import importlib
import io
import json
import os
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from types import CodeType, FrameType
from typing import Any, cast

import tinytorch.core
from tito.engine import seam
from tito.engine.worker import Worker, load_tools, plain_warning, preload
from tito.lesson import costs

RECURSION = 400  # deeper, the browser's own stack is at its end
_OFTEN = 64  # jumps between two looks at the clock
_NEVER = float("inf")


class Late(BaseException):
    """The time is up, and where the code stood has been said."""


class Confined(Worker):
    """The learner's worker inside of a browser's; ``post`` takes each message that it says."""

    def __init__(self, post: Callable[[str], None]) -> None:
        super().__init__(io.BytesIO(), io.BytesIO(), output=2)
        self.post = post
        self.up_at, self.looks, self.late = _NEVER, 0, False
        for stream in (sys.stdout, sys.stderr):
            cast("io.TextIOWrapper", stream).reconfigure(
                encoding="utf-8", errors="backslashreplace", line_buffering=True
            )
        warnings.formatwarning = plain_warning
        load_tools()

    def get_ready(self, lesson: str) -> None:
        """Load what the lesson needs, and take away what it asks for."""
        costs.times_of = done_once
        for reference in Path(tinytorch.core.__file__ or "").parent.glob(f"{lesson}.py*"):
            reference.unlink()
        preload(lesson)
        importlib.import_module("numpy.random")  # NumPy itself does that when it is asked for
        time.sleep = self.sleep

    def do(self, job: str) -> int | None:
        """Do what the judge asks; the exit code where nothing can be asked any more."""
        wanted = json.loads(job)
        try:
            if wanted["do"] == "load":
                self.say({"is": "ready"})
                sys.setrecursionlimit(RECURSION)
                self.load(wanted)
            else:
                self.run(wanted)
        except Late:
            return 1
        return None

    def confine(self, reference: str) -> None:
        """There is no reference here, and the browser's worker has its limits already."""
        self.watched = {self.path, Confined.sleep.__code__.co_filename}
        monitoring: Any = vars(sys)["monitoring"]
        events = monitoring.events
        monitoring.use_tool_id(monitoring.PROFILER_ID, "tito")
        monitoring.register_callback(monitoring.PROFILER_ID, events.JUMP, self.look_at_clock)
        monitoring.set_events(monitoring.PROFILER_ID, events.JUMP)
        self.elsewhere = monitoring.DISABLE

    def start_clock(self, limit_s: float, leave: bool) -> None:
        """Let the time be up then."""
        self.up_at = monotonic() + limit_s

    def stop_clock(self) -> None:
        """Nothing runs: nothing can take too long."""
        self.clock_limit_s, self.up_at = 0.0, _NEVER

    def look_at_clock(self, code: CodeType, *_where: int) -> Any:
        """The learner's code jumps back, in a loop: Late, where its time is up."""
        if code.co_filename not in self.watched:
            return self.elsewhere
        self.looks += 1
        if self.looks % _OFTEN == 0 and monotonic() > self.up_at:
            self.give_up(sys._getframe(1))  # pyright: ignore[reportPrivateUsage]
        return None

    def give_up(self, frame: FrameType | None) -> None:
        """Say where the code stands, in the words of faulthandler."""
        if not self.late:
            self.late, self.looks = True, -1
            lines = ["Timeout (0:00:00)!", "Current thread 0x0 (most recent call first):"]
            while frame is not None:
                code = frame.f_code
                lines.append(
                    f'  File "{code.co_filename}", line {frame.f_lineno} in {code.co_name}'
                )
                frame = frame.f_back
            os.write(self.output, ("\n".join(lines) + "\n").encode("ascii", "backslashreplace"))
        raise Late

    def sleep(self, seconds: float) -> None:
        """Sleep with an eye on the clock."""
        end = monotonic() + seconds
        while monotonic() < end:
            continue

    def say(self, message: seam.Message) -> None:
        """Send one message; none where the time was up."""
        if self.late:
            raise Late
        self.post(seam.body_of(message).decode())


def done_once(*actions: Callable[[], object]) -> list[float]:
    """Do each once: no clock here is fine enough to time it, and what takes no time is not told."""
    for action in actions:
        action()
    return [0.0] * len(actions)
