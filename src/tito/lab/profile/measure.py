"""What is done in the process with the learner's layers: count, time a step, time batches."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from tinytorch.core.given.checks import with_article
from tinytorch.core.given.graph import Node, no_grad
from tinytorch.core.optimizers import SGD
from tinytorch.core.tensor import Tensor
from tinytorch.profiling.watching import multiply_adds
from tinytorch.rng import manual_seed
from tito.lab.apart import Refusal
from tito.lab.networks import example_shapes, from_plain
from tito.lab.profile.machine import (
    MOST_MOVED,
    Others,
    Reading,
    Task,
    moving_tasks,
    square_tasks,
    take_turns,
)
from tito.lab.profile.page import PHASES, batch_of, bound_words, byte_words, gains, phase_of


def count_backward(output: Any) -> tuple[int, int]:
    """The multiply-adds of a backward, and the bytes it must read or write at least once.

    A product a @ b has two derivatives, each again a product of the same three sizes: the one for
    a reads b and writes as much as a, the one for b the other way round. One whose gradient
    nobody waits for (the first layer's input) is not carried out. Other operations read what they
    saved.
    """
    counted = moved = 0
    waiting = [output.node] if isinstance(output.node, Node) else []
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        behind = {each for each in node.sources or [] if isinstance(each, Node)} - seen
        seen |= behind
        waiting += behind
        arrays: list[Any] = [each for each in node.saved if isinstance(each, np.ndarray)]
        wanted = 1
        if node.operation in ("matmul", "einsum") and len(arrays) == 2:
            wanted = sum(source is not None for source in node.sources or [])
            counted += wanted * product_size(node)
        moved += wanted * sum(array.nbytes for array in arrays)
    return counted, moved


def product_size(node: Node) -> int:
    """The multiply-adds of a recorded matmul or einsum of two arrays."""
    left, right = node.saved[:2]
    result = ()
    if node.operation == "matmul":
        stacks = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
        result = (*stacks, *left.shape[-2:-1], *right.shape[-1:][: right.ndim - 1])
    return multiply_adds(node.operation, [left.shape, right.shape], result, node.saved)


class CannotTrain(Exception):
    """Only the forward can be timed; the message says why, as the end of a sentence."""


Run = Callable[..., Any]
Tick = Callable[[float], object]
Inputs = Callable[[int], list[Tensor]]


class Step:
    """A network, a batch for it, and what a training step does with them.

    The learning rate is 0: the arithmetic is that of any other, the weights stay, and so every
    repeat does the same work.
    """

    def __init__(self, model: Run, inputs: Sequence[Any]) -> None:
        """Run one forward; what the model raises is raised on."""
        self.model, self.inputs = model, inputs
        self.output: Any = None
        self.gradient: Any = None
        self.optimizer: SGD | None = None
        self.forward()

    def forward(self) -> None:
        """The network's output, with the graph that leads back to the weights."""
        self.output = self.model(*self.inputs)

    def forget(self) -> None:
        """Let go of the last output and of its graph."""
        self.output = None

    def prepare_training(self) -> tuple[int, int]:
        """Go once through backward and update; what `count_backward` counted.

        CannotTrain where that does not work.
        """
        output = self.output
        if not isinstance(output, Tensor):
            given = with_article(type(output).__name__)
            raise CannotTrain(f"the network gives {given}, not one Tensor")
        if not output.requires_grad:
            raise CannotTrain(
                "the output leads back to no parameter: they need requires_grad=True, and a layer "
                "that reads .data or makes a new Tensor cuts the way back"
            )
        self.gradient = np.full(output.shape, 1 / max(output.size, 1), output.dtype)
        counted = count_backward(output)
        model: Any = self.model
        try:
            optimizer = SGD(model.parameters(), lr=0.0)
            optimizer.zero_grad()
            self.backward()
            optimizer.step()
        except Exception as error:
            raise CannotTrain(f"{type(error).__name__}: {error}") from error
        self.optimizer = optimizer
        return counted

    def backward(self) -> None:
        """From a gradient of the output, as a loss would give it, to all parameters."""
        self.output.backward(self.gradient)

    def tasks(self, name: str = "") -> list[Task]:
        """Forward, and backward where it trains, which needs a fresh graph each time."""
        found = [Task(f"{name}forward", self.forward, self.forget)]
        if (optimizer := self.optimizer) is not None:

            def prepare() -> None:
                optimizer.zero_grad()
                self.forward()

            found.append(Task(f"{name}backward", self.backward, prepare))
        return found


def updates(optimizer: SGD, updated: Sequence[Tensor]) -> list[Task]:
    """The update, and beside it as many parameters of one number: what is left is the calls.

    "filling" is what a backward of an empty batch still does: gradients full of zeros.
    """
    tiny = [Tensor([1.0], requires_grad=True) for _ in updated]
    for each in tiny:
        each.grad = Tensor([1.0])
    shapes = [each.data.shape for each in updated]
    return [
        Task("update", optimizer.step),
        Task("empty update", SGD(tiny, lr=0.0).step),
        Task("filling", lambda: [np.full(shape, 0, np.float32) for shape in shapes]),
    ]


#: The batches that are measured.
SIZES = tuple(2**power for power in range(11))
#: A batch that takes more than this share of the time for all is the last one measured.
SLOW_BATCH = 0.1


def measure_step(
    model: Run, inputs: Inputs, batch: int, totals: Mapping[str, Any], seconds: float, tick: Tick
) -> dict[str, Any]:
    """Forward, backward and update in turn with what bounds them, for about so many seconds.

    ``inputs`` makes a batch of a size, ``totals`` are those of the summary.
    """
    step = Step(model, inputs(batch))
    # The FLOPs and the bytes of each part.
    moved = totals["parameter_bytes"] + totals["activation_bytes"]
    work = {"forward": (2 * totals["multiply_adds"], moved)}
    untrained, tasks = None, list[Task]()
    try:
        counted, moved = step.prepare_training()
        work["backward"] = 2 * counted, moved
    except CannotTrain as reason:
        untrained = str(reason)
    if step.optimizer is not None:
        updated = [each for each in step.optimizer.params if each.grad is not None]
        work["update"] = 0, 3 * sum(each.data.nbytes for each in updated)
        tasks = updates(step.optimizer, updated)
    # The update comes after a backward, whose gradients it needs.
    tasks = [*step.tasks(), *tasks, *_empty_tasks(model, inputs, untrained is None)]
    squares = square_tasks(seconds)
    tasks += squares.values()
    for name, (_, count) in work.items():
        tasks += moving_tasks(count, name)
    readings = take_turns(tasks, seconds, tick)
    rates = {side: 2 * side**3 / readings[task.name]["best_s"] for side, task in squares.items()}
    squared = max(rates.values())
    peak = max(squared, *(done / readings[name]["median_s"] for name, (done, _) in work.items()))
    phases = {
        name: phase_of(readings[name], *done, _alone(name, *done, readings, squared), peak)
        for name, done in work.items()
    }
    return {
        "peak_gflops": peak / 1e9,
        "products": [
            {"rows": side, "inner": side, "columns": side, "gflops": rate / 1e9}
            for side, rate in rates.items()
        ],
        **phases,
        "not_trained_because": untrained,
        "words": [bound_words(name, phases[name]) for name in PHASES if name in phases],
    }


def _empty_tasks(model: Run, inputs: Inputs, trains: bool) -> list[Task]:
    """The same calls with nothing to calculate; none where the network refuses an empty batch."""
    try:
        step = Step(model, inputs(0))
        if trains:
            step.prepare_training()
        return step.tasks("empty ")
    except Exception:
        return []


def _alone(
    name: str, flops: int, count: int, readings: Mapping[str, Reading], peak: float
) -> dict[str, float]:
    """How long each cause takes by itself in one part of a step, at its fastest."""
    best = {task: reading["best_s"] for task, reading in readings.items()}
    ways = (seconds for task, seconds in best.items() if task.startswith(f"{name} "))
    alone = {"memory": min(ways) * max(count / MOST_MOVED, 1.0)}
    if flops:
        alone["arithmetic"] = flops / peak
    if (calls := best.get(f"empty {name}")) is not None:
        alone["calls"] = max(calls - (best["filling"] if name == "backward" else 0.0), 0.0)
    return alone


def measure_batches(run: Run, inputs: Inputs, seconds: float, tick: Tick) -> dict[str, Any]:
    """Forward passes without a graph, of batches that ``inputs`` makes.

    Stops before batches that would take too long, or for which memory does not suffice.
    """
    tasks: dict[int, Task] = {}
    left_out = None
    with no_grad():
        for size in SIZES:
            try:
                task = Task(f"batch {size}", partial(run, *inputs(size)))
                task.run()
                once = min(task.times(2, SLOW_BATCH * seconds))
            except MemoryError:
                left_out = "memory"
                break
            tasks[size] = task
            tick(0.0)
            if len(tasks) > 1 and once > SLOW_BATCH * seconds and size != SIZES[-1]:
                left_out = "time"
                break
        readings = take_turns(list(tasks.values()), seconds, tick)
    rows = [batch_of(size, readings[task.name]) for size, task in tasks.items()]
    return {"rows": rows, "larger_left_out_because": left_out, "words": gains(rows)}


#: The share of the time that goes into a step's figures; the rest is for the batches.
FOR_STEP = 0.55


def measure(
    layers: Any,
    reporter: Any,
    *,
    network: dict[str, Any],
    batch: int,
    input_shapes: Sequence[Sequence[int]] | None,
    seconds: float,
    width: int,
) -> dict[str, Any]:
    """Count and time a network, noting each part when it is done; the result is empty.

    The notes are {"is": "summary" | "times" | "batches", ...}, and {"is": "share", "share": ...}
    for how far the measuring is. Where the network fails in its first run, the summary says so,
    and what was raised is raised on. Refusal where nothing can be run.
    """
    from tinytorch.profiling import summary

    def inputs(size: int) -> list[Tensor]:
        random = np.random.default_rng(0)
        return [Tensor(random.standard_normal((size, *shape), np.float32)) for shape in shapes]

    def tick(before: float, part: float) -> Tick:
        return lambda share: reporter.note({"is": "share", "share": before + part * share})

    manual_seed(0)
    model = from_plain(network).build(layers)
    reporter.note({"is": "share", "share": 0.0})
    shapes = [tuple(shape) for shape in input_shapes or example_shapes(model)]
    warnings.simplefilter("ignore")  # an empty batch's mean is none of the person's business
    try:
        try:
            costs = summary(model, [(batch, *shape) for shape in shapes])
        except ValueError as error:  # of the input; what layers raise is in its row
            raise MemoryError from error
        counted = costs.to_dict()
        reporter.note({"is": "summary", "summary": counted, "text": costs.text(width)})
        gc.disable()  # as timeit does: a collection in the middle is nobody's time
        others = Others()
        first, left = FOR_STEP * seconds, (1 - FOR_STEP) * seconds
        times = measure_step(model, inputs, batch, counted["totals"], first, tick(0.0, FOR_STEP))
        reporter.note({"is": "times", "times": times})
        if callable(getattr(model, "eval", None)):
            model.eval()
        sweep = measure_batches(model, inputs, left, tick(FOR_STEP, 1 - FOR_STEP))
        reporter.note({"is": "batches", "batches": {**sweep, "others_share": others.share()}})
    except MemoryError:
        size = sum(4 * batch * int(np.prod(shape)) for shape in shapes)
        raise Refusal(
            f"There is not enough memory: the input alone, a batch of {batch:,}, takes "
            f"{byte_words(size)}, and everything that the layers give comes on top. Take a smaller "
            "--batch."
        ) from None
    return {}
