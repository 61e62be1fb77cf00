"""What a training tells: its history, to callbacks, and as a line of progress."""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TextIO

from tinytorch.core.given.checks import came, check_flag


@dataclass
class Epoch:
    """What one epoch came to: the mean of its losses, its metrics, and those of the validation.

    ``learning_rate`` is that of its last step; ``seconds`` has the validation in it, and does not
    count when two records are compared.

    >>> record = Epoch(1, 0.5, {"accuracy": 0.75})
    >>> record.value("accuracy")
    0.75
    """

    number: int
    loss: float
    metrics: dict[str, float] = field(default_factory=dict[str, float])
    validation_loss: float | None = None
    validation_metrics: dict[str, float] = field(default_factory=dict[str, float])
    learning_rate: float | None = None
    seconds: float = field(default=0.0, compare=False)

    def values(self) -> dict[str, float]:
        """All measured numbers by name; those of the validation begin with "validation_".

        >>> Epoch(1, 0.5, validation_loss=0.75).values()
        {'loss': 0.5, 'validation_loss': 0.75}
        """
        found = {"loss": self.loss, **self.metrics}
        if self.validation_loss is not None:
            found["validation_loss"] = self.validation_loss
        return found | {f"validation_{n}": value for n, value in self.validation_metrics.items()}

    def value(self, name: str) -> float:
        """One of `values()`; ValueError that lists the names for one that is not there."""
        values = self.values()
        if not isinstance(name, str) or name not in values:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ValueError(
                f"An epoch expects the name of something measured, one of "
                f"{', '.join(values)}, got {name!r}. Measure it with metrics= or validation=."
            )
        return values[name]


@dataclass(repr=False)
class History:
    """What `fit` did: each step's loss, each epoch's record, and why it ended.

    ``ended`` is "epochs" (all are done), "early stopping", or "stopped" (by a callback), and ""
    while training goes on; ``reason`` says it in a sentence. As text it is a table.

    >>> History([0.5, 0.25], [Epoch(1, 0.375)], "epochs", "1 epoch done.")
    History of 1 epoch, 2 steps, 0.0 s. 1 epoch done.
    epoch    loss  seconds
        1  0.3750     0.00
    """

    losses: list[float] = field(default_factory=list[float])
    epochs: list[Epoch] = field(default_factory=list[Epoch])
    ended: str = ""
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data, for JSON or a table of epochs elsewhere.

        JSON has no NaN and no infinity: such a number is None.

        >>> History([0.5], [Epoch(1, 0.5)]).to_dict()["epochs"][0]["loss"]
        0.5
        """
        records = [
            {"epoch": each.number}
            | {name: for_json(value) for name, value in each.values().items()}
            | {"learning_rate": for_json(each.learning_rate), "seconds": each.seconds}
            for each in self.epochs
        ]
        return {
            "losses": [for_json(loss) for loss in self.losses],
            "epochs": records,
            "ended": self.ended,
            "reason": self.reason,
        }

    def __repr__(self) -> str:
        seconds = sum(each.seconds for each in self.epochs)
        head = (
            f"History of {counted(len(self.epochs), 'epoch')}, "
            f"{counted(len(self.losses), 'step')}, {seconds:.1f} s. {self.reason}"
        )
        return "\n".join([head.rstrip(), *table(self.epochs)])


def for_json(value: float | None) -> float | None:
    """A number where JSON has one for it."""
    return value if value is not None and math.isfinite(value) else None


def counted(count: int, thing: str) -> str:
    """A number with what it counts: 1 epoch, 2 epochs."""
    return f"{count:,} {thing}" + ("" if count == 1 else "s")


def table(records: list[Epoch], most: int = 20) -> list[str]:
    """A line an epoch under a line of names; of many epochs the first and the last."""
    if not records:
        return []
    names = list(records[-1].values())
    heads = ["epoch", *map(heading, names), "seconds"]
    rows = [
        [str(each.number), *(shown(each.values().get(n)) for n in names), f"{each.seconds:.2f}"]
        for each in records
    ]
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    lines = ["  ".join(map(str.rjust, row, widths)) for row in (heads, *rows)]
    if len(records) <= most:
        return lines
    return [*lines[: most // 2 + 1], "...".rjust(widths[0]), *lines[-most // 2 :]]


def heading(name: str) -> str:
    """The name of a measured number where there is little room."""
    return name.replace("validation_", "val. ")


def shown(value: float | None) -> str:
    """A measured number with enough digits to compare."""
    return "" if value is None else f"{value:.4f}" if 1e-3 <= abs(value) < 1e5 else f"{value:.3g}"


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


EVERY_S = 0.1
BAR = 20


class Progress:
    """A bar with the epoch, the loss, and how long it will take; give it to `fit` as ``progress``.

    It is written to ``stream`` (standard error unless given) where that is a terminal or a
    notebook; ``live=True`` writes it anywhere, ``live=False`` nowhere. The line is plain ASCII,
    as wide as the terminal at most, and rewritten with a carriage return. A stream that is closed,
    or full, ends the line and not the training. TypeError for what is no stream, or no flag.

    >>> import io
    >>> Progress(io.StringIO()).live
    False
    """

    def __init__(self, stream: TextIO | None = None, *, live: bool | None = None) -> None:
        """Look at where the line is to go."""
        if stream is not None and not callable(getattr(stream, "write", None)):
            raise TypeError(
                f"Progress expects a stream to write text to, got {came(stream)}. "
                "Leave it out for standard error."
            )
        if live is not None:
            check_flag("Progress", live=live)
        self.stream = stream
        self.live = is_live(stream_of(self)) if live is None else bool(live)


class Line:
    """The line of one training, as it is written."""

    def __init__(self, progress: Progress, run: Run) -> None:
        """Start the clock; a training that is resumed has steps behind it."""
        self.stream = stream_of(progress)
        self.run, self.first, self.written = run, run.step, 0
        self.began = time.monotonic()
        self.due = self.began + EVERY_S

    def step(self) -> None:
        """Write the line anew, if it is time."""
        now = time.monotonic()
        if now >= self.due:
            self.due = now + EVERY_S
            self._write(going(self.run, now - self.began, self.first), "")

    def end(self) -> None:
        """Write the line a last time, also where training was broken off."""
        self._write(gone(self.run, time.monotonic() - self.began), "\n")

    def _write(self, parts: list[str], end: str) -> None:
        if self.stream is None:
            return
        line = fitted(parts, width_of(self.stream) - 1)
        try:
            # Blanks cover what a longer line left behind: not every screen knows escape codes.
            self.stream.write("\r" + line.ljust(self.written) + end)
            self.stream.flush()
        except (OSError, ValueError):
            self.stream = None
        self.written = len(line)


def going(run: Run, seconds: float, first: int) -> list[str]:
    """The parts of the line in a training that goes on, the most important first."""
    total = run.epochs * run.steps_per_epoch
    in_epoch = run.step - len(run.history.epochs) * run.steps_per_epoch
    recent = run.history.losses[-max(1, in_epoch) :]
    left = seconds / max(1, run.step - first) * (total - run.step)
    done = min(1.0, run.step / max(1, total))
    return [
        f"[{'#' * int(done * BAR):.<{BAR}}] {done:4.0%}",
        f"epoch {run.epoch}/{run.epochs}",
        f"loss {shown(sum(recent) / len(recent))}",
        f"{clock(left)} left",
    ]


def gone(run: Run, seconds: float) -> list[str]:
    """The parts of the line when training has ended, or was broken off."""
    records = run.history.epochs
    # What was resumed may have had more epochs than are asked for now.
    done = min(1.0, run.step / max(1, run.epochs * run.steps_per_epoch))
    values = records[-1].values() if records else {}
    words = [f"{heading(name)} {shown(value)}" for name, value in values.items()]
    measured = sorted(words, key=lambda each: not each.startswith("val."))  # what counts, first
    bar = f"[{'#' * int(done * BAR):.<{BAR}}] {done:4.0%}"
    return [bar, counted(len(records), "epoch"), *measured, clock(seconds)]


def fitted(parts: list[str], width: int) -> str:
    """As many of the parts, in their order, as fit into the width."""
    line = ""
    for part in parts:
        longer = f"{line}  {part}" if line else part
        if len(longer) <= width:
            line = longer
    return line or parts[0][: max(0, width)]


def clock(seconds: float) -> str:
    """A time as minutes and seconds, with hours where there are some; short ones with tenths."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def stream_of(progress: Progress) -> TextIO | None:
    """Where the line goes, as it is now: a notebook or a test may have put another there."""
    return sys.stderr if progress.stream is None else progress.stream


def is_live(stream: TextIO | None) -> bool:
    """Whether a line on the stream can be rewritten: on a terminal, or in a notebook's output."""
    if type(stream).__module__.startswith("ipykernel"):
        return True
    try:
        return stream is not None and stream.isatty()
    except (OSError, ValueError, AttributeError):  # a stream that is closed
        return False


def width_of(stream: TextIO) -> int:
    """How many columns the terminal behind the stream has; 80 where there is none."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError, AttributeError):
        return 80
