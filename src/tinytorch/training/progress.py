"""Progress: one line that is written anew, ten times a second at most, while training goes on."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, TextIO

from tinytorch.core.checks import came, check_flag
from tinytorch.training.history import counted, heading, shown

if TYPE_CHECKING:
    from tinytorch.training.callbacks import Run

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
