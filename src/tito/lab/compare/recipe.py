"""What is compared: a network and its layers, the numbers that go into it, and the training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tito.lab.networks import Network

Array = NDArray[Any]
Arrays = dict[str, Array]
#: A layer: the name of its class, and what it is made with.
Spec = tuple[Any, ...]

#: The class of each optimizer, and the learning rate that most people begin with.
OPTIMIZERS = {"sgd": ("SGD", 0.1), "adam": ("Adam", 0.001)}
#: So many batches are trained on, in turn.
POOL = 8
#: The batches at which time is taken, unless one is asked for.
BATCHES = (1, 32, 1024)


@dataclass(frozen=True)
class Recipe:
    """What was asked for; ``batches`` are those at which time is taken."""

    network: Network
    batch: int
    batches: Sequence[int]
    steps: int
    optimizer: str
    seed: int
    threads: int

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Recipe:
        """What `to_dict` gave, in another process."""
        plain["network"] = Network(**plain["network"])
        return cls(**plain)

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)

    @property
    def specs(self) -> list[Spec]:
        """The layers in order."""
        return list(self.network.specs())

    @property
    def dropouts(self) -> list[int]:
        """The places of the layers that are Dropout."""
        return [place for place, spec in enumerate(self.specs) if spec[0] == "Dropout"]

    @property
    def loss(self) -> str:
        """The class of the loss that fits the network's output."""
        return "CrossEntropyLoss" if self.network.sizes[-1] > 1 else "MSELoss"

    def data(self, random: np.random.Generator, batch: int) -> tuple[Array, Array]:
        """A batch at random: what goes in, and what the loss holds the output against."""
        inputs, *_, outputs = self.network.sizes
        x = random.standard_normal((batch, inputs), dtype=np.float32)
        if outputs > 1:
            return x, random.integers(outputs, size=batch)
        return x, random.standard_normal((batch, 1), dtype=np.float32)


def called(spec: Spec) -> str:
    """A layer as one writes it: Linear(784, 256), ReLU()."""
    return f"{spec[0]}({', '.join(map(str, spec[1:]))})"


def shapes(spec: Spec) -> dict[str, tuple[int, ...]]:
    """The parameters of a layer, as ours lie: a weight is (in, out)."""
    return {"weight": spec[1:], "bias": spec[2:]} if spec[0] == "Linear" else {}


def read(path: str) -> Arrays:
    """The arrays that a side wrote."""
    with np.load(path, allow_pickle=False) as held:
        return dict(held)
