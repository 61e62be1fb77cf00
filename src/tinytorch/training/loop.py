"""The loop: steps and epochs, and all that they depend on, so that it can be kept and resumed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.checks import real
from tinytorch.core.storage import set_data
from tinytorch.core.tensor import Tensor
from tinytorch.rng import generator
from tinytorch.training.batching import check_tensor
from tinytorch.training.callbacks import Run
from tinytorch.training.clipping import clip_gradients
from tinytorch.training.evaluating import evaluate
from tinytorch.training.history import Epoch, counted
from tinytorch.training.interrupts import Interrupts
from tinytorch.training.keeping import changing
from tinytorch.training.metrics import Metric, measure

if TYPE_CHECKING:
    from tinytorch._typing import Array
    from tinytorch.training.checkpoint import Saver
    from tinytorch.training.pace import PlateauPace, ScheduledPace
    from tinytorch.training.plateau import EarlyStopping, Watch
    from tinytorch.training.progress import Line


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


class Loop:
    """Trains until the epochs are done, or somebody says stop."""

    def __init__(self, task: Task, saver: Saver | None) -> None:
        """Begin before the first step."""
        self.task, self.saver, self.interrupts = task, saver, Interrupts()
        steps = -(-len(task.x) // task.batch_size)
        self.run = Run(task.model, task.optimizer, task.epochs, steps)
        self.place = Place()
        self.learns = not task.parameters
        self.line: Line | None = None

    def train(self) -> None:
        """Go on from where the loop is to the end."""
        run, task = self.run, self.task
        if run.history.ended != "early stopping":
            run.history.ended = run.history.reason = ""
        self._tell("on_start")
        while not run.history.ended:
            if len(run.history.epochs) >= task.epochs:
                run.history.ended = "epochs"
                run.history.reason = done(len(run.history.epochs), task.epochs)
            else:
                self._epoch()
        if self.saver:
            self.saver.save(self)
        if self.place.best is not None:
            for tensor, array in zip(changing(task), self.place.best, strict=True):
                set_data(tensor, array.copy())
        self._tell("on_end")

    def _epoch(self) -> None:
        """What is left of the epoch in hand."""
        run, task, place = self.run, self.task, self.place
        began = time.perf_counter() - place.seconds
        if place.order is None:
            place.order = generator().permutation(len(task.x))
        while place.done < run.steps_per_epoch:
            self._step(place.order)
            place.seconds = time.perf_counter() - began
            self._tell("on_step")
            if self.line:
                self.line.step()
            self._keep(steps=True)
            if run.history.ended:
                return
        record = self._record(place.order)
        record.seconds = time.perf_counter() - began
        run.history.epochs.append(record)
        self._judge(record)
        self._tell("on_epoch")
        self.place = Place(best=place.best)
        run.epoch += 1
        self._keep(steps=False)

    def _step(self, order: Array) -> None:
        """One batch forward, backward, and the change of the parameters."""
        run, task, place = self.run, self.task, self.place
        start = place.done * task.batch_size
        chosen = order[start : start + task.batch_size]
        inputs, targets = Tensor(task.x[chosen], dtype=task.dtype), task.y[chosen]
        optimizer = task.optimizer
        if task.pace:
            optimizer.lr = task.pace.rate(len(run.history.epochs), run.step)
        optimizer.zero_grad()
        outputs = task.function(inputs)
        value = check_tensor("fit", "loss", task.loss(outputs, targets))
        if task.metrics:
            outputs = check_tensor("fit", "model", outputs)
            if not run.step:  # a metric that fails is better found now than after an epoch
                measure(task.metrics, outputs.data, targets)
            place.outputs.append(outputs.data)
        value.backward()
        if not self.learns:
            self._check_gradients()
        if task.clip_norm is not None:
            clip_gradients(task.parameters, task.clip_norm)
        optimizer.step()
        run.history.losses.append(value.item())
        place.done += 1

    def _check_gradients(self) -> None:
        """ValueError where no parameter has a gradient: no step would change anything."""
        parameters = self.task.parameters
        if all(parameter.grad is None for parameter in parameters):
            raise ValueError(
                "fit expects a loss that depends on the optimizer's parameters, got one that gave "
                f"none of the {len(parameters)} a gradient. Use them in the model, with operations "
                "of tensors to the end."
            )
        self.learns = True

    def _record(self, order: Array) -> Epoch:
        """What the epoch came to, with the validation, which changes nothing."""
        run, task, place = self.run, self.task, self.place
        losses = run.history.losses[-run.steps_per_epoch :]
        sizes = np.full(len(losses), task.batch_size)
        sizes[-1] = len(task.x) - task.batch_size * (len(losses) - 1)
        record = Epoch(run.epoch, float(np.dot(losses, sizes) / len(task.x)))
        record.learning_rate = real(getattr(task.optimizer, "lr", None))
        if task.metrics:
            record.metrics = measure(task.metrics, np.concatenate(place.outputs), task.y[order])
        if task.validation:
            found = evaluate(task.model, *task.validation, loss=task.loss, metrics=task.metrics)
            record.validation_loss = found.pop("loss")
            record.validation_metrics = found
        return record

    def _judge(self, record: Epoch) -> None:
        """What follows from an epoch: a lower rate, better weights, the end."""
        task = self.task
        if task.pace:
            task.pace.see(record)
        if task.watch is None or task.stopping is None:
            return
        if task.watch.see(record) and task.stopping.restore_best:
            self.place.best = [tensor.data.copy() for tensor in changing(task)]
        if task.watch.waited >= task.stopping.patience:
            self.run.history.ended = "early stopping"
            name, best = task.watch.monitor, task.watch.best_epoch
            seen = [epoch.value(name) for epoch in self.run.history.epochs]
            never = "was never a number" if np.isnan(seen).all() else "was never finite"
            how = f"has not been better since epoch {best}" if best else never
            self.run.history.reason = f"Stopped early: {name} {how}."

    def _tell(self, event: str) -> None:
        for listener in self.task.listeners[event]:
            listener(self.run)

    def _keep(self, *, steps: bool) -> None:
        """Save where it is time, or Ctrl-C came; then that goes on as it would have."""
        if self.saver and (self.interrupts.came or self.saver.due(self.run, steps=steps)):
            self.saver.save(self)
        if self.interrupts.came:
            raise KeyboardInterrupt


def done(epochs: int, asked: int) -> str:
    """Why a training is at its end, in words; what was resumed may have had more epochs."""
    more = f", and {counted(asked, 'epoch')} asked for" if epochs > asked else ""
    return f"{counted(epochs, 'epoch')} done{more}."
