"""Measuring a training step beside what the machine can do, and batches of all sizes."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from tinytorch.core.given.graph import no_grad
from tito.lab.profile.batching import Batch
from tito.lab.profile.bounds import Phase
from tito.lab.profile.figures import Sweep, Times, rates
from tito.lab.profile.limits import (
    SQUARES,
    Product,
    moving_scale,
    moving_tasks,
    product_task,
    product_tasks,
    products_of_step,
)
from tito.lab.profile.others import Others
from tito.lab.profile.readings import Reading, Task, take_turns
from tito.lab.profile.step import CannotTrain, Step, empty_update, filling

Tick = Callable[[float], object]

#: A batch that takes more than this share of the time for all is the last one measured.
SLOW_BATCH = 0.1
#: A part cannot take longer than the whole; noise makes it a little more.
DISTURBED_FROM = 1.25
#: What is left of a time once something is taken off must be more than noise.
TELLS_APART = 0.8
#: A product may take this share of the time for a step's figures.
SLOW_PRODUCT = 0.04


def measure_step(
    step: Step,
    empty: Callable[[], Step],
    sizes: Sequence[Product],
    multiply_adds: int,
    forward_bytes: int,
    seconds: float,
    tick: Tick,
) -> Times:
    """Forward, backward and update in turn with what bounds them, for about so many seconds.

    ``sizes`` are the layers' products, ``multiply_adds`` what was counted for all of forward.
    ``empty`` makes the same step for an empty batch: its calls have nothing to calculate.
    """
    untrained = None
    try:
        step.prepare_training()
    except CannotTrain as reason:
        untrained = str(reason)
        step.optimizer = None
    own = products_of_step(sizes, multiply_adds, step.walk.multiply_adds)
    most = _affordable_flops(seconds)
    products = product_tasks([*own["forward"], *own["backward"]], most)
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
    flops = {"forward": 2 * multiply_adds, "backward": 2 * step.walk.multiply_adds, "update": 0}
    phases: list[Phase] = []
    for name, count in moved.items():
        alone = _alone(name, count, readings)
        if (each := own.get(name)) and all(product in found for product in each):
            alone["products"] = sum(found[product].best_s for product in each)
        phases.append(Phase(name, readings[name], flops[name], count, alone))
        drop_disturbed(phases[-1])
    params = len(step.optimizer.params) if step.optimizer else 0
    left = params - len(updated)
    return _with_arithmetic(Times(phases, rates(found), untrained, left, others.share()))


def _affordable_flops(seconds: float) -> float:
    """How large a product may be, from the rate of a small one."""
    side = SQUARES[0]
    small = product_task((side, side, side))
    return 2 * side**3 / min(small.times(slice_s=0.05)) * SLOW_PRODUCT * seconds


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
    """How long memory and the calls take by themselves in one part of a step, at their fastest."""
    ways = (readings[key].best_s for key in readings if key.startswith(f"{name} "))
    alone = {"memory": min(ways) * moving_scale(count)}
    if f"empty {name}" in readings:
        calls = readings[f"empty {name}"].best_s
        # Backward of an empty batch still fills the gradients with zeros.
        filling = readings["filling"].best_s if name == "backward" else 0.0
        if filling < TELLS_APART * calls:
            alone["calls"] = calls - filling
    return alone


def drop_disturbed(phase: Phase) -> None:
    """Take out parts that took clearly longer than the whole: other programs were in the way."""
    for cause, seconds in list(phase.alone.items()):
        if seconds > DISTURBED_FROM * phase.reading.median_s:
            del phase.alone[cause]


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
            if len(tasks) > 1 and once > SLOW_BATCH * seconds and size != sizes[-1]:
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
