"""Timing pieces of work in turn, so that all see the machine in the same moods; who disturbs."""

from __future__ import annotations

import os
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


#: From this share of the processors' time on, the figures are those of a busy machine.
BUSY_FROM = 0.1


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


class Others:
    """Looks, from now on, at how much of the processors' time goes to other programs."""

    def __init__(self) -> None:
        self.began = _worked()

    def share(self) -> float | None:
        """Their share of all processors' time, from 0 to 1; None where nobody can tell."""
        now = _worked()
        if self.began is None or now is None:
            return None
        all_, own, passed = (late - early for late, early in zip(now, self.began, strict=True))
        possible = passed * (os.cpu_count() or 1)
        return min(max((all_ - own) / possible, 0.0), 1.0) if possible > 0 else None


def _worked() -> tuple[float, float, float] | None:
    """Seconds that all processors have worked, that they have for us, and the clock.

    What the host of a virtual machine took away counts as work for others.
    """
    try:
        with open("/proc/stat", encoding="ascii") as file:
            fields = [int(field) for field in file.readline().split()[1:9]]
        user, nice, system, _idle, _wait, hard, soft, stolen = fields
        ticks = os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, AttributeError):
        return None
    everyone = (user + nice + system + hard + soft + stolen) / ticks
    return everyone, time.process_time(), time.monotonic()


def is_busy(share: float | None) -> bool:
    """Whether others took so much that it shows; not where nobody can tell."""
    return share is not None and share >= BUSY_FROM


def busy_words(share: float | None) -> str:
    """What to say of it; nothing where the machine was the measurer's alone, or nobody can tell."""
    if share is None or not is_busy(share):
        return ""
    return (
        f"Other programs took {share:.0%} of the processors' time meanwhile, so these are the "
        "figures of a busy machine, and what follows may be due to that alone: products on "
        "several threads suffer most. Close what you can and measure again, or compare with "
        "--threads 1."
    )
