"""What both sides do alike, each with its own library: training, and being timed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np

from tito.lab.compare.recipe import LEARNING_RATES, Array
from tito.lab.profile.machine import Others, Task

#: A piece of work is repeated for so long, or once where it is slower; then all of it in rounds.
BUDGET_S = 0.06
_MOST_RUNS, _WARM_UPS = 10_000, 3
_LONG_RUN_S = 0.3
_REST_STEP_S, _LONGEST_REST_S = 0.01, 1.0

#: Seconds for each kind of work, a number for each batch; under "others" other programs' share.
Taken = dict[str, list[float]]


@dataclass(frozen=True)
class Library:
    """Ours or PyTorch, by the same names: tensors from arrays, optimizers, losses."""

    tensor: Callable[[Array], Any]
    no_grad: Callable[[], AbstractContextManager[Any]]
    optimizers: Mapping[str, Any]
    losses: Mapping[str, Any]

    def optimizer(self, name: str, parameters: Sequence[Any]) -> Any:
        """What changes the parameters; None where there are none that it can change."""
        try:
            return self.optimizers[name](parameters, lr=LEARNING_RATES[name])
        except (TypeError, ValueError):
            return None


def train(
    forward: Callable[[Any, int], Any],
    loss_of: Callable[[Any, Any], Any],
    optimizer: Any,
    batches: Sequence[tuple[Any, Any]],
    steps: int,
    first: Callable[[Any], None],
) -> list[float]:
    """The losses of so many steps; ``first`` is given the first output, when gradients are there.

    ``forward`` is told the number of the step, too.
    """
    losses: list[float] = []
    for step in range(steps):
        x, y = batches[step % len(batches)]
        if optimizer is not None:
            optimizer.zero_grad()
        output = forward(x, step)
        value = loss_of(output, y)
        if value.requires_grad:
            value.backward()
        if step == 0:
            first(output)
        if optimizer is not None:
            optimizer.step()
        losses.append(value.item())
    return losses


def take_times(
    library: Library,
    model: Callable[[Any], Any],
    infer: Callable[[Any], Any],
    parameters: Sequence[Any],
    shape: Sequence[int],
    batches: Sequence[int],
    loss: str,
    optimizer: str,
    note: Callable[[int], object] = lambda batch: None,
) -> Taken:
    """Seconds that forward and a step of training take at each batch; then the process rests."""
    random, others = np.random.default_rng(0), Others()
    changes, loss_of = library.optimizer(optimizer, parameters), library.losses[loss]
    taken: Taken = {"forward": [], "step": []}
    for batch in batches:
        x = library.tensor(random.standard_normal((batch, *shape), dtype=np.float32))
        with library.no_grad():
            taken["forward"].append(_seconds_a_run(lambda x=x: infer(x)))
            output = tuple(infer(x).shape)
        note(batch)
        target = random.standard_normal(output, dtype=np.float32)
        if loss == "cross-entropy":
            target = random.integers(output[-1], size=batch)
        y = library.tensor(target)

        def step(x: Any = x, y: Any = y) -> None:
            changes.zero_grad()
            loss_of(model(x), y).backward()
            changes.step()

        taken["step"].append(_seconds_a_run(step))
        note(batch)
    taken["others"] = [others.share() or 0.0]
    _rest()
    return taken


def _seconds_a_run(run: Callable[[], object]) -> float:
    """The median of many runs, after a few that do not count."""
    task = Task("", run)
    first = task.times(1)[0]
    if first > _LONG_RUN_S:
        return first
    task.times(_WARM_UPS, _LONG_RUN_S)
    return statistics.median(task.times(_MOST_RUNS, BUDGET_S))


def _rest() -> None:
    """Wait until this process's threads sleep: those of BLAS spin for a while after their work."""
    end = time.monotonic() + _LONGEST_REST_S
    while time.monotonic() < end:
        before = time.process_time()
        time.sleep(_REST_STEP_S)
        if time.process_time() - before < _REST_STEP_S / 10:
            return
