"""The peak memory of training steps, in a fresh process: what they need beyond network and batch.

    python -m benchmarks.memory SIDE WORK

One step is done first: the library's threads and buffers, made once, belong to no step. Then the
gradients are forgotten and free memory is given back to the system, the kernel's peak is reset
(/proc/self/clear_refs, Linux), and after three steps the peak is read, less the level before.
So gradients, activations and everything temporary count; weights, batch and libraries do not.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import re
import sys
from pathlib import Path

from benchmarks.sides import SIDES
from benchmarks.workloads import Work

STEPS = 3


def growth(side: str, work: Work) -> int:
    """By how many bytes the resident memory grows at most."""
    job = importlib.import_module(SIDES[side]).KINDS["step"](work)
    job.run()
    job.clear()
    gc.collect()
    give_back()
    Path("/proc/self/clear_refs").write_text("5")
    before = resident("VmRSS")
    for _ in range(STEPS):
        job.run()
    return resident("VmHWM") - before


def give_back() -> None:
    """Hand free memory back to the system, where the C library can (glibc)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def resident(name: str) -> int:
    """VmRSS, the resident memory now, or VmHWM, its peak since it was reset; in bytes."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) * 1024


if __name__ == "__main__":
    print(growth(sys.argv[1], Work.from_asked(json.loads(sys.argv[2]))))
