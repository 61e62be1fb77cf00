"""What is done in the process with the learner's layers: count, time a step, time batches."""

from __future__ import annotations

import gc
import inspect
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

import numpy as np

from tinytorch.core.given.checks import with_article
from tinytorch.core.given.graph import Node, no_grad
from tinytorch.core.optimizers import SGD
from tinytorch.core.tensor import Tensor
from tinytorch.profiling.watching import multiply_adds
from tinytorch.rng import manual_seed
from tito.lab.apart import Refusal
from tito.lab.networks import example_shapes, from_plain
from tito.lab.profile.amounts import byte_words
from tito.lab.profile.figures import (
    SIZES,
    Batch,
    Phase,
    Sweep,
    Times,
    plain_times,
    rates,
)
from tito.lab.profile.formulas import products
from tito.lab.profile.machine import (
    SQUARES,
    Others,
    Product,
    Reading,
    Task,
    moving_scale,
    moving_tasks,
    product_task,
    product_tasks,
    products_of_step,
    take_turns,
)


@dataclass(frozen=True)
class Walk:
    """Multiply-adds of the products, and the bytes that must be read or written at least once."""

    multiply_adds: int
    moved_bytes: int


def count_backward(output: Any) -> Walk:
    """Count on the graph behind a tensor.

    A product a @ b has two derivatives, each again a product of the same three sizes: the one for
    a reads b and writes as much as a, the one for b the other way round. One whose gradient
    nobody waits for (the first layer's input) is not carried out. Other operations read what they
    saved.
    """
    counted = moved = 0
    for node in nodes_behind(output):
        arrays: list[Any] = [each for each in node.saved if isinstance(each, np.ndarray)]
        if node.operation not in ("matmul", "einsum") or len(arrays) != 2:
            moved += sum(array.nbytes for array in arrays)
            continue
        wanted = sum(source is not None for source in node.sources or [])
        counted += wanted * product_size(node)
        moved += wanted * sum(array.nbytes for array in arrays)
    return Walk(counted, moved)


def product_size(node: Node) -> int:
    """The multiply-adds of a recorded matmul or einsum of two arrays."""
    left, right = node.saved[:2]
    result = ()
    if node.operation == "matmul":
        stacks = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
        result = (*stacks, *left.shape[-2:-1], *right.shape[-1:][: right.ndim - 1])
    return multiply_adds(node.operation, [left.shape, right.shape], result, node.saved)


def nodes_behind(output: Any) -> Iterator[Node]:
    """Every node that a backward from this tensor would come through, once each."""
    waiting = [output.node] if isinstance(output.node, Node) else []
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        yield node
        for source in node.sources or []:
            if isinstance(source, Node) and source not in seen:
                seen.add(source)
                waiting.append(source)


class CannotTrain(Exception):
    """Only the forward can be timed; the message says why, as the end of a sentence."""


class Step:
    """A network, a batch for it, and what a training step does with them.

    The learning rate is 0: the arithmetic is that of any other, the weights stay, and so every
    repeat does the same work.
    """

    def __init__(self, model: Callable[..., Any], inputs: Sequence[Any]) -> None:
        """Run one forward; what the model raises is raised on."""
        self.model, self.inputs = model, inputs
        self.output: Any = None
        self.gradient: Any = None
        self.optimizer: SGD | None = None
        self.walk = Walk(0, 0)
        self.forward()

    def forward(self) -> None:
        """The network's output, with the graph that leads back to the weights."""
        self.output = self.model(*self.inputs)

    def forget(self) -> None:
        """Let go of the last output and of its graph."""
        self.output = None

    def prepare_training(self) -> None:
        """Go through backward and update once. CannotTrain where that does not work."""
        output = self.output
        if not isinstance(output, Tensor):
            raise CannotTrain(f"the network gives {_named(output)}, not one Tensor")
        if not output.requires_grad:
            raise CannotTrain(
                "the output leads back to no parameter: they need requires_grad=True, and a layer "
                "that reads .data or makes a new Tensor cuts the way back"
            )
        self.gradient = np.full(output.shape, 1 / max(output.size, 1), output.dtype)
        self.walk = count_backward(output)
        try:
            self.optimizer = SGD(parameters_of(self.model), lr=0.0)
            self.prepare_backward()
            self.backward()
            self.update()
        except Exception as error:
            raise CannotTrain(f"{type(error).__name__}: {error}") from error

    def prepare_backward(self) -> None:
        """Forget the gradients, and make a fresh graph."""
        if self.optimizer is not None:
            self.optimizer.zero_grad()
        self.forward()

    def backward(self) -> None:
        """From a gradient of the output, as a loss would give it, to all parameters."""
        self.output.backward(self.gradient)

    def update(self) -> None:
        """One step of SGD."""
        if self.optimizer is not None:
            self.optimizer.step()

    def updated(self) -> list[Any]:
        """The parameters that have a gradient, which an update changes."""
        params = self.optimizer.params if self.optimizer else []
        return [each for each in params if each.grad is not None]

    def tasks(self, name: str = "") -> list[Task]:
        """What can be timed, each under its name; the update needs a backward before it."""
        found = [Task(f"{name}forward", self.forward, self.forget)]
        if self.optimizer is not None:
            found.append(Task(f"{name}backward", self.backward, self.prepare_backward))
        return found


def parameters_of(model: Any) -> list[Any]:
    """What the model gives as its parameters. CannotTrain where it gives none."""
    if not hasattr(model, "parameters"):
        raise CannotTrain("the network has no method parameters(), so there is nothing to update")
    found = list(model.parameters())
    if not found:
        raise CannotTrain("parameters() gives nothing, so there is nothing to update")
    return found


def empty_update(count: int) -> Task:
    """The update of as many parameters of one number each: what is left is the calls."""
    tiny = [Tensor([1.0], requires_grad=True) for _ in range(count)]
    for each in tiny:
        each.grad = Tensor([1.0])
    return Task("empty update", SGD(tiny, lr=0.0).step)


def filling(shapes: Sequence[tuple[int, ...]]) -> Task:
    """Gradients full of zeros: what a backward of an empty batch still writes."""
    return Task("filling", lambda: [np.full(shape, 0, np.float32) for shape in shapes])


def _named(value: object) -> str:
    return with_article(type(value).__name__)


Run = Callable[..., Any]


def inference(model: Any, inputs: Sequence[Tensor]) -> tuple[Run, bool]:
    """What to call, and whether it still drops: then nobody knows how to tell it not to.

    A network that has `eval()` is told so. One that drops all the same is walked, and each
    layer that knows `training` is told; how is found out beforehand, so that it costs no time.
    """
    if callable(getattr(model, "eval", None)):
        model.eval()
    run = cast("Run", model)
    if not drops(run, inputs):
        return run, False
    steps = list(_steps(model))

    def walk(x: Any) -> Any:
        for step, flags in steps:
            x = step(x, **flags)
        return x

    if len(inputs) == 1 and hasattr(model, "layers") and not drops(walk, inputs):
        return walk, False
    return run, True


def drops(run: Run, inputs: Sequence[Tensor]) -> bool:
    """Whether two runs on the same numbers differ."""
    first, second = run(*inputs), run(*inputs)
    if not (isinstance(first, Tensor) and isinstance(second, Tensor)):
        return False
    return not np.array_equal(first.data, second.data, equal_nan=True)


def _steps(layer: Any) -> list[tuple[Run, dict[str, bool]]]:
    """The layers in order, each with the flags that it knows."""
    inside = getattr(layer, "layers", None)
    if isinstance(inside, list | tuple):
        return [step for part in cast("Sequence[Any]", inside) for step in _steps(part)]
    known = inspect.signature(getattr(layer, "forward", layer)).parameters
    return [(layer, {"training": False} if "training" in known else {})]


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


#: The share of the time that goes into a step's figures; the rest is for the batches.
FOR_STEP = 0.55
#: Examples enough for dropout to show.
PROBE = 64


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

    manual_seed(0)
    model = from_plain(network).build(layers)
    reporter.note({"is": "share", "share": 0.0})
    shapes = [tuple(shape) for shape in input_shapes or example_shapes(model)]
    warnings.simplefilter("ignore")  # an empty batch's mean is none of the person's business
    try:
        costs = summary(model, [(batch, *shape) for shape in shapes])
        counted = costs.to_dict()
        reporter.note({"is": "summary", "summary": counted, "text": costs.text(width)})
        _time(model, shapes, batch, counted, seconds, reporter)
    except MemoryError as error:
        size = sum(4 * batch * int(np.prod(shape)) for shape in shapes)
        raise Refusal(
            f"There is not enough memory: the input alone, a batch of {batch:,}, takes "
            f"{byte_words(size)}, and everything that the layers give comes on top. Take a smaller "
            "--batch."
        ) from error
    return {}


def _time(
    model: Any,
    shapes: Sequence[tuple[int, ...]],
    batch: int,
    counted: dict[str, Any],
    seconds: float,
    reporter: Any,
) -> None:
    """A step of training, then forward passes of all batches."""
    totals = counted["totals"]
    gc.disable()  # as timeit does: a collection in the middle is nobody's time

    def tick(before: float, part: float) -> Tick:
        return lambda share: reporter.note({"is": "share", "share": before + part * share})

    times = measure_step(
        Step(model, random_inputs(shapes, batch)),
        lambda: Step(model, random_inputs(shapes, 0)),
        [each.size for each in products(counted["rows"])],
        totals["multiply_adds"],
        totals["parameter_bytes"] + totals["activation_bytes"],
        FOR_STEP * seconds,
        tick(0.0, FOR_STEP),
    )
    reporter.note({"is": "times", "times": plain_times(times)})
    infer, still_drops = inference(model, random_inputs(shapes, PROBE))

    def run(size: int) -> Callable[[], object]:
        inputs = random_inputs(shapes, size)
        return lambda: infer(*inputs)

    left = 1 - FOR_STEP
    sweep = measure_batches(run, SIZES, left * seconds, tick(FOR_STEP, left))
    reporter.note({"is": "batches", "batches": asdict(replace(sweep, drops=still_drops))})


def random_inputs(shapes: Sequence[tuple[int, ...]], batch: int) -> list[Tensor]:
    """One batch for each input, of normal random numbers, the same each time."""
    random = np.random.default_rng(0)
    return [Tensor(random.standard_normal((batch, *shape), np.float32)) for shape in shapes]
