"""The sides as processes: the libraries' threads would disturb each other within one.

Most work is asked of a child that stays; imports and memory need a fresh process each time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.conductor import LIMIT, OURS
from benchmarks.reading import Reading, Watch
from benchmarks.workloads import Work

ROOT = Path(__file__).parent.parent
THREADS = 2
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
#: Times an import from within, so that Python's own start does not count.
IMPORT = "import time; t = time.perf_counter(); {}; print(time.perf_counter() - t)"


class SideFailed(Exception):
    """A side's process ended where it should have answered."""


class Child:
    """A side in a process of its own, which also starts the fresh ones it needs."""

    def __init__(self, name: str) -> None:
        """Start it, and hear what it knows."""
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.child", name],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        about = self._answer("its first words")
        #: Why this side cannot be had here; None where it can.
        self.missing: str | None = about.get("missing")
        self.kinds: list[str] = about.get("kinds", [])
        self.version: str = about.get("version", "")

    def knows(self, work: Work) -> bool:
        """Whether the side has this work to do."""
        if work.kind == "import":
            return self.name in (OURS, LIMIT)
        if work.kind == "memory":
            return self.name != LIMIT and Path("/proc/self/clear_refs").exists()
        return work.kind in self.kinds

    def measure(self, work: Work, seconds: float) -> Reading:
        """Take one reading."""
        if work.kind == "import":
            return self._import(work.name if self.name == OURS else "import numpy")
        if work.kind == "memory":
            module = [sys.executable, "-m", "benchmarks.memory", self.name]
            return Reading(float(self._fresh([*module, json.dumps(work.asked())])))
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"work": work.asked(), "seconds": seconds}) + "\n")
        self.process.stdin.flush()
        return Reading(**self._answer(f"a reading of {work}"))

    def end(self) -> None:
        """No more questions: the process finishes what it does, and ends by itself."""
        self.process.communicate()

    def _answer(self, what: str) -> dict[str, Any]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise SideFailed(
                f"Expected {what} from the side {self.name}, and its process ended with code "
                f"{self.process.wait()}. Its own words are above."
            )
        return json.loads(line)

    def _import(self, statement: str) -> Reading:
        watch = Watch(_children_seconds)
        seconds = self._fresh([sys.executable, "-c", IMPORT.format(statement)])
        return Reading(float(seconds), watch.others())

    def _fresh(self, command: list[str]) -> str:
        """What a process of its own prints."""
        done = subprocess.run(
            command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True
        )
        if done.returncode:
            raise SideFailed(
                f"Expected a figure from {command[1:4]}, and it ended with code "
                f"{done.returncode}. Its own words are above."
            )
        return done.stdout


def environment() -> dict[str, str]:
    """Ours, with the number of threads that every side gets."""
    return {**os.environ, **dict.fromkeys(THREAD_VARIABLES, str(THREADS))}


def _children_seconds() -> float:
    used = os.times()
    return used.children_user + used.children_system
