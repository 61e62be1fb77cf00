"""One training in a process of its own: started, followed, and ended with all that it started."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tito.engine.aftermath import Death, autopsy
from tito.engine.process import Worker
from tito.engine.source import Source
from tito.training import recipe
from tito.training.ending import broke, cut_short

TARGET = "tinytorch.core.layers"
#: A training step that takes longer than this is taken for one that never ends.
STEP_LIMIT_S = 20.0


class Stopped(Exception):
    """The training came to an end before its time; the message is for the learner.

    ``clear`` says that the message names the cause, so that it need not be looked for.
    """

    def __init__(self, message: str, step: int, *, clear: bool = False) -> None:
        super().__init__(message)
        self.step, self.clear = step, clear


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
    may take ``step_limit_s``, by default STEP_LIMIT_S.
    """
    limit = step_limit_s or STEP_LIMIT_S
    try:
        worker = Worker(os.urandom(16).hex(), module="tito.training.process")
    except OSError as error:
        raise Stopped(
            "Training runs in a process of its own, and the system refuses to start one. "
            "Close other programs and try again.",
            step=1,
            clear=True,
        ) from error
    try:
        worker.send(_job(source, seed, replaced, limit))
        losses, last = _follow(worker, advance, 2 * limit)
    finally:
        printed = worker.end()
    if last is not None and last["is"] == "done":
        return Attempt(losses, last, printed)
    step = len(losses) + 1
    if last is None:
        path = os.fspath(source.path.resolve()) if source else ""
        death = autopsy(printed, path, worker.process.returncode)
        flooded = Death("flood") if worker.flooded else death
        raise Stopped(cut_short(flooded, step, source, limit), step, clear=worker.flooded)
    raise Stopped(broke(last, step, source), step)


def _job(source: Source | None, seed: int, replaced: Sequence[str], limit: float) -> dict[str, Any]:
    return {
        "do": "train",
        "target": TARGET,
        "aliases": ["layers_dev"],
        "source": base64.b64encode(source.content).decode() if source else None,
        "path": os.fspath(source.path.resolve()) if source else "",
        "replaced": list(replaced),
        "seed": seed,
        "epochs": recipe.EPOCHS,
        "step_limit_s": limit,
    }


def _follow(
    worker: Worker, advance: Callable[[list[float]], None], patience_s: float
) -> tuple[list[float], dict[str, Any] | None]:
    """All losses, and the last message; None where the process ended without one."""
    losses: list[float] = []
    while True:
        try:
            message = worker.receive(time.monotonic() + patience_s)
        except TimeoutError:
            return losses, None
        if message is None or message["is"] != "steps":
            return losses, message if message and message["is"] != "corrupt" else None
        losses += message["losses"]
        advance(message["losses"])
