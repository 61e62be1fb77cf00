"""Measuring a training step beside what the machine can do, and batches of all sizes."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from tinytorch.core.graph import no_grad
from tito.profiling.batching import Batch
from tito.profiling.bounds import Phase
from tito.profiling.figures import Sweep, Times, rates
from tito.profiling.limits import (
    SQUARES,
    Product,
    moving_scale,
    moving_tasks,
    product_task,
    product_tasks,
)
from tito.profiling.others import Others
from tito.profiling.readings import Reading, Task, take_turns
from tito.profiling.step import CannotTrain, Step, empty_update, filling

Tick = Callable[[float], object]

#: A batch that takes more than this share of the time for all is the last one measured.
SLOW_BATCH = 0.1
#: A product may take this share of the time for a step's figures.
SLOW_PRODUCT = 0.04


def measure_step(
    step: Step,
    empty: Callable[[], Step],
    own: Sequence[Product],
    forward_flops: int,
    forward_bytes: int,
    seconds: float,
    tick: Tick,
) -> Times:
    """Forward, backward and update in turn with what bounds them, for about so many seconds.

    ``empty`` makes the same step for an empty batch: its calls have nothing to calculate.
    """
    untrained = None
    try:
        step.prepare_training()
    except CannotTrain as reason:
        untrained = str(reason)
        step.optimizer = None
    products = product_tasks(own, _affordable_flops(seconds))
    updated = step.updated()
    written = sum(each.data.nbytes for each in updated)
    moved = {"forward": forward_bytes}
    tasks = [*step.tasks(), *products.values(), *_empty_tasks(empty, step.optimizer is not None)]
    if step.optimizer is not None:
        moved |= {"backward": step.walk.moved_bytes, "update": 3 * written}
        tasks.append(Task("update", step.update))
        tasks += [empty_update(len(updated)), filling([each.data.shape for each in updated])]
    for name, count in moved.items():
        tasks += moving_tasks(count, name)
    others = Others()
    readings = take_turns(tasks, seconds, tick)
    found = {product: readings[task.name] for product, task in products.items()}
    flops = {"forward": forward_flops, "backward": 2 * step.walk.multiply_adds, "update": 0}
    phases = [
        Phase(name, readings[name], flops[name], count, _alone(name, count, readings))
        for name, count in moved.items()
    ]
    params = len(step.optimizer.params) if step.optimizer else 0
    left = params - len(updated)
    return _with_arithmetic(Times(phases, rates(found), untrained, left, others.share()))


def _affordable_flops(seconds: float) -> float:
    """How large a product may be, from the rate of a small one."""
    side = SQUARES[0]
    small = product_task((side, side, side))
    return 2 * side**3 / min(small.times()) * SLOW_PRODUCT * seconds


def _empty_tasks(empty: Callable[[], Step], trains: bool) -> list[Task]:
    """The same calls with nothing to calculate; none where the network refuses an empty batch."""
    try:
        step = empty()
        if trains:
            step.prepare_training()
        return step.tasks("empty ")
    except Exception:
        return []


def _alone(name: str, count: int, readings: dict[str, Reading]) -> dict[str, float]:
    """How long memory and the calls take by themselves in one part of a step."""
    ways = (readings[key].median_s for key in readings if key.startswith(f"{name} "))
    alone = {"memory": min(ways) * moving_scale(count)}
    if f"empty {name}" in readings:
        calls = readings[f"empty {name}"].median_s
        if name == "backward":  # of an empty batch, it still fills the gradients with zeros
            calls = max(calls - readings["filling"].median_s, 0.0)
        alone["calls"] = calls
    return alone


def _with_arithmetic(times: Times) -> Times:
    """The same, with how long the FLOPs take at the peak, which is known only at the end."""
    for phase in times.phases:
        if phase.flops:
            phase.alone["arithmetic"] = phase.flops / times.peak
    return times


def measure_batches(
    run: Callable[[int], Callable[[], object]], sizes: Sequence[int], seconds: float, tick: Tick
) -> Sweep:
    """Forward passes without a graph; ``run`` makes one for a batch of that size.

    Stops before batches that would take too long, or for which memory does not suffice.
    """
    tasks: dict[int, Task] = {}
    left_out = None
    with no_grad():
        for size in sizes:
            try:
                task = Task(f"batch {size}", run(size))
                task.run()
                once = min(task.times(2, SLOW_BATCH * seconds))
            except MemoryError:
                left_out = "memory"
                break
            tasks[size] = task
            tick(0.0)
            if once > SLOW_BATCH * seconds and size != sizes[-1]:
                left_out = "time"
                break
        others = Others()
        readings = take_turns(list(tasks.values()), seconds, tick)
    found = [Batch(size, readings[task.name]) for size, task in tasks.items()]
    return Sweep(found, left_out, others=others.share())


def quietly(work: Callable[[], Any]) -> Any:
    """Do it without warnings: an empty batch's mean is none of the person's business."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return work()
