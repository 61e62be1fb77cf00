"""What the checks of arguments cost in a training step: the step with them, and without.

    .venv/bin/python benchmarks/checks_cost.py

Blocks of steps with the checks, and with functions in their place that only do the work, come in
turn, in one process. What the checks cost does not depend on how wide the layers are, but how well
it can be seen does: so it is also measured in a network of the same depth that is narrow, and set
against the whole step. Times are those of the thread that calculates.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "2")

import statistics
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import numpy as np

from tinytorch import SGD, Adam, CrossEntropyLoss, Linear, ReLU, Sequential, Tensor, manual_seed
from tinytorch.core import activations, autograd, layers, losses, optimizers
from tinytorch.core.given import base as tensor_base
from tinytorch.core.given.container import Container
from tinytorch.core.given.graph import set_data, set_gradient, set_node

PAIRS = 300
BATCH = 32
WIDE, SMALL = (784, 256, 128, 10), (64, 32, 10)
NARROW = {WIDE: (2, 2, 2, 10), SMALL: (2, 2, 10)}


def nothing(*_: Any, **__: Any) -> None:
    """In the place of a function that only checks."""


def plain_tensor(self: Any, data: Any, requires_grad: bool = False, *, dtype: Any = "f4") -> None:
    """A tensor of an array, whatever is in it."""
    set_data(self, np.array(data, dtype))
    set_gradient(self, None)
    set_node(self, None)
    object.__setattr__(self, "requires_grad", requires_grad)


def plain_sum(leaf: Any, part: Any) -> Any:
    """A gradient with a part added to it, whatever their shapes."""
    return np.asarray(part if leaf.grad is None else leaf.grad.data + part, leaf.data.dtype)


def plain_gradients(_: str, params: Any, __: Any) -> Any:
    """The gradients that there are, whatever their shapes."""
    return {place: each.grad.data for place, each in enumerate(params) if each.grad is not None}


def plain_rules(node: Any) -> Any:
    """Where a gradient goes, whether there is a rule for each input or not."""
    return zip(node.sources, autograd.DERIVATIVES[node.operation], strict=False)


# Each check with what does the same work without it.
WITHOUT: list[tuple[Any, str, Callable[..., Any]]] = [
    (tensor_base.TensorBase, "__init__", plain_tensor),
    (layers, "check_input", nothing),
    (activations, "check_input", nothing),
    (losses, "check_tensor", nothing),
    (losses, "class_indices", lambda _, target: target.astype(np.intp)),
    (Container, "steps", lambda self, _=None: self.layers),
    (autograd, "first_gradient", lambda tensor, _: np.ones(tensor.shape, tensor.dtype)),
    (autograd, "rules_of", plain_rules),
    (autograd, "added", plain_sum),
    (optimizers, "fitting_gradients", plain_gradients),
    (optimizers, "is_", lambda *_: True),
]


@contextmanager
def unchecked() -> Generator[None]:
    """Inside, arguments are not looked at."""
    with ExitStack() as stack:
        for owner, name, plain in WITHOUT:
            stack.enter_context(patch.object(owner, name, plain))
        yield


def training_step(sizes: tuple[int, ...], optimizer: type[SGD] | type[Adam]) -> Callable[[], None]:
    """One step of training on a batch, from the array to the changed weights."""
    manual_seed(0)
    model = Sequential()
    for fan_in, fan_out in pairwise(sizes):
        model.append(Linear(fan_in, fan_out)).append(ReLU())
    model.layers.pop()
    rng = np.random.default_rng(0)
    x = rng.random((BATCH, sizes[0]), dtype=np.float32)
    y = rng.integers(0, sizes[-1], BATCH)
    change, loss = optimizer(model.parameters(), lr=1e-4), CrossEntropyLoss()

    def run() -> None:
        change.zero_grad()
        loss(model(Tensor(x)), y).backward()
        change.step()

    return run


def seconds(run: Callable[[], None], times: int) -> float:
    """The time of one run, in a block of many; the first few get the interpreter used to it."""
    for _ in range(5):
        run()
    start = time.thread_time()
    for _ in range(times):
        run()
    return (time.thread_time() - start) / times


def pairs(run: Callable[[], None], times: int) -> list[tuple[float, float]]:
    """The time of a step with and without checks, many times, each first as often as second."""
    found: list[tuple[float, float]] = []
    for turn in range(PAIRS):
        first = seconds(run, times) if turn % 2 else 0.0
        with unchecked():
            without = seconds(run, times)
        found.append((first or seconds(run, times), without))
    return found


def main() -> None:
    """Measure, and print the table."""
    print(f"medians and middle halves of {PAIRS} pairs of blocks, batch {BATCH}\n")
    print(f"{'step':<28}{'µs':>6}{'checks, µs':>22}{'share':>9}{'share, seen directly':>26}")
    for sizes in (WIDE, SMALL):
        for optimizer in (SGD, Adam):
            whole = pairs(training_step(sizes, optimizer), 10)
            narrow = pairs(training_step(NARROW[sizes], optimizer), 40)
            step = statistics.median(checked for checked, _ in whole) * 1e6
            low, cost, high = quartiles([(a - b) * 1e6 for a, b in narrow])
            shares = quartiles([(a - b) / b for a, b in whole])
            name = f"{'-'.join(map(str, sizes))} {optimizer.__name__}"
            spread = f"({shares[0]:.1%} to {shares[2]:.1%})"
            print(
                f"{name:<28}{step:>6.0f}{f'{cost:.1f} ({low:.1f} to {high:.1f})':>22}"
                f"{cost / (step - cost):>9.1%}{f'{shares[1]:.1%} {spread}':>26}"
            )


def quartiles(values: list[float]) -> tuple[float, float, float]:
    """The first quartile, the median and the third."""
    low, middle, high = statistics.quantiles(values, n=4)
    return low, middle, high


if __name__ == "__main__":
    main()
