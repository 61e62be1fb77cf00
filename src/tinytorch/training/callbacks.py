"""Callbacks: functions of the user's that are called while training goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tinytorch.core.checks import came
from tinytorch.training.history import History


class Run:
    """A training that goes on, as callbacks see it.

    ``model`` and ``optimizer`` are those that `fit` was given; ``history`` grows. ``epochs`` is
    how many there are to be, ``steps_per_epoch`` how many batches each has. ``epoch`` is the one
    in hand, from 1; ``step`` is how many steps are done; ``loss`` is the last step's.

    >>> import numpy as np
    >>> from tinytorch import Linear, SGD
    >>> from tinytorch.training import fit
    >>> def enough(run):
    ...     if run.loss < 0.1 or run.step == 3:
    ...         run.stop("three steps are enough")
    >>> model = Linear(2, 2)
    >>> fit(model, np.eye(2), [0, 1], SGD(model.parameters()), epochs=9, callbacks=[enough]).reason
    'Stopped by a callback: three steps are enough.'
    """

    def __init__(self, model: Any, optimizer: Any, epochs: int, steps_per_epoch: int) -> None:
        """Begin before the first step."""
        self.model = model
        self.optimizer = optimizer
        self.epochs = epochs
        self.steps_per_epoch = steps_per_epoch
        self.history = History()
        self.epoch = 1

    @property
    def step(self) -> int:
        """How many steps are done."""
        return len(self.history.losses)

    @property
    def loss(self) -> float:
        """The loss of the last step; ValueError before the first."""
        if not self.history.losses:
            raise ValueError("Run.loss expects a step that is done, got none. Ask after a step.")
        return self.history.losses[-1]

    def stop(self, why: str = "") -> None:
        """End the training after the step, or the epoch, that has just been done.

        ``why`` is for the history's reason; TypeError if it is no text.
        """
        if not isinstance(why, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(
                f"Run.stop expects the reason as words, got {came(why)}. "
                "Write it like run.stop('good enough')."
            )
        if self.history.ended:
            return
        self.history.ended = "stopped"
        self.history.reason = f"Stopped by a callback{f': {why}' if why else ''}."


class Callback:
    """Something that is told how training goes on; a subclass writes the methods that it needs.

    Each is given the `Run`. Parameters have changed by then, and their gradients are still
    there. What a method raises ends the training, between two steps; `Run.stop` ends it orderly.

    >>> class Told(Callback):
    ...     def on_start(self, run):
    ...         print("from step", run.step)
    ...     def on_step(self, run):
    ...         run.model.weight.data.clip(-1, 1, out=run.model.weight.data)
    ...     def on_epoch(self, run):
    ...         print("epoch", run.epoch, "of", run.epochs)
    ...     def on_end(self, run):
    ...         print(run.history.reason)
    >>> import numpy as np
    >>> from tinytorch import Linear, SGD
    >>> from tinytorch.training import fit
    >>> model = Linear(2, 2)
    >>> _ = fit(model, np.eye(2), [0, 1], SGD(model.parameters()), epochs=1, callbacks=[Told()])
    from step 0
    epoch 1 of 1
    1 epoch done.
    """

    def on_start(self, run: Run) -> None:
        """Before the first step, also of a training that is resumed."""

    def on_step(self, run: Run) -> None:
        """After each step."""

    def on_epoch(self, run: Run) -> None:
        """After each epoch; its record is the last of `run.history.epochs`."""

    def on_end(self, run: Run) -> None:
        """After the training has come to its end; not after an error or Ctrl-C."""


EVENTS = ("on_start", "on_step", "on_epoch", "on_end")


def listeners(callbacks: Iterable[Any]) -> dict[str, list[Callable[[Run], object]]]:
    """What to call at each event, by the event's name; TypeError for what is no callback.

    A plain function is called after each step. Methods that a subclass left out are not called.
    """
    found: dict[str, list[Callable[[Run], object]]] = {event: [] for event in EVENTS}
    if not isinstance(callbacks, list | tuple):
        raise TypeError(
            f"fit expects callbacks as a list, got {came(callbacks)}. Write callbacks=[...]."
        )
    for each in callbacks:
        if isinstance(each, Callback):
            for event in EVENTS:
                if getattr(type(each), event) is not getattr(Callback, event):
                    found[event].append(getattr(each, event))
        elif callable(each) and not isinstance(each, type):
            found["on_step"].append(each)
        else:
            raise TypeError(
                f"fit expects callbacks as functions of the run, or objects of subclasses of "
                f"Callback, got {came(each)}. Give the function, or make the object."
            )
    return found
