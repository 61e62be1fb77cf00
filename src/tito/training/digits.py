"""The training behind ``tito train``: by a recipe, watched, kept, and measured at its end."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinytorch.core.optimizers import Adam
from tinytorch.data import DataError, Digits, digits, mnist
from tinytorch.files import DamagedFile
from tinytorch.rng import manual_seed
from tinytorch.training import (
    Callback,
    Checkpoint,
    CheckpointError,
    History,
    Run,
    accuracy,
    fit,
    predict,
)
from tito.training.arrays import to_plain
from tito.training.recipe import DIGITS, Recipe
from tito.training.recogniser import Recogniser, TrainingError

#: How often a training is kept while it goes on, beside when it is stopped.
KEEP_EVERY_S = 5.0
#: Of the images trained on, how many at most are looked at after each epoch.
MEASURED = 10_000
#: The note in which a checkpoint has what was measured on them.
TRAINED_ON = "trained on"


class CannotKeep(TrainingError):
    """A training cannot be kept, or gone on with: no fault of anybody's layers."""


@dataclass
class Training:
    """What one training did: a loss for each step, the rest as measured after each epoch."""

    losses: list[float]
    held_out: list[float]
    trained_on: list[float]
    stopped: bool
    probabilities: NDArray[np.float64]
    weights: NDArray[np.float64] | None
    remarks: list[str]
    model: Recogniser


@dataclass
class Watcher(Callback):
    """Looks at each step; ``tell`` is given its number, its loss, and what is right so far."""

    model: Recogniser
    tell: Callable[[int, float, float | None], None]
    stop: Callable[[], bool]
    some: tuple[Any, Any]
    notes: dict[str, str]
    trained_on: list[float]
    remarks: list[str] | None = None

    def on_step(self, run: Run) -> None:
        """Refuse a loss that is no number, note what a first step shows, tell."""
        if not np.isfinite(run.loss):
            raise TrainingError(
                f"The loss must be a number, but it is {run.loss}. Weights that start too large, "
                "or a division by zero, do this."
            )
        if self.remarks is None:
            self.remarks = self.model.after_a_step()
        right = shares(run.history)
        self.tell(run.step, run.loss, right[-1] if right else None)
        if self.stop():
            run.stop("Ctrl-C")

    def on_epoch(self, run: Run) -> None:
        """Measure some of what it was trained on, too; kept with the rest."""
        self.trained_on.append(accuracy(run.model, *self.some))
        self.notes[TRAINED_ON] = json.dumps(self.trained_on)
        self.tell(run.step, run.loss, shares(run.history)[-1])


def shares(history: History) -> list[float]:
    """The share right of the held out, after each epoch."""
    return [epoch.validation_metrics["accuracy"] for epoch in history.epochs]


def train(
    module: Any,
    recipe: Recipe,
    data: Digits | None = None,
    *,
    tell: Callable[[int, float, float | None], None] = lambda step, loss, right: None,
    stop: Callable[[], bool] = lambda: False,
    kept: Checkpoint | None = None,
    resume: bool = False,
) -> Training:
    """Train a recogniser of ``module``'s layers on the recipe's images, or on ``data``.

    ``tell`` is told of each step, with the share right of the held out after the last epoch that
    ended, and again when one has ended. It ends early once ``stop`` says so. With ``kept`` it is
    written there, and goes on from there with ``resume``. The same seed gives the same training,
    with layers that draw their random numbers from tinytorch or from ``np.random``. TrainingError
    where there is nothing to train, the loss is no longer a number, or nothing can be kept; what
    the layers raise is raised on.
    """
    data = read_images(recipe.images) if data is None else data
    manual_seed(recipe.seed)
    model = Recogniser(module, recipe.network)
    some = data.train_images[:MEASURED], data.train_labels[:MEASURED]
    notes: Any = kept.notes if kept else {}
    try:
        if kept and resume:
            notes |= kept.read_notes() or {}
        watcher = Watcher(model, tell, stop, some, notes, json.loads(notes.get(TRAINED_ON, "[]")))
        history = fit(
            model.network,
            data.train_images,
            data.train_labels,
            Adam(model.parameters, lr=recipe.learning_rate),
            epochs=recipe.epochs,
            batch_size=recipe.batch_size,
            loss=model.loss,
            validation=(data.held_out_images, data.held_out_labels),
            metrics=["accuracy"],
            callbacks=[watcher],
            checkpoint=kept,
            resume=resume,
        )
    except (CheckpointError, DamagedFile) as error:
        raise CannotKeep(str(error)) from None
    return Training(
        history.losses,
        shares(history),
        watcher.trained_on,
        history.ended == "stopped",
        _softmax(predict(model.network, data.held_out_images)),
        model.first_weights(),
        [] if watcher.remarks is None else watcher.remarks + model.never_changed(),
        model,
    )


def read_images(name: str, folder: str | None = None) -> Digits:
    """The images that a recipe names; TrainingError where a file of theirs is not what it was."""
    try:
        return digits() if name == "digits" else mnist(folder)
    except DataError as error:
        raise TrainingError(str(error)) from error


def work(
    layers: Any,
    reporter: Any,
    recipe: dict[str, Any],
    folder: str | None,
    keep: dict[str, Any] | None,
    save: str | None = None,
) -> dict[str, Any]:
    """Train in a process of its own: an item is a step, the result is plain data.

    An item holds the step's number, its loss, and the share right of the held out so far. The
    weights are written to the file ``save``; "unsaved" says why not. Where it cannot be kept,
    "unkept" is all that comes back, and says why.
    """
    wanted = Recipe.from_dict(recipe)
    data = read_images(wanted.images, folder)
    reporter.tell()  # reading may have taken its time
    options: dict[str, Any] = {}
    if keep is not None:
        path = Path(keep["path"])
        kept = Checkpoint(path, every_epochs=None, every_s=KEEP_EVERY_S, notes=keep["notes"])
        options = {"kept": kept, "resume": keep["resume"]}
        options["stop"] = lambda: os.path.exists(keep["stop"])

    def tell(step: int, loss: float, right: float | None) -> None:
        reporter.note((step, loss, right))

    try:
        done = train(layers, wanted, data, tell=tell, **options)
    except CannotKeep as error:
        return {"unkept": str(error)}
    return {
        "losses": to_plain(np.array(done.losses)),
        "held_out": done.held_out,
        "trained_on": done.trained_on,
        "stopped": done.stopped,
        "probabilities": to_plain(done.probabilities),
        "weights": None if done.weights is None else to_plain(done.weights),
        "remarks": done.remarks,
        "unsaved": "" if save is None or done.stopped else _saved(done.model.network, save),
    }


def _saved(network: Any, path: str) -> str:
    """Write the weights; why they are not, in words."""
    from tinytorch.saving import save

    try:
        save(network, path)
    except (OSError, ValueError, TypeError, ModuleNotFoundError) as error:
        return str(error)
    return ""


def held_out_accuracy(seed: int) -> float:
    """The share of held-out digits that the reference's layers get right after training."""
    from tinytorch.core import layers

    return train(layers, replace(DIGITS, seed=seed)).held_out[-1]


def _softmax(logits: NDArray[Any]) -> NDArray[np.float64]:
    values = logits.astype(np.float64)
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
