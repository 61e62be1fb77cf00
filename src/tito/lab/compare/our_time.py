"""How long our side takes, in the process of the learner's code: forward, and a training step."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from tinytorch.core.given.graph import no_grad
from tinytorch.core.losses import CrossEntropyLoss, MSELoss
from tinytorch.core.tensor import Tensor
from tito.lab.compare.calling import call, inference
from tito.lab.compare.ours import OPTIMIZERS, built, parameters_of
from tito.lab.compare.parts import input_shape
from tito.lab.compare.recipe import LEARNING_RATES
from tito.lab.compare.stopwatch import seconds_a_run
from tito.lab.profile.others import Others


def measure(
    layers: ModuleType,
    reporter: Any,
    *,
    network: dict[str, Any],
    batches: list[int],
    loss: str,
    optimizer: str,
    budget_s: float,
) -> dict[str, list[float]]:
    """Seconds a run, a number for each batch; under "others" the share of other programs."""
    model, parts = built(layers, network, seed=0)
    random = np.random.default_rng(0)
    changes = OPTIMIZERS[optimizer](parameters_of(model), lr=LEARNING_RATES[optimizer])
    classes = loss == "cross-entropy"
    loss_of: Any = CrossEntropyLoss() if classes else MSELoss()
    plain = all(part.kind != "Dropout" for part in parts)
    infer: Callable[[Tensor], Any] = model if plain and callable(model) else inference(model)
    taken: dict[str, list[float]] = {"forward": [], "step": []}
    others = Others()
    for batch in batches:
        x = Tensor(random.standard_normal((batch, *input_shape(parts)), dtype=np.float32))
        with no_grad():
            taken["forward"].append(seconds_a_run(lambda x=x: infer(x), budget_s))
            output = infer(x)
        reporter.note(batch)
        target = _target(random, output.shape, classes)
        taken["step"].append(seconds_a_run(_step(model, changes, loss_of, x, target), budget_s))
        reporter.note(batch)
    taken["others"] = [others.share() or 0.0]
    return taken


def _target(random: np.random.Generator, shape: tuple[int, ...], classes: bool) -> Any:
    if classes:
        return random.integers(shape[-1], size=shape[0])
    return random.standard_normal(shape, dtype=np.float32)


def _step(model: Any, changes: Any, loss_of: Any, x: Tensor, target: Any) -> Callable[[], None]:
    def step() -> None:
        changes.zero_grad()
        loss_of(call(model, x), target).backward()
        changes.step()

    return step
