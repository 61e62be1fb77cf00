"""What was asked for, and all that came of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from tito.lab.compare.findings import Findings
from tito.lab.compare.programs import Programs
from tito.lab.compare.recipe import BATCHES
from tito.lab.compare.timing import Timed
from tito.lab.compare.verdict import Verdict
from tito.lab.networks import ModelFile, Network

THREADS = 2


@dataclass(frozen=True)
class Wanted:
    """What was asked for; ``batch`` and ``threads`` are None where that was left open."""

    network: Network | ModelFile
    batch: int | None = None
    steps: int = 100
    optimizer: str = "sgd"
    threads: int | None = None
    seed: int = 0
    timed: bool = True
    as_json: bool = False

    @property
    def batch_size(self) -> int:
        """The examples in a batch of the numbers that are compared."""
        return self.batch or 32

    @property
    def batches(self) -> tuple[int, ...]:
        """Those at which time is taken."""
        return (self.batch,) if self.batch else BATCHES

    @property
    def same_threads(self) -> int:
        """How many threads each side has."""
        return self.threads or min(THREADS, os.cpu_count() or 1)


@dataclass(frozen=True)
class Comparison:
    """All that came of it; ``time`` is None where it was not taken, with the reason if any."""

    wanted: Wanted
    version: str
    facts: dict[str, Any]
    found: Findings
    verdict: Verdict
    both: Programs
    printed: str = ""
    time: list[Timed] | None = None
    no_time: str = ""
