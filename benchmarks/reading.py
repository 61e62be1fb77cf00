"""One reading: a piece of work repeated for a while in this process, and who else was running."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

#: Short runs are timed many at a time, so that reading the clock costs nothing.
BLOCK_S = 0.004
#: Before the clock runs, the work runs so often at least, and for so long at least.
WARM_UPS, WARM_UP_S = 3, 0.02
#: A run as long as this is warmed up once, and timed once.
LONG_RUN_S = 0.2
FEWEST_BLOCKS = 5
REST_STEP_S, LONGEST_REST_S = 0.01, 1.0


@dataclass(frozen=True)
class Reading:
    """What one reading gave, and how much it can be trusted."""

    #: Seconds a run, the median over blocks of runs; or bytes.
    value: float
    #: The share of all processors' time that other processes took; None where nobody can tell.
    others: float | None = None
    #: The median over the fastest block: 1.0 where all went alike.
    unevenness: float = 1.0


def take(run: Callable[[], object], seconds: float) -> Reading:
    """Repeat ``run`` for about ``seconds``, after a few runs that do not count."""
    once = warm_up(run)
    runs = max(1, round(BLOCK_S / once))
    blocks = max(FEWEST_BLOCKS, round(seconds / (once * runs))) if once < LONG_RUN_S else 1
    watch = Watch()
    times = sorted(_block(run, runs) for _ in range(blocks))
    others = watch.others()
    middle = statistics.median(times)
    return Reading(middle, others, middle / times[0])


def warm_up(run: Callable[[], object]) -> float:
    """Run it a few times; the shortest time, in seconds."""
    began, times = time.perf_counter(), list[float]()
    while len(times) < WARM_UPS or time.perf_counter() - began < WARM_UP_S:
        times.append(_block(run, 1))
        if times[0] > LONG_RUN_S:
            break
    return max(min(times), 1e-7)


def _block(run: Callable[[], object], runs: int) -> float:
    start = time.perf_counter()
    for _ in range(runs):
        run()
    return (time.perf_counter() - start) / runs


def rest() -> None:
    """Wait until this process's threads sleep.

    OpenBLAS's threads wait for more work at full speed, for about 0.1 s after the last: whoever
    is measured next would have one processor less.
    """
    end = time.monotonic() + LONGEST_REST_S
    while time.monotonic() < end:
        before = time.process_time()
        time.sleep(REST_STEP_S)
        if time.process_time() - before < REST_STEP_S / 10:
            return


class Watch:
    """Looks, from now on, at how much of the processors' time goes to others."""

    def __init__(self, own: Callable[[], float] = time.process_time) -> None:
        """``own`` says how many seconds the processors have worked for what is measured."""
        self.own = own
        self.start = busy_seconds(), own(), time.perf_counter()

    def others(self) -> float | None:
        """Their share since the start, from 0 to 1; None where the system does not say."""
        busy, own, wall = self.start
        now = busy_seconds()
        if busy is None or now is None:
            return None
        taken = (now - busy) - (self.own() - own)
        return max(0.0, taken) / ((time.perf_counter() - wall) * (os.cpu_count() or 1))


def busy_seconds() -> float | None:
    """How long the processors have worked, or were withheld, since the machine started (Linux)."""
    try:
        with open("/proc/stat", encoding="ascii") as file:
            user, nice, system, _idle, _wait, *others = map(int, file.readline().split()[1:9])
    except (OSError, ValueError):
        return None
    return (user + nice + system + sum(others)) / os.sysconf("SC_CLK_TCK")
