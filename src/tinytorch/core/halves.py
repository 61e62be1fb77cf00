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
    if out.size < LARGE or len(out) < 2 or not two_processors():
        work(out, *inputs)
        return out
    arrays = (out, *inputs)
    middle = len(out) // 2
    other = helper(os.getpid()).submit(work, *(a if len(a) == 1 else a[middle:] for a in arrays))
    try:
        work(*(a if len(a) == 1 else a[:middle] for a in arrays))
    finally:
        other.result()
    return out


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
