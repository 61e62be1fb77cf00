"""Keeping: a loop as arrays and notes, and back, so that not a bit of what follows changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.module import Module
from tinytorch.core.storage import set_data
from tinytorch.core.tensor import Tensor
from tinytorch.rng import generator
from tinytorch.training.history import Epoch

if TYPE_CHECKING:
    from tinytorch._typing import Array
    from tinytorch.training.loop import Loop


class Whole(Module):
    """All that a training changes, as one layer: the model, and what else the optimizer has."""

    def __init__(self, model: Any, parameters: list[Tensor]) -> None:
        """Hold the model, and the parameters that are not found in it."""
        self.model = model
        found = {id(tensor) for tensor in self.parameters()}
        self.others = [tensor for tensor in parameters if id(tensor) not in found]


def collected(loop: Loop, whole: Whole) -> tuple[dict[str, Array], dict[str, str]]:
    """All that the loop depends on, at the end of a step or of an epoch."""
    task, place, history = loop.task, loop.place, loop.run.history
    arrays = dict(whole.state_dict())
    arrays |= {f"optimizer.{name}": a for name, a in task.optimizer.state_dict().items()}
    arrays["losses"] = np.array(history.losses, np.float64)
    if place.order is not None:
        arrays["order"] = place.order
    if place.outputs:
        arrays["outputs"] = np.concatenate(place.outputs)
    if place.best is not None:
        arrays |= {f"best.{number}": array for number, array in enumerate(place.best)}
    state = {
        "done": place.done,
        "seconds": place.seconds,
        "epochs": [asdict(record) for record in history.epochs],
        "ended": history.ended,
        "reason": history.reason,
        "pace": task.pace.state() if task.pace else {},
        "watch": task.watch.state() if task.watch else {},
        "random": {
            "tinytorch": generator().bit_generator.state,
            "numpy": np.random.get_state(legacy=False),
        },
    }
    return arrays, {"state": json.dumps(state, default=as_plain)}


def restored(
    loop: Loop, whole: Whole, arrays: Mapping[str, Array], state: Mapping[str, Any]
) -> None:
    """Put the loop where another was; ValueError, and nothing changes, where that does not fit."""
    task, run, place = loop.task, loop.run, loop.place
    epochs = [Epoch(**record) for record in state["epochs"]]
    losses: list[float] = arrays["losses"].tolist()
    of_optimizer = under("optimizer.", arrays)
    weights = {n: arrays[n] for n in arrays if n.startswith(("model.", "others."))}
    before = [(parameter, parameter.data) for parameter in whole.parameters()]
    whole.load_state_dict(weights)
    try:
        task.optimizer.load_state_dict(of_optimizer)
    except BaseException:
        for parameter, data in before:
            set_data(parameter, data)
        raise
    run.history.losses, run.history.epochs = losses, epochs
    run.history.ended, run.history.reason = state["ended"], state["reason"]
    run.epoch = len(epochs) + 1
    place.done, place.seconds, place.order = state["done"], state["seconds"], arrays.get("order")
    place.outputs = [arrays["outputs"]] if "outputs" in arrays else []
    best = under("best.", arrays)
    place.best = [best[str(number)] for number in range(len(best))] if best else None
    if task.pace:
        task.pace.restore(state["pace"])
    if task.watch:
        task.watch.restore(state["watch"])
    generator().bit_generator.state = state["random"]["tinytorch"]
    np.random.set_state(state["random"]["numpy"])


def under(prefix: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """The arrays whose names begin so, by the rest of their names."""
    return {name[len(prefix) :]: arrays[name] for name in arrays if name.startswith(prefix)}


def as_plain(value: Any) -> Any:
    """What JSON does not know, of the states of random generators: arrays and NumPy's numbers."""
    return value.tolist()
