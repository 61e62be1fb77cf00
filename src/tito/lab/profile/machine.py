"""What this machine can do at best, timed in turn with whatever else is timed; and who disturbs."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median, quantiles
from typing import Any

import numpy as np

from tinytorch.core.given.kernels import in_halves

#: A round of one piece of work: so many calls, or so long.
CALLS, SLICE_S = 8, 0.002
#: No clock tells shorter times apart, and nothing takes no time.
CLOCK_S = 1e-9
#: What takes longer than this is not called once more beforehand, to warm the caches.
WARM_BELOW_S = 0.02
LEAST_ROUNDS = 3
#: Rounds end early once the time is up by this factor, however few there were.
PATIENCE = 3.0
#: From this share of the processors' time on, the figures are those of a busy machine.
BUSY_FROM = 0.1

#: The median of repeated calls, in seconds, the quartiles around it, and the fastest.
Reading = dict[str, Any]


def reading_of(times: Sequence[float]) -> Reading:
    """From one or more times."""
    low, _, high = quantiles([*times, *times], n=4, method="inclusive")
    return {"median_s": median(times), "low_s": low, "high_s": high, "best_s": min(times)}


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
    began, turns, gone = time.perf_counter(), 0, 0.0
    while gone <= (seconds if turns >= LEAST_ROUNDS else PATIENCE * seconds) or not turns:
        for task in tasks:
            if not times[task.name] or times[task.name][-1] < WARM_BELOW_S:
                task.times(1)
            times[task.name] += task.times()
            gone = time.perf_counter() - began
            tick(min(1.0, gone / max(seconds, CLOCK_S)))
        turns += 1
    return {name: reading_of(found) for name, found in times.items()}


class Others:
    """Looks, from now on, at how much of the processors' time goes to other programs."""

    def __init__(self) -> None:
        self.began = _worked()

    def share(self) -> float:
        """Their share of all processors' time, from 0 to 1; 0 where nobody can tell."""
        pairs = zip(_worked(), self.began, strict=True)
        everyone, own, passed = (late - early for late, early in pairs)
        possible = passed * (os.cpu_count() or 1)
        return min(max((everyone - own) / possible, 0.0), 1.0) if possible else 0.0


def _worked() -> tuple[float, float, float]:
    """Seconds that all processors have worked, that they have for us, and the clock.

    What the host of a virtual machine took away counts as work for others.
    """
    try:
        with open("/proc/stat", encoding="ascii") as file:
            user, nice, system, _idle, _wait, *more = map(int, file.readline().split()[1:9])
        everyone = (user + nice + system + sum(more)) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, AttributeError):
        return 0.0, 0.0, 0.0
    return everyone, time.process_time(), time.monotonic()


def busy_words(share: float) -> str:
    """What to say of it; nothing where the machine was the measurer's alone, or nobody can tell."""
    if share < BUSY_FROM:
        return ""
    return (
        f"Other programs took {share:.0%} of the processors' time meanwhile, so these are the "
        "figures of a busy machine, and what follows may be due to that alone: products on "
        "several threads suffer most. Close what you can and measure again, or compare with "
        "--threads 1."
    )


#: The sides of square matrices; a machine's best is mostly at one of these.
SQUARES = (256, 512, 1024)
#: A larger product may take this share of the time for a step's figures.
SLOW_PRODUCT = 0.04
#: Moving more than this is as fast as moving this: no cache holds either.
MOST_MOVED = 96 << 20


def square_tasks(seconds: float) -> dict[int, Task]:
    """Products of square matrices in float32 by their sides, but for those that take too long."""
    random = np.random.default_rng(0)
    found: dict[int, Task] = {}
    for side in SQUARES:
        left, right = (random.standard_normal((side, side), np.float32) for _ in range(2))
        found[side] = Task(f"square {side}", partial(left.dot, right))
        # The next one takes eight times as long.
        if 8 * min(found[side].times()) > SLOW_PRODUCT * seconds:
            break
    return found


def moving_tasks(count: int, name: str) -> list[Task]:
    """Ways to move ``count`` bytes once: a sum of two arrays into a third, and reading a matrix.

    The fastest of them is what memory (or a cache that holds as much) can do here. No more than
    `MOST_MOVED` are moved.
    """
    count = min(count, MOST_MOVED)
    a, b, out = (np.ones(max(count // 12, 1), np.float32) for _ in range(3))
    side = max(int((count / 4) ** 0.5), 1)
    matrix, vector = np.ones((side, side), np.float32), np.ones(side, np.float32)

    def add(total: Any, one: Any, other: Any) -> object:
        return np.add(one, other, out=total)

    return [
        Task(f"{name} add", lambda: in_halves(add, out, a, b)),
        Task(f"{name} read", lambda: matrix.dot(vector)),
    ]
