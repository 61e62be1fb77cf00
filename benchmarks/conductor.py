"""The conductor: one child process a side, strictly in turn, and disturbed readings once more.

The libraries' threads disturb each other within one process, hence the processes. Ratios are
taken within a round, so that a machine that slows down slows all sides of it alike.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from benchmarks.reading import Reading
from benchmarks.workloads import Row, Work

ROOT = Path(__file__).parent.parent
OURS = "tinytorch"
THREADS = "2"
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
#: A reading is disturbed when other processes took more than this share of the processors.
DISTURBED = 0.1
#: After a disturbed reading the conductor waits, then reads again; so often at most.
PAUSE_S, REPEATS = 0.2, 4


class Side(Protocol):
    """One side, as the conductor sees it."""

    def measure(self, work: Work, seconds: float) -> Reading:
        """Take one reading."""
        ...

    def knows(self, work: Work) -> bool:
        """Whether the side has this work to do."""
        ...


@dataclass(frozen=True)
class Measured:
    """A row's readings: for each side one a round."""

    row: Row
    readings: dict[str, list[Reading]]
    repeated: int
    #: Readings that were still disturbed after the last repeat.
    disturbed: int

    def seconds(self, side: str) -> float:
        """The median time of a side."""
        return statistics.median(reading.seconds for reading in self.readings[side])

    def ratios(self, side: str) -> list[float]:
        """The side's time over ours, in each round."""
        pairs = zip(self.readings[side], self.readings[OURS], strict=True)
        return [theirs.seconds / ours.seconds for theirs, ours in pairs]


def is_disturbed(reading: Reading) -> bool:
    """Whether too much else was running; a system that cannot tell says no."""
    return reading.others is not None and reading.others > DISTURBED


def measure_row(
    row: Row,
    sides: Mapping[str, Side],
    rounds: int,
    seconds: float,
    pause: Callable[[float], object] = time.sleep,
) -> Measured:
    """All rounds of a row; every second round goes through the sides backwards."""
    knowing = [name for name, side in sides.items() if side.knows(row.work)]
    readings: dict[str, list[Reading]] = {name: [] for name in knowing}
    repeated = disturbed = 0
    for number in range(rounds):
        for name in knowing[:: -1 if number % 2 else 1]:
            best, again = _undisturbed(sides[name], row.work, seconds, pause)
            readings[name].append(best)
            repeated += again
            disturbed += is_disturbed(best)
    return Measured(row, readings, repeated, disturbed)


def _undisturbed(
    side: Side, work: Work, seconds: float, pause: Callable[[float], object]
) -> tuple[Reading, int]:
    """The first undisturbed reading, or the least disturbed; and how often it was repeated."""
    tried = [side.measure(work, seconds)]
    while is_disturbed(tried[-1]) and len(tried) <= REPEATS:
        pause(PAUSE_S)
        tried.append(side.measure(work, seconds))
    return min(tried, key=lambda reading: (is_disturbed(reading), reading.others or 0)), len(
        tried
    ) - 1


def measure_rows(
    rows: Iterable[Row],
    sides: Mapping[str, Side],
    rounds: int,
    seconds: float,
    tell: Callable[[str], object],
) -> list[Measured]:
    """All rows, one after the other."""
    measured: list[Measured] = []
    for row in rows:
        tell(row.name)
        measured.append(measure_row(row, sides, rounds, seconds))
    return measured


class Child:
    """A side in a process of its own."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.child", name],
            cwd=ROOT,
            env={**os.environ, **dict.fromkeys(THREAD_VARIABLES, THREADS)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.about = self._answer()

    @property
    def missing(self) -> str | None:
        """Why this side cannot be had here; None where it can."""
        return self.about.get("missing")

    def knows(self, work: Work) -> bool:
        """Whether the side has this work to do."""
        return work.kind in self.about["kinds"]

    def measure(self, work: Work, seconds: float) -> Reading:
        """Ask for one reading."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"work": work.asked(), "seconds": seconds}) + "\n")
        self.process.stdin.flush()
        return Reading(**self._answer())

    def end(self) -> None:
        """No more questions: the process ends by itself."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"The side {self.name} ended with code {self.process.wait()}.")
        return json.loads(line)
