"""One step of training, taken apart into what is timed: forward, backward, update."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tinytorch.core.given.checks import with_article
from tinytorch.core.optimizers import SGD
from tinytorch.core.tensor import Tensor
from tito.lab.profile.graph_counts import Walk, count_backward
from tito.lab.profile.readings import Task


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
