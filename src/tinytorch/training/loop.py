"""The loop: steps and epochs, and all that they depend on, so that it can be kept and resumed."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Sequence
from types import FrameType
from typing import TYPE_CHECKING

import numpy as np

from tinytorch.core.given.checks import real
from tinytorch.core.given.graph import set_data, set_gradient
from tinytorch.core.tensor import Tensor
from tinytorch.rng import generator
from tinytorch.training.batching import check_tensor
from tinytorch.training.callbacks import Epoch, counted
from tinytorch.training.checkpoint import changing
from tinytorch.training.evaluating import evaluate, measure
from tinytorch.training.task import Place, State

if TYPE_CHECKING:
    from tinytorch._typing import Array
    from tinytorch.training.callbacks import Line
    from tinytorch.training.checkpoint import Saver
    from tinytorch.training.task import Task


def clip_gradients(parameters: Sequence[Tensor], most: float) -> float:
    """Scale all gradients so that their norm, as one vector, is at most ``most``; give the norm.

    As PyTorch's `clip_grad_norm_`: times most / (norm + 1e-6), where that is below 1 (Pascanu et
    al., 2013). A gradient that was taken from a parameter before stays as it is.
    """
    slopes = [parameter.grad.data for parameter in parameters if parameter.grad is not None]
    norm = math.sqrt(sum(map(squared_norm, slopes)))
    scale = most / (norm + 1e-6)
    if scale >= 1:
        return norm
    for parameter in parameters:
        if parameter.grad is not None:
            slope = parameter.grad.data
            set_gradient(parameter, Tensor(slope * slope.dtype.type(scale), dtype=slope.dtype))
    return norm


def squared_norm(array: Array) -> float:
    """The sum of an array's squares, in double precision."""
    flat = array.ravel().astype(np.float64)
    return float(np.dot(flat, flat))


class Interrupts:
    """Inside a `with` block, the first Ctrl-C is noted; the second breaks off at once.

    Only where Ctrl-C does what Python does by itself, and in the thread that gets it.
    """

    came = False
    ours = False

    def __enter__(self) -> Interrupts:
        in_main = threading.current_thread() is threading.main_thread()
        self.ours = in_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if self.ours:
            signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        if self.ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        if self.came and kind is None:  # it came when there was no step left to wait for
            raise KeyboardInterrupt

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.came:
            raise KeyboardInterrupt
        self.came = True


class Loop(State):
    """Trains until the epochs are done, or somebody says stop."""

    def __init__(self, task: Task, saver: Saver | None) -> None:
        """Begin before the first step."""
        super().__init__(task)
        self.saver, self.interrupts = saver, Interrupts()
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
