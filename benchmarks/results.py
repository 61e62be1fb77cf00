"""What a run found, as JSON: every reading, so that others can reckon for themselves."""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.conductor import LIMIT, TORCH, Result
from benchmarks.processes import THREADS
from benchmarks.scaling import Curve
from benchmarks.targets import all_checks, check


@dataclass
class Run:
    """One run of the benchmarks."""

    versions: Mapping[str, str]
    missing: Mapping[str, str]
    rounds: int
    results: list[Result] = field(default_factory=list[Result])
    curves: list[Curve] = field(default_factory=list[Curve])
    began: float = field(default_factory=time.time)

    @property
    def every_result(self) -> list[Result]:
        """The rows' and the sweeps'."""
        return [*self.results, *(result for curve in self.curves for result in curve.results)]

    @property
    def machine(self) -> str:
        """Where this was measured."""
        return f"{processor()}, {os.cpu_count()} processors, {platform.system()}"

    def to_dict(self) -> dict[str, Any]:
        """Everything, in seconds and bytes."""
        return {
            "began": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.began)),
            "machine": self.machine,
            "python": platform.python_version(),
            "versions": dict(self.versions),
            "missing": dict(self.missing),
            "threads": THREADS,
            "rounds": self.rounds,
            "rows": [_row(result) for result in self.results],
            "targets": [
                {"name": c.name, "against": c.side, "ratio": c.ratio, "target": c.target,
                 "holds": c.holds}
                for c in all_checks(self.results)
            ],
            "scaling": [_curve(curve) for curve in self.curves],
            "repeated": sum(result.repeated for result in self.every_result),
            "disturbed": sum(result.disturbed for result in self.every_result),
        }  # fmt: skip

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        path.write_text(json.dumps(self.to_dict(), indent=1) + "\n", encoding="utf-8")


def _row(result: Result) -> dict[str, Any]:
    targets = {side: check(result, side) for side in (LIMIT, TORCH)}
    return {
        "group": result.row.group,
        "name": result.row.name,
        "unit": "bytes" if result.row.in_bytes else "seconds",
        "work": result.row.work.asked(),
        "sides": {
            side: {
                "median": result.value(side),
                "rounds": [reading.value for reading in readings],
                "others": [reading.others for reading in readings],
                "unevenness": [reading.unevenness for reading in readings],
            }
            for side, readings in result.readings.items()
        },
        "ratios": {
            side: {
                "median": result.ratio(side),
                "rounds": result.ratios(side),
                "target": target.target if target else None,
                "holds": target.holds if target else None,
            }
            for side, target in targets.items()
            if side in result.readings
        },
        "repeated": result.repeated,
        "disturbed": result.disturbed,
        "doubtful": result.doubtful,
    }


def _curve(curve: Curve) -> dict[str, Any]:
    growths = {side: curve.growth(side) for side in curve.seconds}
    return {
        "name": curve.sweep.name,
        "sizes": list(curve.sweep.sizes),
        "sides": {
            side: {
                "seconds": times,
                "exponent": growths[side].exponent,
                "fixed": growths[side].fixed,
                "each": growths[side].each,
            }
            for side, times in curve.seconds.items()
        },
    }


def processor() -> str:
    """The processor's name, as well as the system tells it."""
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
