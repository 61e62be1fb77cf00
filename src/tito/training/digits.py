"""The recogniser of digits that ``tito train`` trains, and how it is trained and measured."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinytorch.core.graph import no_grad
from tinytorch.core.optimizers import Adam
from tinytorch.core.tensor import Tensor
from tinytorch.data import DataError, Digits, digits, mnist
from tinytorch.rng import manual_seed
from tinytorch.training import accuracy, fit
from tito.apart import Refusal
from tito.networks import Network
from tito.training.arrays import to_plain
from tito.training.recipe import DIGITS, Recipe

#: Of the images trained on, how many at most are looked at after each epoch.
MEASURED = 10_000


class TrainingError(Refusal):
    """The layers cannot be trained at all; the message says why."""


@dataclass
class Training:
    """What one training did: a loss for each step, the rest as measured after each epoch."""

    losses: list[float] = field(default_factory=list[float])
    held_out: list[float] = field(default_factory=list[float])
    trained_on: list[float] = field(default_factory=list[float])
    probabilities: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 10)))
    weights: NDArray[np.float64] | None = None
    remarks: list[str] = field(default_factory=list[str])
    model: Recogniser | None = None


class Recogniser:
    """A network that is built from the layers of ``module``: a learner's or ours.

    Only ``__call__``, ``forward`` and ``parameters`` of the layers are used, and ``layers`` of a
    Sequential, so that layers as plain as a first version can be trained and measured.
    """

    def __init__(self, module: Any, network: Network) -> None:
        """Build it; ``module`` has the classes that the network needs."""
        parts = network.parts(module)
        if not hasattr(module, "Sequential"):
            raise TrainingError("The network needs a class Sequential, and the file has none.")
        self.first, self.sizes = parts[0], network.sizes
        self.network = module.Sequential(*parts)
        self.parameters: list[Tensor] = list(self.network.parameters())

    def __call__(self, x: Tensor) -> Tensor:
        """Logits in training: dropout drops. TrainingError where nothing can be learned so."""
        logits = _call(self.network, x)
        if not isinstance(logits, Tensor):
            kind = type(logits).__name__
            raise TrainingError(f"The network should return a Tensor, and it returned {kind}.")
        if not logits.requires_grad:
            raise TrainingError(
                "The network's output should lead back to its parameters, and it leads to none of "
                "them. Parameters need requires_grad=True, and a layer that reads .data or makes "
                "a new Tensor cuts the way back."
            )
        return logits

    def infer(self, x: Tensor) -> Tensor:
        """Logits at inference: every layer that takes ``training`` is told False."""
        return infer(self.network, x)

    def first_weights(self) -> NDArray[np.float64] | None:
        """The first layer's weights as (pixels, units); None where no parameter has that shape."""
        for parameter in self.first.parameters():
            for weights in (parameter.data, parameter.data.T):
                if weights.shape == self.sizes[:2]:
                    return np.array(weights, dtype=np.float64)
        return None


def infer(layer: Any, x: Tensor) -> Tensor:
    """Call a layer for measuring, not for training, whatever it knows of the difference.

    A container is walked even if its forward takes ``training``: it may not hand that on.
    """
    if hasattr(layer, "layers"):
        for part in layer.layers:
            x = infer(part, x)
        return x
    if "training" in inspect.signature(layer.forward).parameters:
        return _call(layer, x, training=False)
    return _call(layer, x)


def _call(layer: Any, x: Tensor, **flags: bool) -> Any:
    run: Any = layer if callable(layer) else layer.forward
    return run(x, **flags)


def train(
    module: Any,
    recipe: Recipe,
    after_step: Callable[[float, float | None], None] | None = None,
    data: Digits | None = None,
) -> Training:
    """Train a recogniser of ``module``'s layers on the recipe's images, or on ``data``.

    ``after_step`` is told each step's loss, and after an epoch what is right of the held out. The
    same seed gives the same training, with layers that draw their random numbers from tinytorch
    or from ``np.random``. TrainingError where there is nothing to train or the loss is no longer a
    number; what the layers raise is raised on.
    """
    data = read_images(recipe.images) if data is None else data
    manual_seed(recipe.seed)
    model, done = Recogniser(module, recipe.network), Training()
    _refuse_nothing(model.parameters)
    start = [parameter.data.copy() for parameter in model.parameters]
    steps_per_epoch = -(-len(data.train_labels) // recipe.batch_size)
    some = data.train_images[:MEASURED], data.train_labels[:MEASURED]

    def watch(loss: float) -> None:
        done.losses.append(loss)
        if not np.isfinite(loss):
            raise TrainingError(
                f"The loss must be a number, and it is {loss}. Weights that start too large, "
                "or a division by zero, do this."
            )
        if len(done.losses) == 1:
            done.remarks += _without_gradient(model.parameters, recipe.network.parameters)
        ended = len(done.losses) % steps_per_epoch == 0
        if ended:
            done.held_out.append(accuracy(model.infer, data.held_out_images, data.held_out_labels))
            done.trained_on.append(accuracy(model.infer, *some))
        if after_step:
            after_step(loss, done.held_out[-1] if ended else None)

    fit(
        model,
        data.train_images,
        data.train_labels,
        Adam(model.parameters, lr=recipe.learning_rate),
        epochs=recipe.epochs,
        batch_size=recipe.batch_size,
        callbacks=[lambda run: watch(run.loss)],
    )
    with no_grad():
        done.probabilities = _softmax(model.infer(Tensor(data.held_out_images)))
    done.model, done.weights = model, model.first_weights()
    done.remarks += _never_changed(model.parameters, start)
    return done


def read_images(name: str, folder: str | None = None) -> Digits:
    """The images that a recipe names; TrainingError where a file of theirs is not what it was."""
    try:
        return digits() if name == "digits" else mnist(folder)
    except DataError as error:
        raise TrainingError(str(error)) from error


def work(layers: Any, reporter: Any, recipe: dict[str, Any], folder: str | None) -> dict[str, Any]:
    """Train in a process of its own: an item is a step, the result is plain data.

    An item holds the step's loss and, after an epoch, the share right of the held out.
    """
    wanted = Recipe.from_dict(recipe)
    data = read_images(wanted.images, folder)
    reporter.tell()  # reading may have taken its time
    done = train(layers, wanted, lambda loss, right: reporter.note((loss, right)), data)
    return {
        "held_out": done.held_out,
        "trained_on": done.trained_on,
        "probabilities": to_plain(done.probabilities),
        "weights": None if done.weights is None else to_plain(done.weights),
        "remarks": done.remarks,
    }


def held_out_accuracy(seed: int) -> float:
    """The share of held-out digits that the reference's layers get right after training."""
    from tinytorch.core import layers

    return train(layers, replace(DIGITS, seed=seed)).held_out[-1]


def _refuse_nothing(parameters: list[Tensor]) -> None:
    for parameter in parameters:
        if not isinstance(parameter, Tensor):  # pyright: ignore[reportUnnecessaryIsInstance]
            kind = type(parameter).__name__
            raise TrainingError(
                f"Sequential.parameters() should return Tensors, and one of them is of type {kind}."
            )
    if not parameters:
        raise TrainingError(
            "Sequential.parameters() should return the Tensors to train, and it returned none."
        )


def _without_gradient(parameters: list[Tensor], expected: int) -> list[str]:
    missing = [parameter for parameter in parameters if parameter.grad is None]
    return [
        f"The parameter of shape {parameter.shape} got no gradient: the loss does not reach it."
        for parameter in missing
    ] + _not_handed_over(parameters, expected)


def _not_handed_over(parameters: list[Tensor], expected: int) -> list[str]:
    count = sum(parameter.size for parameter in parameters)
    if count == expected:
        return []
    return [
        f"The network has {expected:,} numbers to train, and parameters() gave {count:,}: "
        "what is not in the list is not trained."
    ]


def _never_changed(parameters: list[Tensor], start: list[NDArray[np.float32]]) -> list[str]:
    return [
        f"The parameter of shape {parameter.shape} never changed in training."
        for parameter, before in zip(parameters, start, strict=True)
        if parameter.grad is not None and np.array_equal(parameter.data, before)
    ]


def _softmax(logits: Tensor) -> NDArray[np.float64]:
    values = logits.data.astype(np.float64)
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
