"""The verdict: which targets hold."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.conductor import LIMIT, TORCH, Result
from benchmarks.workloads import GROUPS

#: Forward passes from this batch on have a target for their geometric mean against PyTorch too.
MEAN_GROUP, MEAN_FROM, MEAN_TARGET = "forward", 32, 1.0
MEAN_NAME = "geometric mean from 32"


@dataclass(frozen=True)
class Check:
    """One target, with the ratio that was measured."""

    name: str
    #: The side that we are compared with.
    side: str
    ratio: float
    target: float
    #: Whether it rests on disturbed readings.
    doubtful: bool = False

    @property
    def holds(self) -> bool:
        """Whether the median ratio reaches the target."""
        return self.ratio >= self.target


def check(result: Result, side: str) -> Check | None:
    """A row's target against one side; None where there is none, or the side was not measured."""
    target = {LIMIT: result.row.limit_target, TORCH: result.row.torch_target}[side]
    if target is None or side not in result.readings:
        return None
    return Check(result.row.full_name, side, result.ratio(side), target, result.doubtful)


def mean_check(results: Sequence[Result]) -> Check | None:
    """The geometric mean of the forward passes; None where one of them was not measured."""
    meant = [
        result
        for result in results
        if result.row.group == MEAN_GROUP
        and result.row.work.batch >= MEAN_FROM
        and TORCH in result.readings
    ]
    if len(meant) < 3:
        return None
    mean = math.exp(statistics.fmean(math.log(result.ratio(TORCH)) for result in meant))
    doubtful = any(result.doubtful for result in meant)
    return Check(f"{GROUPS[MEAN_GROUP]}: {MEAN_NAME}", TORCH, mean, MEAN_TARGET, doubtful)


def all_checks(results: Sequence[Result]) -> list[Check]:
    """Every target that could be tried."""
    found = [check(result, side) for result in results for side in (LIMIT, TORCH)]
    return [one for one in (*found, mean_check(results)) if one is not None]


def verdict(checks: Sequence[Check]) -> str:
    """How many targets hold, and which were missed by how much."""
    if not checks:
        return "No target was tried."
    missed = [one for one in checks if not one.holds]
    doubtful = sum(one.doubtful for one in checks)
    words = f"{len(checks) - len(missed)} of {len(checks)} targets hold"
    if doubtful:
        words += f" ({doubtful} of the {len(checks)} were judged by disturbed readings)"
    names = {LIMIT: "the limit", TORCH: "PyTorch"}
    lines = [
        f"  {one.name}: {one.ratio:.3f} against {names[one.side]}, the target is {one.target:.2f}"
        for one in missed
    ]
    return "\n".join([words + ("; missed:" if missed else "."), *lines])
