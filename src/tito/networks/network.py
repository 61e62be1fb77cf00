"""A network by its sizes: 784-256-128-10, with what stands between its Linear layers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tinytorch.core import activations
from tito.apart.refusal import Refusal

if TYPE_CHECKING:
    from tito.networks.model_file import ModelFile

#: What may stand after each Linear but the last.
ACTIVATIONS = {
    "relu": "ReLU",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "gelu": "GELU",
    "none": "",
}
MOST_LAYERS = 200
#: Parameters in float32 that a network may take; with gradients it takes twice that.
MOST_BYTES = 512 << 20


class NetworkError(Refusal):
    """There is no such network; the message says why, and what to write."""


@dataclass(frozen=True)
class Network:
    """Linear layers of these sizes, with an activation and Dropout after each but the last."""

    sizes: tuple[int, ...]
    dropout: float = 0.0
    activation: str = "relu"

    @classmethod
    def parse(cls, text: str, dropout: float = 0.0, activation: str = "relu") -> Network:
        """From what a person types, such as 784-256-128-10. NetworkError in words."""
        pieces = re.split(r"-|→|->", text.strip())
        if not all(re.fullmatch(r"[0-9]{1,9}", piece) for piece in pieces):
            raise NetworkError(
                f"A network is written as its sizes with - between them, but was given as "
                f"{text!r}. Write it like 784-256-128-10."
            )
        return cls(tuple(int(piece) for piece in pieces), dropout, activation)

    def __post_init__(self) -> None:
        """NetworkError, in words, for what is no network or would not fit into memory."""
        shown = "-".join(map(str, self.sizes))
        if len(self.sizes) < 2 or min(self.sizes) < 1:
            raise NetworkError(
                "A network has at least two sizes, inputs and outputs, each at least 1, but was "
                f"given as {shown}. Write it like 784-10."
            )
        if len(self.sizes) - 1 > MOST_LAYERS:
            raise NetworkError(
                f"A network may have up to {MOST_LAYERS} Linear layers here, but this one has "
                f"{len(self.sizes) - 1}. Write fewer sizes."
            )
        if 4 * self.parameters > MOST_BYTES:
            raise NetworkError(
                f"The network {shown} has {self.parameters:,} parameters, which take "
                f"{4 * self.parameters / 2**30:,.1f} GiB; up to {MOST_BYTES / 2**30:g} GiB are "
                "allowed here. Write smaller sizes."
            )
        if not 0 <= self.dropout <= 1:
            raise NetworkError(
                f"Dropout's probability is from 0 to 1, but was given as {self.dropout}. Write "
                "one such as 0.5."
            )
        if self.activation not in ACTIVATIONS:
            raise NetworkError(
                f"There is no activation {self.activation!r} here. Choose one of "
                f"{', '.join(ACTIVATIONS)}."
            )

    @property
    def parameters(self) -> int:
        """How many numbers it learns: inputs × outputs + outputs for each Linear."""
        return sum(rows * columns + columns for rows, columns in pairwise(self.sizes))

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one example."""
        return self.sizes[:1]

    def words(self) -> str:
        """Its layers in order, as one writes them."""
        return ", ".join(
            f"{name}({', '.join(map(str, arguments))})" if arguments else name
            for name, *arguments in self._layers()
        )

    def build(self, layers: Any) -> Any:
        """A Sequential of that module's layers. NetworkError where the module lacks a class."""
        return _class(layers, "Sequential")(*self.parts(layers))

    def parts(self, layers: Any) -> list[Any]:
        """The layers of the network, made of that module's classes, in order."""
        made: list[Any] = []
        for name, *arguments in self._layers():
            made.append(_class(activations if not arguments else layers, name)(*arguments))
        return made

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for another process."""
        return {**asdict(self), "sizes": list(self.sizes)}

    def _layers(self) -> Iterator[tuple[Any, ...]]:
        """The name of each layer's class, and what it is made with."""
        last = len(self.sizes) - 2
        for place, (inputs, outputs) in enumerate(pairwise(self.sizes)):
            yield "Linear", inputs, outputs
            if place < last and ACTIVATIONS[self.activation]:
                yield (ACTIVATIONS[self.activation],)
            if place < last and self.dropout:
                yield "Dropout", self.dropout


def from_plain(plain: dict[str, Any]) -> Network | ModelFile:
    """What `to_dict` gave, in the process that builds it."""
    if "function" in plain:
        from tito.networks.model_file import ModelFile

        return ModelFile.from_dict(plain)
    return Network(tuple(plain["sizes"]), plain["dropout"], plain["activation"])


def _class(module: Any, name: str) -> Any:
    if not hasattr(module, name):
        raise NetworkError(f"The network needs a class {name}, but the file has none.")
    return getattr(module, name)
