"""The training behind ``tito train``: by a recipe, watched, kept, and measured at its end."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinytorch.core.given.graph import recording
from tinytorch.core.losses import CrossEntropyLoss
from tinytorch.core.optimizers import Adam
from tinytorch.core.tensor import Tensor
from tinytorch.data import DataError, Digits, digits, mnist
from tinytorch.files.saving import save as save_weights
from tinytorch.files.tensors import DamagedFile
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
from tito.lab.apart import Refusal
from tito.lab.networks import Network
from tito.lab.train.recipe import DIGITS, Recipe


class TrainingError(Refusal):
    """The layers cannot be trained at all; the message says why."""


class Recogniser:
    """A network that is built from the layers of ``module``: a learner's or ours.

    Only ``__call__``, ``forward`` and ``parameters`` of the layers are used, and ``layers`` of a
    Sequential, so that layers as plain as a first version can be trained and measured.
    """

    def __init__(self, module: Any, network: Network) -> None:
        """Build it; ``module`` has the classes that the network needs."""
        parts = network.parts(module)
        if not hasattr(module, "Sequential"):
            raise TrainingError("The network needs a class Sequential, but the file has none.")
        self.first, self.plan = parts[0], network
        self.network = module.Sequential(*parts)
        self.parameters = _some(list(self.network.parameters()))
        self.start = [parameter.data.copy() for parameter in self.parameters]

    def loss(self, outputs: Any, targets: Any) -> Tensor:
        """Cross-entropy. TrainingError where nothing can be learned from what came out."""
        if not isinstance(outputs, Tensor):
            kind = type(outputs).__name__
            raise TrainingError(f"The network should return a Tensor, but it returned {kind}.")
        if recording.on and not outputs.requires_grad:
            raise TrainingError(
                "The network's output should lead back to its parameters, but it leads to none "
                "of them. Parameters need requires_grad=True, and a layer that reads .data or "
                "makes a new Tensor cuts the way back."
            )
        return CrossEntropyLoss()(outputs, targets)

    def first_weights(self) -> NDArray[np.float64] | None:
        """The first layer's weights as (pixels, units); None where no parameter has that shape."""
        for parameter in self.first.parameters():
            for weights in (parameter.data, parameter.data.T):
                if weights.shape == self.plan.sizes[:2]:
                    return np.array(weights, dtype=np.float64)
        return None

    def after_a_step(self) -> list[str]:
        """What a first step shows: parameters that no gradient reached, or that are not listed."""
        missing = [parameter for parameter in self.parameters if parameter.grad is None]
        found = [
            f"The parameter of shape {parameter.shape} got no gradient: the loss does not reach it."
            for parameter in missing
        ]
        count = sum(parameter.size for parameter in self.parameters)
        if count != self.plan.parameters:
            found.append(
                f"The network has {self.plan.parameters:,} numbers to train, but parameters() gave "
                f"{count:,}: what is not in the list is not trained."
            )
        return found

    def never_changed(self) -> list[str]:
        """The parameters that are as they were at the start, though a gradient reached them."""
        return [
            f"The parameter of shape {parameter.shape} never changed in training."
            for parameter, before in zip(self.parameters, self.start, strict=True)
            if parameter.grad is not None and np.array_equal(parameter.data, before)
        ]


def _some(parameters: list[Any]) -> list[Tensor]:
    """The parameters. TrainingError where there are none, or one is no Tensor."""
    kinds = [type(each).__name__ for each in parameters if not isinstance(each, Tensor)]
    if kinds or not parameters:
        given = f"one of them is of type {kinds[0]}" if kinds else "it returned none"
        raise TrainingError(
            f"Sequential.parameters() should return the Tensors to train, but {given}."
        )
    return parameters


#: How often a training is kept while it goes on, beside when it is stopped.
KEEP_EVERY_S = 5.0
#: Of the images trained on, how many at most are looked at after each epoch.
MEASURED = 10_000
#: The note in which a checkpoint has what was measured on them.
TRAINED_ON = "trained on"


class CannotKeep(TrainingError):
    """A training cannot be kept, or gone on with: no fault of anybody's layers."""

    clear = True


@dataclass(frozen=True)
class Attempt:
    """A training that ended: each step's loss, what it reached and printed.

    ``held_out`` has a share for each whole epoch, of what is right; ``trained_on`` the same for
    images that it was trained on, 10,000 at most; ``probabilities`` are (n, 10), for the held-out
    images; ``weights`` are those of the first layer, (pixels, units), or None; ``unsaved`` says
    why the weights were not saved. ``model`` is there only where it was trained.
    """

    losses: list[float]
    held_out: list[float]
    trained_on: list[float]
    probabilities: NDArray[Any]
    weights: NDArray[Any] | None
    remarks: list[str]
    printed: str = ""
    unsaved: str = ""
    model: Any = None

    def to_plain(self) -> dict[str, Any]:
        """Plain data, for another process."""
        weights = None if self.weights is None else self.weights.tolist()
        probabilities = self.probabilities.tolist()
        return vars(self) | {"weights": weights, "probabilities": probabilities, "model": None}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Attempt:
        """What `to_plain` gave."""
        values = dict(plain)
        for name in ("probabilities", "weights"):
            values[name] = None if plain[name] is None else np.array(plain[name])
        return cls(**values)


@dataclass
class Watcher(Callback):
    """Looks at each step; ``tell`` is given its number, its loss, and what is right so far."""

    model: Recogniser
    tell: Callable[[int, float, float | None], None]
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
    kept: Checkpoint | None = None,
    resume: bool = False,
) -> Attempt:
    """Train a recogniser of ``module``'s layers on the recipe's images, or on ``data``.

    ``tell`` is told of each step, with the share right of the held out after the last epoch that
    ended, and again when one has ended. With ``kept`` it is written there, also at Ctrl-C, and goes
    on from there with ``resume``. The same seed gives the same training,
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
        watcher = Watcher(model, tell, some, notes, json.loads(notes.get(TRAINED_ON, "[]")))
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
    return Attempt(
        history.losses,
        shares(history),
        watcher.trained_on,
        _softmax(predict(model.network, data.held_out_images)),
        model.first_weights(),
        [] if watcher.remarks is None else watcher.remarks + model.never_changed(),
        model=model,
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
    weights are written to the file ``save``; "unsaved" says why not.
    """
    wanted = Recipe.from_dict(recipe)
    options: dict[str, Any] = {}
    data = read_images(wanted.images, folder)
    reporter.tell()  # reading may have taken its time
    if keep is not None:
        path, notes = Path(keep["path"]), keep["notes"]
        kept = Checkpoint(path, every_epochs=None, every_s=KEEP_EVERY_S, notes=notes)
        options = {"kept": kept, "resume": keep["resume"]}

    def tell(step: int, loss: float, right: float | None) -> None:
        reporter.note((step, loss, right))

    done = train(layers, wanted, data, tell=tell, **options)
    unsaved = ""
    if save:
        try:
            save_weights(done.model.network, save)
        except (OSError, ValueError, TypeError, ModuleNotFoundError) as error:
            unsaved = str(error)
    return replace(done, unsaved=unsaved).to_plain()


def held_out_accuracy(seed: int) -> float:
    """The share of held-out digits that the reference's layers get right after training."""
    import tinytorch

    return train(tinytorch, replace(DIGITS, seed=seed)).held_out[-1]


def _softmax(logits: NDArray[Any]) -> NDArray[np.float64]:
    values = logits.astype(np.float64)
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
