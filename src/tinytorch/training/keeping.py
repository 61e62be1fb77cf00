"""Keeping: a loop as arrays and notes, and back, so that not a bit of what follows changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.module import Module
from tinytorch.core.storage import set_data
from tinytorch.core.tensor import Tensor
from tinytorch.rng import generator
from tinytorch.training.history import Epoch
from tinytorch.training.reaching import reached

if TYPE_CHECKING:
    from tinytorch._typing import Array
    from tinytorch.training.loop import Loop, Task


class Whole(Module):
    """All that a training changes, as one layer: the model, and what else the optimizer has."""

    def __init__(self, model: Any, parameters: list[Tensor]) -> None:
        """Hold the model, and the parameters that are not found in it."""
        roots = reached(model)
        self.model = model if len(roots) == 1 and roots[0] is model else roots
        found = {id(tensor) for tensor in self.parameters()}
        self.others = [tensor for tensor in parameters if id(tensor) not in found]


def changing(task: Task) -> list[Tensor]:
    """What `restore_best` puts back: the parameters, and what the model keeps besides them."""
    return [*task.parameters, *Whole(task.model, task.parameters).buffers()]


def collected(loop: Loop, whole: Whole) -> tuple[dict[str, Array], dict[str, Any]]:
    """All that the loop depends on, at the end of a step or of an epoch: arrays, and the rest."""
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
    return arrays, state


def restored(loop: Loop, whole: Whole, arrays: Mapping[str, Array], state: Any) -> None:
    """Put the loop where another was; ValueError, and nothing changes, where that does not fit."""
    try:
        generators = put_back(loop, arrays, state)
    except Exception as error:  # whatever may stand in a file
        raise ValueError(
            "fit expects a whole checkpoint, got one in which something is missing or wrong "
            f"({type(error).__name__}: {error}). Delete it to begin anew, or take another copy."
        ) from None
    before = [(tensor, tensor.data) for tensor in (*whole.parameters(), *whole.buffers())]
    names = [name for name in arrays if name.startswith(("model.", "others."))]
    whole.load_state_dict({name: arrays[name] for name in names})
    try:
        loop.task.optimizer.load_state_dict(under("optimizer.", arrays))
    except BaseException:
        for tensor, data in before:
            set_data(tensor, data)
        raise
    generator().bit_generator.state, legacy = generators
    np.random.set_state(legacy)


def put_back(loop: Loop, arrays: Mapping[str, Array], state: Any) -> tuple[Any, Any]:
    """Put back what is the loop's alone, and check it; the states of both random generators."""
    task, run, place = loop.task, loop.run, loop.place
    run.history.losses = arrays["losses"].astype(np.float64, casting="same_kind").tolist()
    run.history.epochs = [record_from(number, each) for number, each in enumerate(state["epochs"])]
    run.history.ended, run.history.reason = str(state["ended"]), str(state["reason"])
    run.epoch = len(run.history.epochs) + 1
    place.done, place.seconds = int(state["done"]), float(state["seconds"])
    place.order = arrays.get("order")
    if (
        not 0 <= place.done <= run.steps_per_epoch
        or len(run.history.losses) != len(run.history.epochs) * run.steps_per_epoch + place.done
    ):
        raise ValueError("other losses than steps")
    if place.done and not np.array_equal(np.sort(arrays["order"]), np.arange(len(task.x))):
        raise ValueError("an order that leaves examples out")
    if task.metrics and place.done:
        place.outputs = [arrays["outputs"]]
    best = under("best.", arrays)
    if best:
        tensors = changing(task)
        place.best = [best[str(number)] for number in range(len(tensors))]
        if any(a.shape != b.shape for a, b in zip(place.best, tensors, strict=True)):
            raise ValueError("other shapes")
    if task.pace:
        task.pace.restore(state["pace"])
    if task.watch:
        task.watch.restore(state["watch"])
    generators = state["random"]["tinytorch"], state["random"]["numpy"]
    np.random.SFC64().state = generators[0]  # one that is wrong is refused here
    np.random.RandomState().set_state(generators[1])
    return generators


def record_from(place: int, kept: Mapping[str, Any]) -> Epoch:
    """An epoch's record as it was: numbers, and numbers by name."""
    lost, rate = kept["validation_loss"], kept["learning_rate"]
    return Epoch(
        place + 1,
        float(kept["loss"]),
        {str(name): float(value) for name, value in kept["metrics"].items()},
        None if lost is None else float(lost),
        {str(name): float(value) for name, value in kept["validation_metrics"].items()},
        None if rate is None else float(rate),
        float(kept["seconds"]),
    )


def under(prefix: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """The arrays whose names begin so, by the rest of their names."""
    return {name[len(prefix) :]: arrays[name] for name in arrays if name.startswith(prefix)}
