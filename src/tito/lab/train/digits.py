"""The training behind ``tito train``: by a recipe, watched, kept, and measured at its end."""

from __future__ import annotations

import base64
import json
import os
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


def array_to_plain(array: NDArray[Any]) -> dict[str, Any]:
    """Kind, shape and the numbers themselves: exact, and a fifth of what digits would take."""
    array = np.ascontiguousarray(array)
    numbers = base64.b64encode(array.tobytes()).decode()
    return {"dtype": array.dtype.str, "shape": list(array.shape), "numbers": numbers}


def array_from_plain(plain: dict[str, Any]) -> NDArray[Any]:
    """What `array_to_plain` was given."""
    numbers = base64.b64decode(plain["numbers"])
    return np.frombuffer(bytearray(numbers), plain["dtype"]).reshape(plain["shape"])


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
        self.parameters: list[Tensor] = list(self.network.parameters())
        _refuse_nothing(self.parameters)
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


def _refuse_nothing(parameters: list[Tensor]) -> None:
    for parameter in parameters:
        if not isinstance(parameter, Tensor):  # pyright: ignore[reportUnnecessaryIsInstance]
            kind = type(parameter).__name__
            raise TrainingError(
                f"Sequential.parameters() should return Tensors, but one of them is of type {kind}."
            )
    if not parameters:
        raise TrainingError(
            "Sequential.parameters() should return the Tensors to train, but it returned none."
        )


#: How often a training is kept while it goes on, beside when it is stopped.
KEEP_EVERY_S = 5.0
#: Of the images trained on, how many at most are looked at after each epoch.
MEASURED = 10_000
#: The note in which a checkpoint has what was measured on them.
TRAINED_ON = "trained on"


class CannotKeep(TrainingError):
    """A training cannot be kept, or gone on with: no fault of anybody's layers."""


@dataclass(frozen=True)
class Attempt:
    """A training that ended, or was stopped: each step's loss, what it reached and printed.

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
    stopped: bool = False
    printed: str = ""
    unsaved: str = ""
    model: Any = None

    def to_plain(self) -> dict[str, Any]:
        """Plain data, for another process."""
        values: dict[str, Any] = {**vars(self), "losses": np.array(self.losses), "model": None}
        for name in ("losses", "probabilities", "weights"):
            values[name] = None if values[name] is None else array_to_plain(values[name])
        return values

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Attempt:
        """What `to_plain` gave."""
        values = dict(plain)
        for name in ("losses", "probabilities", "weights"):
            values[name] = None if values[name] is None else array_from_plain(values[name])
        return cls(**{**values, "losses": values["losses"].tolist()})


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
) -> Attempt:
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
    return Attempt(
        history.losses,
        shares(history),
        watcher.trained_on,
        _softmax(predict(model.network, data.held_out_images)),
        model.first_weights(),
        [] if watcher.remarks is None else watcher.remarks + model.never_changed(),
        stopped=history.ended == "stopped",
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
    unsaved = _saved(done.model.network, save) if save and not done.stopped else ""
    return replace(done, unsaved=unsaved).to_plain()


def _saved(network: Any, path: str) -> str:
    """Write the weights; why they are not, in words."""
    from tinytorch.files.saving import save

    try:
        save(network, path)
    except (OSError, ValueError, TypeError, ModuleNotFoundError) as error:
        return str(error)
    return ""


def held_out_accuracy(seed: int) -> float:
    """The share of held-out digits that the reference's layers get right after training."""
    import tinytorch

    return train(tinytorch, replace(DIGITS, seed=seed)).held_out[-1]


def _softmax(logits: NDArray[Any]) -> NDArray[np.float64]:
    values = logits.astype(np.float64)
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
