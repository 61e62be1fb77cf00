"""Checkpoints: files from which a training goes on as if it had never been stopped."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.given.checks import came, check_count, check_range
from tinytorch.core.given.graph import set_data
from tinytorch.core.given.module import Module
from tinytorch.core.tensor import Tensor
from tinytorch.files.tensors import DamagedFile, is_text, read_tensors, safetensors, write_tensors
from tinytorch.files.writing import remove_left_over
from tinytorch.rng import generator
from tinytorch.training.callbacks import Epoch
from tinytorch.training.modes import reached
from tinytorch.training.task import compare

if TYPE_CHECKING:
    from tinytorch._typing import Array
    from tinytorch.training.callbacks import Run
    from tinytorch.training.task import State, Task


class Whole(Module):
    """All that a training changes, as one layer: the model, and what else the optimizer has."""

    def __init__(self, model: Any, parameters: list[Tensor]) -> None:
        """Hold the model, and the parameters that are not found in it."""
        roots = reached(model)
        self.model = model if len(roots) == 1 and roots[0] is model else roots
        found = {id(tensor) for tensor in self.parameters()}
        self.others = [tensor for tensor in parameters if id(tensor) not in found]


def changing(task: Task) -> list[Tensor]:
    """What `restore_best` puts back: the parameters, and what the model keeps besides them."""
    return [*task.parameters, *Whole(task.model, task.parameters).buffers()]


def collected(training: State, whole: Whole) -> tuple[dict[str, Array], dict[str, Any]]:
    """All that the loop depends on, at the end of a step or of an epoch: arrays, and the rest."""
    task, place, history = training.task, training.place, training.run.history
    arrays = dict(whole.state_dict())
    arrays |= {f"optimizer.{name}": a for name, a in task.optimizer.state_dict().items()}
    arrays["losses"] = np.array(history.losses, np.float64)
    if place.order is not None:
        arrays["order"] = place.order
    if place.outputs:
        arrays["outputs"] = np.concatenate(place.outputs)
    if place.best is not None:
        arrays |= {f"best.{number}": array for number, array in enumerate(place.best)}
    state = {
        "done": place.done,
        "seconds": place.seconds,
        "epochs": [asdict(record) for record in history.epochs],
        "ended": history.ended,
        "reason": history.reason,
        "pace": task.pace.state() if task.pace else {},
        "watch": task.watch.state() if task.watch else {},
        "random": {
            "tinytorch": generator().bit_generator.state,
            "numpy": np.random.get_state(legacy=False),
        },
    }
    return arrays, state


def restored(training: State, whole: Whole, arrays: Mapping[str, Array], state: Any) -> None:
    """Put the loop where another was; ValueError, and nothing changes, where that does not fit."""
    try:
        generators = put_back(training, arrays, state)
    except Exception as error:  # whatever may stand in a file
        raise ValueError(
            "fit expects a whole checkpoint, got one in which something is missing or wrong "
            f"({type(error).__name__}: {error}). Delete it to begin anew, or take another copy."
        ) from None
    before = [(tensor, tensor.data) for tensor in (*whole.parameters(), *whole.buffers())]
    names = [name for name in arrays if name.startswith(("model.", "others."))]
    whole.load_state_dict({name: arrays[name] for name in names})
    try:
        training.task.optimizer.load_state_dict(under("optimizer.", arrays))
    except BaseException:
        for tensor, data in before:
            set_data(tensor, data)
        raise
    generator().bit_generator.state, legacy = generators
    np.random.set_state(legacy)


def put_back(training: State, arrays: Mapping[str, Array], state: Any) -> tuple[Any, Any]:
    """Put back what is the loop's alone, and check it; the states of both random generators."""
    task, run, place = training.task, training.run, training.place
    run.history.losses = arrays["losses"].astype(np.float64, casting="same_kind").tolist()
    run.history.epochs = [record_from(number, each) for number, each in enumerate(state["epochs"])]
    run.history.ended, run.history.reason = str(state["ended"]), str(state["reason"])
    run.epoch = len(run.history.epochs) + 1
    place.done, place.seconds = int(state["done"]), float(state["seconds"])
    place.order = arrays.get("order")
    if (
        not 0 <= place.done <= run.steps_per_epoch
        or len(run.history.losses) != len(run.history.epochs) * run.steps_per_epoch + place.done
    ):
        raise ValueError("other losses than steps")
    if place.done and not np.array_equal(np.sort(arrays["order"]), np.arange(len(task.x))):
        raise ValueError("an order that leaves examples out")
    if task.metrics and place.done:
        place.outputs = [arrays["outputs"]]
    best = under("best.", arrays)
    if best:
        tensors = changing(task)
        place.best = [best[str(number)] for number in range(len(tensors))]
        if any(a.shape != b.shape for a, b in zip(place.best, tensors, strict=True)):
            raise ValueError("other shapes")
    if task.pace:
        task.pace.restore(state["pace"])
    if task.watch:
        task.watch.restore(state["watch"])
    generators = state["random"]["tinytorch"], state["random"]["numpy"]
    np.random.SFC64().state = generators[0]  # one that is wrong is refused here
    np.random.RandomState().set_state(generators[1])
    return generators


def record_from(place: int, kept: Mapping[str, Any]) -> Epoch:
    """An epoch's record as it was: numbers, and numbers by name."""
    lost, rate = kept["validation_loss"], kept["learning_rate"]
    return Epoch(
        place + 1,
        float(kept["loss"]),
        {str(name): float(value) for name, value in kept["metrics"].items()},
        None if lost is None else float(lost),
        {str(name): float(value) for name, value in kept["validation_metrics"].items()},
        None if rate is None else float(rate),
        float(kept["seconds"]),
    )


def under(prefix: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """The arrays whose names begin so, by the rest of their names."""
    return {name[len(prefix) :]: arrays[name] for name in arrays if name.startswith(prefix)}


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

    def save(self, training: State) -> None:
        """Write what the loop is now, unless that is what was written last."""
        now = place_of(training.run)
        if now != self.written:
            arrays, state = collected(training, self.whole)
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

    def resume(self, training: State) -> None:
        """Put a loop back where the checkpoint is; where there is none, it begins."""
        if not os.path.exists(self.path):
            return
        arrays, notes = read_checkpoint(self.path)
        try:
            compare(self.plan, notes["plan"])
            restored(training, self.whole, arrays, notes["state"])
        except (ValueError, TypeError) as error:
            refusal = CheckpointError(str(error))
            refusal.add_note(f"from the checkpoint {self.path}")
            raise refusal from error
        self.written = place_of(training.run)

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
