"""The sides that are compared: each does the same work from the same numbers, in its own way.

A side is a module with `KINDS`, a function for each kind of work it can do, and `VERSION`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

#: The modules, by the names that the results use.
SIDES = {
    "tinytorch": "benchmarks.sides.tinytorch_side",
    "limit": "benchmarks.sides.limit_side",
    "torch": "benchmarks.sides.torch_side",
}


def _nothing() -> None:
    """Nothing is left behind."""


@dataclass(frozen=True)
class Job:
    """A piece of work that is ready to be repeated."""

    #: Does the work once; this is what is timed.
    run: Callable[[], object]
    #: The numbers that came of it, in TinyTorch's layout, so that the sides can be compared.
    outcome: Callable[[], list[Any]]
    #: Forgets what a run leaves behind for the next one to replace: gradients.
    clear: Callable[[], object] = _nothing
    #: What the whole series of runs happens in, such as PyTorch's inference mode.
    mode: Callable[[], AbstractContextManager[object]] = nullcontext
