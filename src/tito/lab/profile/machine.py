"""What this machine can do at best, timed in turn with whatever else is timed; and who disturbs."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

import numpy as np

from tinytorch.core.given.kernels import LARGE, in_halves

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


#: The sides of square matrices; a machine's best is mostly at one of these.
SQUARES = (256, 512, 1024)
#: Moving more than this is as fast as moving this: no cache holds either.
MOST_MOVED = 96 << 20

#: More products than these are not timed one by one.
MOST_OWN = 24

#: rows, inner, columns
Product = tuple[int, int, int]


def product_task(product: Product) -> Task:
    """A matrix product of that size in float32, as NumPy hands it to its BLAS."""
    rows, inner, columns = product
    random = np.random.default_rng(0)
    left = random.standard_normal((rows, inner), dtype=np.float32)
    right = random.standard_normal((inner, columns), dtype=np.float32)
    return Task(f"product {rows} {inner} {columns}", lambda: left.dot(right))


def product_tasks(own: Iterable[Product], most_flops: float) -> dict[Product, Task]:
    """The network's own products, and squares but for large ones that would take too long."""
    smallest, *squares = ((side, side, side) for side in SQUARES)
    fitting = [each for each in squares if flops_of(each) <= most_flops]
    return {product: product_task(product) for product in dict.fromkeys([smallest, *fitting, *own])}


def products_of_step(
    sizes: Sequence[Product], forward: int, backward: int
) -> dict[str, list[Product]]:
    """The products in a chain of layers, forward and backward, if they make up what was counted.

    ``forward`` and ``backward`` are the multiply-adds counted. Backward needs the gradient of each
    layer's weights, and of each layer's input but the first's. A part that does not come out is
    left empty.
    """
    found = {"forward": list(sizes), "backward": list[Product]()}
    for place, (rows, inner, columns) in enumerate(sizes):
        found["backward"].append((inner, rows, columns))
        if place:
            found["backward"].append((rows, columns, inner))
    counted = {"forward": forward, "backward": backward}
    return {
        name: own if len(own) <= MOST_OWN and sum(map(flops_of, own)) == 2 * counted[name] else []
        for name, own in found.items()
    }


def flops_of(product: Product) -> int:
    """A multiplication and an addition for each pair."""
    rows, inner, columns = product
    return 2 * rows * inner * columns


def moving_tasks(count: int, name: str) -> list[Task]:
    """Ways to move ``count`` bytes once: a sum of two arrays into a third, and reading a matrix.

    The fastest of them is what memory (or a cache that holds as much) can do here.
    """
    count = min(count, MOST_MOVED)
    numbers = max(count // 12, 1)
    a, b, out = (np.ones(numbers, np.float32) for _ in range(3))
    side = max(int((count / 4) ** 0.5), 1)
    matrix, vector = np.ones((side, side), np.float32), np.ones(side, np.float32)

    def add(total: Any, one: Any, other: Any) -> object:
        return np.add(one, other, out=total)

    tasks = [
        Task(f"{name} add", lambda: add(out, a, b)),
        Task(f"{name} read", lambda: matrix.dot(vector)),
    ]
    if numbers >= LARGE:
        tasks.append(Task(f"{name} halves", lambda: in_halves(add, out, a, b)))
    return tasks


def moving_scale(count: int) -> float:
    """By what the time of `moving_tasks` is to be multiplied, where fewer bytes were moved."""
    return max(count / MOST_MOVED, 1.0)
