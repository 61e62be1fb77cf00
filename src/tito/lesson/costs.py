"""What a call costs, for advice: time in turns, calls of functions, memory; and figures of it."""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable

Action = Callable[[], object]

#: What the thread itself worked, whatever else the machine does; on Windows that clock is coarse.
clock = time.perf_counter if sys.platform == "win32" else time.thread_time
_TIMES, _TIMES_IF_SLOW, _SLOW_IN_ALL_S = 6, 3, 0.03


def times_of(*actions: Action) -> list[float]:
    """For each action the least time in seconds of a few calls, taken in turns.

    What else the machine does only adds, so the least is nearest to the truth.
    """
    taken: list[list[float]] = [[] for _ in actions]
    for turn in range(_TIMES):
        for action, times in zip(actions, taken, strict=True):
            began = clock()
            action()
            times.append(clock() - began)
        if turn + 1 >= _TIMES_IF_SLOW and sum(map(sum, taken)) > _SLOW_IN_ALL_S:
            break
    return [min(times) for times in taken]


def calls_of(action: Action) -> int:
    """How many functions a call of ``action`` calls: many where each number has a step of its own.

    Unlike a time it is the same on every machine.
    """
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        action()
    finally:
        sys.setprofile(before)
    return count


def peak_of(action: Action) -> int:
    """The most bytes that a call has in use at any time beyond what was there before."""
    tracemalloc.stop()
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def duration(seconds: float) -> str:
    """A time in the unit that fits it, to two figures."""
    fits = [(unit, factor) for unit, factor in (("s", 1.0), ("ms", 1e3)) if seconds * factor >= 1]
    unit, factor = (*fits, ("µs", 1e6))[0]
    return f"{_two_figures(seconds * factor)} {unit}"


def size(count: int) -> str:
    """A number of bytes in the unit that fits it."""
    for unit, factor in (("MB", 1e6), ("kB", 1e3)):
        if count >= factor:
            return f"{_two_figures(count / factor)} {unit}"
    return f"{count} bytes"


def _two_figures(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"
