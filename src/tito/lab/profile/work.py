"""What is done in the process with the learner's layers: count, then time, then batches."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from tinytorch.core.tensor import Tensor
from tinytorch.rng import manual_seed
from tito.lab.apart import Refusal
from tito.lab.networks import example_shapes, from_plain
from tito.lab.profile.amounts import byte_words
from tito.lab.profile.batching import SIZES
from tito.lab.profile.figures import plain_sweep, plain_times
from tito.lab.profile.formulas import products
from tito.lab.profile.inference import inference
from tito.lab.profile.measuring import measure_batches, measure_step, quietly
from tito.lab.profile.step import Step

#: The share of the time that goes into a step's figures; the rest is for the batches.
FOR_STEP = 0.55
#: Examples enough for dropout to show.
PROBE = 64


class Reporter(Protocol):
    """Where what is done goes, as it is done."""

    def note(self, item: Any) -> None:
        """Send plain data on."""
        ...


def measure(
    layers: Any,
    reporter: Reporter,
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
    manual_seed(0)
    model = from_plain(network).build(layers)
    reporter.note({"is": "share", "share": 0.0})
    shapes = [tuple(shape) for shape in input_shapes or example_shapes(model)]
    try:
        told = _summary(model, [(batch, *shape) for shape in shapes], width)
        reporter.note({"is": "summary", "input_shapes": shapes, **told})
        _time(model, shapes, batch, told["summary"], seconds, reporter)
    except MemoryError as error:
        raise Refusal(_too_large(batch, shapes)) from error
    return {}


def _summary(model: Any, shapes: list[tuple[int, ...]], width: int) -> dict[str, Any]:
    """The summary's text at a width, and its data."""
    from tinytorch.profiling import summary

    costs = quietly(lambda: summary(model, shapes))
    return {"text": costs.text(width), "summary": costs.to_dict()}


def _time(
    model: Any,
    shapes: Sequence[tuple[int, ...]],
    batch: int,
    counted: dict[str, Any],
    seconds: float,
    reporter: Reporter,
) -> None:
    """A step of training, then forward passes of all batches."""
    totals = counted["totals"]
    sizes = [each.size for each in products(counted["rows"])]
    gc.disable()  # as timeit does: a collection in the middle is nobody's time
    times = quietly(
        lambda: measure_step(
            Step(model, random_inputs(shapes, batch)),
            lambda: Step(model, random_inputs(shapes, 0)),
            sizes,
            totals["multiply_adds"],
            totals["parameter_bytes"] + totals["activation_bytes"],
            FOR_STEP * seconds,
            lambda share: reporter.note({"is": "share", "share": FOR_STEP * share}),
        )
    )
    reporter.note({"is": "times", **plain_times(times)})
    infer, still_drops = quietly(lambda: inference(model, random_inputs(shapes, PROBE)))

    def run(size: int) -> Callable[[], object]:
        inputs = random_inputs(shapes, size)
        return lambda: infer(*inputs)

    sweep = quietly(
        lambda: measure_batches(
            run,
            SIZES,
            (1 - FOR_STEP) * seconds,
            lambda share: reporter.note(
                {"is": "share", "share": FOR_STEP + (1 - FOR_STEP) * share}
            ),
        )
    )
    reporter.note({"is": "batches", **plain_sweep(sweep), "drops": still_drops})


def random_inputs(shapes: Sequence[tuple[int, ...]], batch: int) -> list[Tensor]:
    """One batch for each input, of normal random numbers, the same each time."""
    random = np.random.default_rng(0)
    return [Tensor(random.standard_normal((batch, *shape), np.float32)) for shape in shapes]


def _too_large(batch: int, shapes: Sequence[tuple[int, ...]]) -> str:
    size = sum(4 * batch * int(np.prod(shape)) for shape in shapes)
    return (
        f"There is not enough memory: the input alone, a batch of {batch:,}, takes "
        f"{byte_words(size)}, and everything that the layers give comes on top. Take a smaller "
        "--batch."
    )
