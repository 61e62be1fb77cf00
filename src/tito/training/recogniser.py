"""The recogniser of digits: a network of a learner's layers, or of ours, and what can be amiss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.graph import recording
from tinytorch.core.losses import CrossEntropyLoss
from tinytorch.core.tensor import Tensor
from tito.apart import Refusal
from tito.networks import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray


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
