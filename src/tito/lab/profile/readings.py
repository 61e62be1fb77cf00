"""Timing several pieces of work in turn, so that all of them see the machine in the same moods."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median, quantiles
from typing import Any

#: A round of one piece of work: so many calls, or so long.
CALLS, SLICE_S = 8, 0.002
#: No clock tells shorter times apart, and nothing takes no time.
CLOCK_S = 1e-9
#: What takes longer than this is not called once more beforehand, to warm the caches.
WARM_BELOW_S = 0.02
LEAST_ROUNDS, MOST_ROUNDS = 3, 60
#: More of them where the person asked for a long time.
ROUNDS_A_SECOND = 20
#: Rounds end early once the time is up by this factor, however few there were.
PATIENCE = 3.0


@dataclass(frozen=True)
class Reading:
    """The median of repeated calls, in seconds, the quartiles around it, and the fastest."""

    median_s: float
    low_s: float
    high_s: float
    best_s: float
    repeats: int

    @classmethod
    def of(cls, times: Sequence[float]) -> Reading:
        """From one or more times."""
        if len(times) == 1:
            return cls(times[0], times[0], times[0], times[0], 1)
        low, _, high = quantiles(times, n=4, method="inclusive")
        return cls(median(times), low, high, min(times), len(times))

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Task:
    """What is timed: ``run``, after ``prepare``, which is not."""

    name: str
    run: Callable[[], object]
    prepare: Callable[[], object] = lambda: None

    def times(self, calls: int = CALLS, slice_s: float = SLICE_S) -> list[float]:
        """A few calls' times, at least one."""
        found: list[float] = []
        while not found or (len(found) < calls and sum(found) < slice_s):
            self.prepare()
            began = time.perf_counter()
            self.run()
            found.append(max(time.perf_counter() - began, CLOCK_S))
        return found


def take_turns(
    tasks: Sequence[Task], seconds: float, tick: Callable[[float], object]
) -> dict[str, Reading]:
    """Time all tasks in turn, for about so many seconds; ``tick`` is told the share done.

    Every task is called at least once; what a task raises is raised on.
    """
    times: dict[str, list[float]] = {task.name: [] for task in tasks}
    began = time.perf_counter()
    rounds = max(MOST_ROUNDS, int(ROUNDS_A_SECOND * seconds))
    for turn in range(rounds):
        for task in tasks:
            if not times[task.name] or times[task.name][-1] < WARM_BELOW_S:
                task.times(1)
            times[task.name] += task.times()
            gone = time.perf_counter() - began
            if turn and gone > PATIENCE * seconds:
                break
            tick(min(1.0, max(gone / max(seconds, 1e-9), turn / rounds)))
        gone = time.perf_counter() - began
        if gone > (seconds if turn + 1 >= LEAST_ROUNDS else PATIENCE * seconds):
            break
    return {name: Reading.of(found) for name, found in times.items()}
