"""The verdict: which targets hold."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.conductor import Measured

#: Rows whose geometric mean against PyTorch has a target of its own.
FORWARD_MEAN, FORWARD_MEAN_TARGET = "forward", 1.0
SHORT = {"limit": "≥ limit ×", "torch": "≥ PyTorch ×"}


@dataclass(frozen=True)
class Check:
    """One target, with the ratio that was measured."""

    name: str
    side: str
    ratio: float
    least: float

    @property
    def holds(self) -> bool:
        """Whether the median ratio reaches it."""
        return self.ratio >= self.least

    @property
    def short(self) -> str:
        return SHORT[self.side]


def checks_of(row: Measured) -> list[Check]:
    """The targets of a row, for the sides that were measured."""
    targets = {"limit": row.row.limit_target, "torch": row.row.torch_target}
    return [
        Check(row.row.name, side, statistics.median(row.ratios(side)), least)
        for side, least in targets.items()
        if least is not None and side in row.readings
    ]


def geometric_checks(measured: Iterable[Measured]) -> list[Check]:
    """The mean of the forward passes at batch 32 and above, if all of them were measured."""
    ratios = [
        statistics.median(row.ratios("torch"))
        for row in measured
        if row.row.group == FORWARD_MEAN and row.row.work.batch > 1 and "torch" in row.readings
    ]
    if len(ratios) < 3:
        return []
    mean = math.exp(statistics.fmean(map(math.log, ratios)))
    name = "forward, batch 32, 256, 1024: geometric mean"
    return [Check(name, "torch", mean, FORWARD_MEAN_TARGET)]


def verdict(checks: list[Check]) -> str:
    """How many targets hold, and which do not."""
    missed = [check for check in checks if not check.holds]
    words = f"{len(checks) - len(missed)} of {len(checks)} targets hold"
    if not missed:
        return words + "."
    lines = [f"  {c.name}: {c.ratio:.2f} against {c.side}, target {c.least:g}" for c in missed]
    return "\n".join([words + "; missed:", *lines])
