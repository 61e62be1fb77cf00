"""What both sides do alike, each with its own library: what is compared, and being timed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tito.lab.compare.recipe import OPTIMIZERS, Array, Arrays, Recipe
from tito.lab.profile.machine import Others, Task

#: A piece of work is repeated for so long, or once where it is slower; then all of it in rounds.
BUDGET_S = 0.06
_MOST_RUNS, _WARM_UPS = 10_000, 3
_LONG_RUN_S = 0.3
_REST_STEP_S, _LONGEST_REST_S = 0.01, 1.0

#: Seconds for each kind of work, a number for each batch; under "others" other programs' share.
Taken = dict[str, list[float]]
Run = Callable[[Any], Any]


@dataclass
class Side:
    """Ours or PyTorch, by the same names, with the network and its layers.

    ``tensor`` makes a tensor of an array, one to learn if told so; ``array`` turns that back, a
    weight as ours lies. ``infer``, and ``dropouts`` by their places, run without training.
    ``listed`` are the parameters that an optimizer is given, ``tensors`` all, by place and name.
    """

    tensor: Callable[..., Any]
    array: Callable[..., Array]
    no_grad: Callable[[], Any]
    optimizers: Any
    losses: Any
    model: Run
    infer: Run
    listed: Sequence[Any]
    layers: Sequence[Run] = ()
    dropouts: Mapping[int, Run] = field(default_factory=dict[int, Run])
    tensors: Mapping[tuple[int, str], Any] = field(default_factory=dict[tuple[int, str], Any])
    note: Callable[[int], object] = lambda number: None

    def stepper(self, recipe: Recipe) -> Callable[[Any, Any], tuple[Any, Any]]:
        """A function that does a step of training, and gives output and loss."""
        kind, rate = OPTIMIZERS[recipe.optimizer]
        loss_of = getattr(self.losses, recipe.loss)()
        make = getattr(self.optimizers, kind)
        changes = make(self.listed, lr=rate) if self.listed else None

        def step(x: Any, y: Any) -> tuple[Any, Any]:
            if changes is not None:
                changes.zero_grad()
            output = self.model(x)
            value = loss_of(output, y)
            if value.requires_grad:
                value.backward()
            if changes is not None:
                changes.step()
            return output, value

        return step


def infer(side: Side, given: Arrays) -> Iterator[tuple[str, Array]]:
    """What each Dropout, and the network, gives at inference."""
    with side.no_grad():
        for place, run in side.dropouts.items():
            x = side.tensor(given[f"{place}/x"])
            yield f"{place}/output at inference", side.array(run(x))
        x = side.tensor(given["x"][0])
        yield "forward/output at inference", side.array(side.infer(x))


def train(side: Side, given: Arrays, recipe: Recipe) -> Iterator[tuple[str, Array]]:
    """Each layer by itself, forward and backward; then the network as a whole, and trained."""
    for place, layer in enumerate(side.layers):
        x = side.tensor(given[f"{place}/x"], True)
        y = layer(x)
        yield f"{place}/output", side.array(y)
        yield f"{place}/input afterwards", side.array(x)
        if y.requires_grad:
            y.backward(side.tensor(given[f"{place}/slope"]))
        own = {name: tensor for (of, name), tensor in side.tensors.items() if of == place}
        for name, leaf in {"input": x, **own}.items():
            if leaf.grad is not None:
                yield f"{place}/gradient of {name}", side.array(leaf.grad, name)
            leaf.grad = None
    step, losses = side.stepper(recipe), list[float]()
    xs, ys = map(side.tensor, given["x"]), map(side.tensor, given["y"])
    batches = list(zip(xs, ys, strict=True))
    for number in range(recipe.steps):
        output, value = step(*batches[number % len(batches)])
        losses.append(value.item())
        if number == 0:
            yield "forward/output in training", side.array(output)
            for (place, name), tensor in side.tensors.items():
                if tensor.grad is not None:
                    yield f"gradients/{place}.{name}", side.array(tensor.grad, name)
    for (place, name), tensor in side.tensors.items():
        yield f"after/{place}.{name}", side.array(tensor, name)
    yield "after/losses", np.array(losses)


def measure(side: Side, recipe: Recipe) -> Taken:
    """Seconds that forward and a step of training take at each batch; then the process rests."""
    random, others, step = np.random.default_rng(0), Others(), side.stepper(recipe)
    taken: Taken = {"forward": [], "step": []}
    for batch in recipe.batches:
        x, y = map(side.tensor, recipe.data(random, batch))
        with side.no_grad():
            taken["forward"].append(_seconds_a_run(lambda x=x: side.infer(x)))
        side.note(batch)
        taken["step"].append(_seconds_a_run(lambda x=x, y=y: step(x, y)))
        side.note(batch)
    taken["others"] = [others.share()]
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
