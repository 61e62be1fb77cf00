"""The task: what `fit` was asked to do, checked; how far it is; and its plan, in words.

A training is gone on with only where the plan is the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.given.parameters import walk
from tinytorch.core.tensor import Tensor
from tinytorch.training.callbacks import Run

if TYPE_CHECKING:
    from tinytorch._typing import Array
    from tinytorch.core.given.module import Module
    from tinytorch.training.evaluating import Metric
    from tinytorch.training.schedules import EarlyStopping, PlateauPace, ScheduledPace, Watch


@dataclass
class Task:
    """What `fit` was asked to do, checked."""

    model: Any
    function: Callable[[Tensor], Tensor]
    x: Array
    y: Array
    dtype: np.dtype[Any]
    optimizer: Any
    parameters: list[Tensor]
    epochs: int
    batch_size: int
    loss: Callable[[Tensor, Array], Tensor]
    validation: tuple[Array, Array] | None
    metrics: dict[str, Metric]
    clip_norm: float | None
    pace: ScheduledPace | PlateauPace | None
    stopping: EarlyStopping | None
    watch: Watch | None
    listeners: dict[str, list[Callable[[Run], object]]]


@dataclass
class Place:
    """How far the loop is, besides what the run's history says.

    ``order`` is the permutation of the epoch in hand, None before it is drawn; ``done`` counts its
    batches so far, and ``outputs`` are theirs, for metrics.
    """

    order: Array | None = None
    done: int = 0
    outputs: list[Array] = field(default_factory=list[Any])
    seconds: float = 0.0
    best: list[Array] | None = None


class State:
    """A training as it stands: what was asked for, what is told of it, and how far it is."""

    def __init__(self, task: Task) -> None:
        """Begin before the first step."""
        steps = -(-len(task.x) // task.batch_size)
        self.task = task
        self.run = Run(task.model, task.optimizer, task.epochs, steps)
        self.place = Place()


def plan_of(task: Task, whole: Module, settings: Mapping[str, object]) -> dict[str, str]:
    """All on which the steps depend, by name; how many epochs there are to be is none of it."""
    network = ", ".join(
        f"{name} {tensor.dtype} {'×'.join(map(str, tensor.shape))}"
        for name, tensor in whole.named_parameters()
    )
    optimizer = task.optimizer
    rates = {n: getattr(optimizer, n) for n in getattr(optimizer, "SETTINGS", ())}
    words = ", ".join(f"{name}={as_number(value)}" for name, value in rates.items())
    return {
        "network": network,
        "layers": layers_of(whole),
        "optimizer": f"{type(optimizer).__name__}({words})",
        "x": fingerprint(task.x),
        "y": fingerprint(task.y),
        "validation": " and ".join(map(fingerprint, task.validation))
        if task.validation
        else "None",
        "batch_size": str(task.batch_size),
        "metrics": ", ".join(task.metrics),
        "loss": described(task.loss),
        "clip_norm": as_number(task.clip_norm),
    } | {name: described(value) for name, value in settings.items()}


def layers_of(whole: Module) -> str:
    """The class of each layer, and how much a Dropout drops: parameters alone do not tell these."""
    layers = [(name, part) for name, part in walk(whole) if not isinstance(part, Tensor)]
    dropped = [getattr(layer, "p", None) for _, layer in layers]
    return ", ".join(
        f"{name} {type(layer).__name__}{f'(p={p})' if isinstance(p, int | float) else ''}"
        for (name, layer), p in zip(layers, dropped, strict=True)
    )


def compare(plan: Mapping[str, str], kept: Mapping[str, str]) -> None:
    """ValueError that says in which points two plans differ."""
    names = [name for name in {**plan, **kept} if plan.get(name) != kept.get(name)]
    if not names:
        return
    points = [
        f"{name} {shortened_words(kept.get(name))} in place of {shortened_words(plan.get(name))}"
        for name in names
    ]
    raise ValueError(
        f"fit expects the checkpoint of the very same training, got one with {'; '.join(points)}. "
        "Give what it was begun with, or another path for the checkpoint."
    )


def fingerprint(array: Array) -> str:
    """Which numbers an array holds: dtype, shape, and a hash of all of them.

    A gigabyte takes about a second, once a training.
    """
    known = hashlib.sha256()
    # Some rows at a time: those of an array that lies in memory in another order are copied.
    for start in range(0, max(1, len(array)), 1024):
        known.update(
            np.ascontiguousarray(array[start : start + 1024]).reshape(-1).view(np.uint8).data
        )
    shape = "×".join(map(str, array.shape))
    return f"{array.dtype} {shape} {known.hexdigest()[:16]}"


def described(value: object) -> str:
    """How a setting prints; a function, or what prints its address in memory, by its name."""
    name = getattr(value, "__qualname__", None)
    if isinstance(name, str):
        return name
    text = repr(value)
    return type(value).__name__ if " at 0x" in text else text


def as_number(value: Any) -> str:
    """A setting as it prints, so that 1 and 1.0 are the same."""
    if isinstance(value, tuple | list):
        return f"({', '.join(map(as_number, value))})"  # pyright: ignore[reportUnknownArgumentType]
    return repr(value) if value is None or isinstance(value, bool) else repr(float(value))


def shortened_words(text: str | None) -> str:
    """A point of a plan, cut where it is long."""
    return "none" if text is None else text if len(text) <= 100 else text[:97] + "..."
