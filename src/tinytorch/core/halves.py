"""Two halves of a large array at once, on two threads: NumPy's loops run side by side."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from tinytorch._typing import Array

# Below this many numbers, waking a thread costs more than it saves.
LARGE = 2**18


def in_halves(work: Callable[..., object], out: Array, *inputs: Array) -> Array:
    """Let `work(out, *inputs)` fill `out`; if that is large, in two halves along the first axis.

    Each input is as long as `out` along that axis, or 1 long there: then it goes to both halves.

    >>> import numpy as np
    >>> in_halves(lambda out, x: np.add(x, 1, out=out), np.empty(2), np.array([1.0, 2.0]))
    array([2., 3.])
    """
    if out.size < LARGE or len(out) < 2:
        work(out, *inputs)
        return out
    arrays = (out, *inputs)
    middle = len(out) // 2
    upper = [array if len(array) == 1 else array[:middle] for array in arrays]
    lower = [array if len(array) == 1 else array[middle:] for array in arrays]
    at_once(lambda: work(*upper), lambda: work(*lower))
    return out


def at_once(first: Callable[[], object], second: Callable[[], object]) -> None:
    """Call both, side by side where there are two processors; what they raise is raised here."""
    if not two_processors():
        first()
        second()
        return
    other = helper(os.getpid()).submit(second)
    try:
        first()
    finally:
        other.result()


@cache
def two_processors() -> bool:
    """Whether there is a second processor for this process, and OMP_NUM_THREADS is not 1."""
    allowed = getattr(os, "sched_getaffinity", None)  # not on every system
    count = len(allowed(0)) if allowed else os.cpu_count() or 1
    return count > 1 and os.environ.get("OMP_NUM_THREADS") != "1"


@cache
def helper(process: int) -> ThreadPoolExecutor:
    """The thread that does the other half; a forked process has to start its own."""
    # Only here, for it takes a while to import.
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(1, "tinytorch")
