"""One reading: a piece of work repeated for a while in this process, and who else was running."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

#: Short runs are timed many at a time, so that reading the clock costs nothing.
BLOCK_S = 0.004
WARM_UPS, WARM_UP_S = 3, 0.02
FEWEST_BLOCKS = 3
#: OpenBLAS's threads wait for more work, at full speed, for about 0.1 s after the last.
REST_STEP_S, LONGEST_REST_S = 0.01, 1.0


@dataclass(frozen=True)
class Reading:
    """How long one run takes, and how much the machine did besides."""

    #: The median over blocks, in seconds a run.
    seconds: float
    #: The share of all processors' time that other processes took; None where nobody can tell.
    others: float | None
    runs: int


def take(run: Callable[[], object], seconds: float) -> Reading:
    """Repeat ``run`` for about ``seconds``, after a few runs that do not count."""
    once = warm_up(run)
    runs = max(1, round(BLOCK_S / once))
    blocks = max(FEWEST_BLOCKS, round(seconds / (once * runs)))
    busy, own, wall = busy_seconds(), time.process_time(), time.perf_counter()
    times = [_block(run, runs) for _ in range(blocks)]
    wall = time.perf_counter() - wall
    own = time.process_time() - own
    return Reading(statistics.median(times), _others(busy, own, wall), runs * blocks)


def warm_up(run: Callable[[], object]) -> float:
    """Run it a few times; the shortest time, in seconds."""
    began, times = time.perf_counter(), list[float]()
    while len(times) < WARM_UPS or time.perf_counter() - began < WARM_UP_S:
        times.append(_block(run, 1))
        if len(times) == 1 and times[0] > WARM_UP_S * 10:
            break
    return max(min(times), 1e-7)


def _block(run: Callable[[], object], runs: int) -> float:
    start = time.perf_counter()
    for _ in range(runs):
        run()
    return (time.perf_counter() - start) / runs


def rest() -> None:
    """Wait until this process's threads have gone to sleep: a waiting one disturbs the others."""
    end = time.monotonic() + LONGEST_REST_S
    while time.monotonic() < end:
        before = time.process_time()
        time.sleep(REST_STEP_S)
        if time.process_time() - before < REST_STEP_S / 10:
            return


def busy_seconds() -> float | None:
    """The processors' working time since the machine started, all processes together (Linux)."""
    try:
        with open("/proc/stat", encoding="ascii") as file:
            user, nice, system, _idle, _wait, *others = map(int, file.readline().split()[1:9])
    except (OSError, ValueError):
        return None
    return (user + nice + system + sum(others)) / os.sysconf("SC_CLK_TCK")


def _others(before: float | None, own: float, wall: float) -> float | None:
    after = busy_seconds()
    if before is None or after is None:
        return None
    return max(0.0, after - before - own) / (wall * (os.cpu_count() or 1))
