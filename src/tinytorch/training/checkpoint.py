"""Checkpoints: files from which a training goes on as if it had never been stopped."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinytorch.core.checks import came, check_count, check_range
from tinytorch.files import DamagedFile, read_tensors, safetensors, write_tensors
from tinytorch.header import is_text
from tinytorch.training.keeping import Whole, collected, restored
from tinytorch.training.plan import compare
from tinytorch.writing import remove_left_over

if TYPE_CHECKING:
    from tinytorch._typing import Array
    from tinytorch.training.callbacks import Run
    from tinytorch.training.loop import Loop

# The note by which a file says that it is a checkpoint, and how it is laid out.
FORMAT = "tinytorch.checkpoint"
VERSION = "1"


class CheckpointError(ValueError, OSError):
    """A checkpoint cannot be written or read, or it is one of another training; nothing is lost.

    >>> raise CheckpointError("a.checkpoint cannot be written.")
    Traceback (most recent call last):
    ...
    tinytorch.training.checkpoint.CheckpointError: a.checkpoint cannot be written.
    """


@dataclass(frozen=True)
class Checkpoint:
    """Where `fit` writes all that training depends on, and how often.

    After every ``every_steps`` steps, every ``every_epochs`` epochs and every ``every_s`` seconds
    (each may be None), at the end, and at Ctrl-C. ``path`` is a safetensors file, in a folder that
    is there; it is written whole or not at all, so at each moment it holds one whole step.
    ``notes`` are words of your own to be kept with it. It needs the library safetensors (without
    it, `fit` raises ModuleNotFoundError). ValueError and TypeError for counts below 1, what is no
    path, or notes that are no words.

    >>> Checkpoint("digits.checkpoint", every_steps=500).every_epochs
    1
    """

    path: str | os.PathLike[str]
    every_steps: int | None = None
    every_epochs: int | None = 1
    every_s: float | None = None
    notes: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)

    def __post_init__(self) -> None:
        if not isinstance(self.path, str | os.PathLike) or not os.fspath(self.path):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(
                f"Checkpoint expects the path of a file, got {came(self.path)}. "
                "Write it like Checkpoint('digits.checkpoint')."
            )
        for name in ("every_steps", "every_epochs"):
            if getattr(self, name) is not None:
                check_count("Checkpoint", 1, **{name: getattr(self, name)})
        if self.every_s is not None:
            check_range("Checkpoint", 0, 1e38, every_s=self.every_s)
        words = self.notes.items() if isinstance(self.notes, Mapping) else [(None, None)]  # pyright: ignore[reportUnnecessaryIsInstance]
        if not all(is_text(text) for pair in words for text in pair):
            raise TypeError(
                f"Checkpoint expects notes as a dict of words, got {came(self.notes)}. "
                "Write them like notes={'recipe': 'small'}."
            )

    def read_notes(self) -> dict[str, str] | None:
        """Read the notes that were kept with the checkpoint; None where there is no file.

        A checkpoint need not be that of the training in hand. Raises DamagedFile, a ValueError, for
        what is no whole checkpoint, CheckpointError for what cannot be read, ModuleNotFoundError
        without safetensors.

        >>> Checkpoint("no.such.checkpoint").read_notes() is None
        True
        """
        if not os.path.exists(self.path):
            return None
        return read_checkpoint(Path(self.path))[1]["notes"]


class Saver:
    """Writes a loop to its checkpoint, and puts it back as it was."""

    def __init__(self, checkpoint: Checkpoint, plan: dict[str, str], whole: Whole) -> None:
        """``plan`` says in words what the training is; ``whole`` holds what it changes."""
        self.checkpoint, self.plan, self.whole = checkpoint, plan, whole
        self.path = Path(checkpoint.path)
        self.written: tuple[int, int, str] | None = None
        self.written_at = time.monotonic()
        safetensors()
        if not os.access(self.path.absolute().parent, os.W_OK):
            raise CheckpointError(
                f"fit expects a checkpoint in a folder that is there and can be written to, got "
                f"{self.path}. Make the folder first, or name another."
            )
        remove_left_over(self.path)

    def due(self, run: Run, *, steps: bool) -> bool:
        """Whether it is time, after a step or after an epoch."""
        pause = self.checkpoint.every_s
        if pause is not None and time.monotonic() - self.written_at >= pause:
            return True
        every = self.checkpoint.every_steps if steps else self.checkpoint.every_epochs
        count = run.step if steps else len(run.history.epochs)
        return every is not None and count % every == 0

    def save(self, loop: Loop) -> None:
        """Write what the loop is now, unless that is what was written last."""
        now = place_of(loop.run)
        if now != self.written:
            arrays, state = collected(loop, self.whole)
            words = {"plan": self.plan, "state": state, "notes": dict(self.checkpoint.notes)}
            notes = {FORMAT: VERSION} | {name: as_json(each) for name, each in words.items()}
            try:
                write_tensors(self.path, arrays, notes)
            except OSError as error:
                raise CheckpointError(
                    f"{self.path} cannot be written: {error.strerror or error}. "
                    "The checkpoint before it, if there was one, is still whole."
                ) from error
            self.written, self.written_at = now, time.monotonic()

    def resume(self, loop: Loop) -> None:
        """Put a loop back where the checkpoint is; where there is none, it begins."""
        if not os.path.exists(self.path):
            return
        arrays, notes = read_checkpoint(self.path)
        try:
            compare(self.plan, notes["plan"])
            restored(loop, self.whole, arrays, notes["state"])
        except (ValueError, TypeError) as error:
            refusal = CheckpointError(str(error))
            refusal.add_note(f"from the checkpoint {self.path}")
            raise refusal from error
        self.written = place_of(loop.run)

    def refuse_another(self) -> None:
        """CheckpointError for a file that is there: it would be written over."""
        if os.path.exists(self.path):
            read_checkpoint(self.path)
            raise CheckpointError(
                f"fit expects a path for the checkpoint where nothing is yet, got {self.path}, "
                "which holds a training. Give resume=True to go on with that, or delete it."
            )


def place_of(run: Run) -> tuple[int, int, str]:
    """Where a run is, so that one place is written once."""
    return run.step, len(run.history.epochs), run.history.ended


def read_checkpoint(path: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    """What a checkpoint holds: arrays, and plan, state and notes; DamagedFile for other files."""
    try:
        arrays, notes = read_tensors(path)
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read: {error.strerror or error}.") from error
    what = "another version of it" if FORMAT in notes else "arrays of another kind"
    if notes.get(FORMAT) == VERSION:
        try:
            return arrays, {name: json.loads(notes[name]) for name in ("plan", "state", "notes")}
        except (KeyError, ValueError, RecursionError):
            what = "one without its words"
    raise DamagedFile(
        f"{path}: expected a checkpoint of fit, layout {VERSION}, got {what}. Name another path."
    )


def as_json(value: object) -> str:
    """Plain data as text; of random generators' states, arrays and NumPy's numbers become plain."""
    return json.dumps(value, default=lambda each: each.tolist())
