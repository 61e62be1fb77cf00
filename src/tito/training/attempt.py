"""One training in a process of its own: its losses, and what it reached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tito.apart import run_apart
from tito.engine.source import Source
from tito.training import recipe


@dataclass(frozen=True)
class Attempt:
    """A training that came to its end: each step's loss, what it reached, what was printed."""

    losses: list[float]
    result: dict[str, Any]
    printed: str

    @property
    def accuracy(self) -> float:
        """The share of the held-out digits that were right after the last epoch."""
        return self.result["held_out"][-1]


def attempt(
    source: Source | None,
    seed: int,
    advance: Callable[[list[float]], None],
    replaced: Sequence[str] = (),
    step_limit_s: float | None = None,
) -> Attempt:
    """Train in a process of its own, which is gone when this returns or raises Stopped.

    ``source`` is the learner's file, None for the reference's layers; ``replaced`` are classes of
    it for which the reference's are put in. ``advance`` is told the losses as they come. A step
    may take ``step_limit_s``, by default what `run_apart` allows.
    """
    done = run_apart(
        "tito.training.digits:work",
        source,
        {"seed": seed, "epochs": recipe.EPOCHS},
        advance,
        replaced=replaced,
        limit_s=step_limit_s,
        opening=_opening,
    )
    return Attempt(done.items, done.result, done.printed)


def _opening(done: int) -> str:
    if done == 0:
        return "Training stopped before its first step was done."
    return f"Training stopped at step {done + 1:,}."
