"""How long a function takes: repeated for a moment, the median; then the process comes to rest."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

#: Short runs are timed many at a time, so that reading the clock costs nothing.
BLOCK_S = 0.002
WARM_UPS, FEWEST_BLOCKS = 3, 5
#: A run as long as this is timed once.
LONG_RUN_S = 0.3
_REST_STEP_S, _LONGEST_REST_S = 0.01, 1.0


def seconds_a_run(run: Callable[[], object], budget_s: float) -> float:
    """The median over blocks of runs, after a few that do not count."""
    first = _block(run, 1)
    if first > LONG_RUN_S:
        return first
    once = max(min(_block(run, 1) for _ in range(WARM_UPS)), 1e-7)
    runs = max(1, round(BLOCK_S / once))
    blocks = max(FEWEST_BLOCKS, round(budget_s / (once * runs)))
    return statistics.median(_block(run, runs) for _ in range(blocks))


def _block(run: Callable[[], object], runs: int) -> float:
    start = time.perf_counter()
    for _ in range(runs):
        run()
    return (time.perf_counter() - start) / runs


def rest() -> None:
    """Wait until this process's threads sleep: those of BLAS spin for a while after their work."""
    end = time.monotonic() + _LONGEST_REST_S
    while time.monotonic() < end:
        before = time.process_time()
        time.sleep(_REST_STEP_S)
        if time.process_time() - before < _REST_STEP_S / 10:
            return
