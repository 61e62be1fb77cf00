"""Which network a person means: sizes such as 784-256-128-10, or a function in a file of theirs."""

from __future__ import annotations

import base64
import inspect
import math
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import tinytorch
from tinytorch.core.given.module import before_children
from tito.engine.source import Source, UnusableFile, read_source
from tito.lab.apart import Refusal

__all__ = ["ModelFile", "Network", "NetworkError", "from_plain"]

#: What may stand after each Linear but the last.
ACTIVATIONS = {
    "relu": "ReLU",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "gelu": "GELU",
    "none": "",
}
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

    #: A network of sizes is in no file.
    source = None

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
        shown = self.name
        if len(self.sizes) < 2 or min(self.sizes) < 1:
            raise NetworkError(
                "A network has at least two sizes, inputs and outputs, each at least 1, but was "
                f"given as {shown}. Write it like 784-10."
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
    def name(self) -> str:
        """Its sizes, as a person types them."""
        return "-".join(map(str, self.sizes))

    @property
    def parameters(self) -> int:
        """How many numbers it learns: inputs × outputs + outputs for each Linear."""
        return sum(rows * columns + columns for rows, columns in pairwise(self.sizes))

    def words(self) -> str:
        """Its layers in order, as one writes them."""
        return ", ".join(
            f"{name}({', '.join(map(str, arguments))})" if arguments else name
            for name, *arguments in self.specs()
        )

    @property
    def classes(self) -> set[str]:
        """The names of the classes that it is made of."""
        return {name for name, *_ in self.specs()}

    def build(self, layers: Any) -> Any:
        """A Sequential of that library's layers. NetworkError where it lacks a class."""
        return _class(layers, "Sequential")(*self.parts(layers))

    def parts(self, layers: Any) -> list[Any]:
        """The layers of the network, made of that module's classes, in order."""
        made: list[Any] = []
        for name, *arguments in self.specs():
            made.append(_class(layers if arguments else tinytorch, name)(*arguments))
        return made

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for another process."""
        return {**asdict(self), "sizes": list(self.sizes)}

    def specs(self) -> Iterator[tuple[Any, ...]]:
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
        return ModelFile.from_dict(plain)
    return Network(tuple(plain["sizes"]), plain["dropout"], plain["activation"])


def _class(module: Any, name: str) -> Any:
    if not hasattr(module, name):
        raise NetworkError(f"The network needs a class {name}, but the file has none.")
    return getattr(module, name)


#: What the file is called as a module; its functions' `__module__`.
MODULE = "tito_model"


@dataclass(frozen=True)
class ModelFile:
    """A file, and the function in it that makes the network when it is called with nothing."""

    source: Source
    function: str

    @classmethod
    def parse(cls, text: str) -> ModelFile:
        """From what a person types, file.py:make. NetworkError in words."""
        name, colon, function = text.rpartition(":")
        if not colon or not name or not function.isidentifier():
            raise NetworkError(
                f"--model takes a file and a function in it, but was given as {text!r}. "
                "Write it like --model my_model.py:make."
            )
        try:
            return cls(read_source(Path(name).absolute()), function)
        except UnusableFile as error:
            raise NetworkError(f"There is no model: {error.message}") from error

    @property
    def name(self) -> str:
        """As the person names it."""
        return f"{self.function}() of {self.source.path.name}"

    def words(self) -> str:
        """What it is, in words: its name."""
        return self.name

    def build(self, layers: Any) -> Any:
        """Run the file and call the function; what it gives has to be callable.

        In the file, `from tinytorch import Linear` is whatever stands in the library's place here.
        NetworkError where there is no such function or it gives no network; what the code raises
        is raised on.
        """
        path = os.fspath(self.source.path.resolve())
        module = ModuleType(MODULE)
        module.__file__ = path
        sys.modules[MODULE] = module  # dataclasses look there
        name = self.source.path.name
        try:
            code = compile(self.source.content, path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None)
            where = f", line {line}" if line else ""
            raise NetworkError(f"{name}{where}, is not Python: {error.args[0]}.") from None
        exec(code, vars(module))
        make = vars(module).get(self.function)
        if not callable(make) or not _wants_nothing(make):
            raise NetworkError(
                f"{name} has no function {self.function} that is called without arguments. Write "
                f"`def {self.function}():` in it, which returns the network."
            )
        model = make()
        if not callable(model) or isinstance(model, type):
            raise NetworkError(
                f"{self.function}() in {name} should return a network, something that is called "
                f"with a Tensor, but it returned {type(model).__name__}."
            )
        return model

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for another process."""
        return {
            "function": self.function,
            "path": os.fspath(self.source.path.resolve()),
            "content": base64.b64encode(self.source.content).decode(),
        }

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> ModelFile:
        """What `to_dict` gave."""
        source = Source(Path(plain["path"]), base64.b64decode(plain["content"]), 0.0)
        return cls(source, plain["function"])


def _wants_nothing(function: Any) -> bool:
    """Whether it can be called without arguments, as far as it tells."""
    try:
        inspect.signature(function).bind()
    except ValueError:  # it does not tell
        return True
    except TypeError:
        return False
    return True


def hidden_of(text: str) -> tuple[int, ...]:
    """Hidden layers that a person typed, such as 256,128; 0 for none. NetworkError in words."""
    pieces = text.replace("-", ",").split(",")
    if not all(re.fullmatch(r"\s*[0-9]{1,9}\s*", piece) for piece in pieces):
        raise NetworkError(f"{text!r} is not a list of sizes. Write it like 256,128 or 64.")
    sizes = tuple(map(int, pieces))
    return () if sizes == (0,) else sizes


#: Numbers in one example; more is a slip of the hand.
MOST = 1 << 28
#: The attributes in which a first layer says how many numbers it takes.
FEATURES = ("in_features", "input_size")


def shape_of(text: str) -> tuple[int, ...]:
    """The shape that a person typed, without the batch. NetworkError, in words, if it is none."""
    pieces = re.split(r"\s*[,x×]\s*", text.strip().strip("()").rstrip(","))
    if not all(re.fullmatch(r"[0-9]{1,9}", piece) for piece in pieces):
        raise NetworkError(
            f"--input takes the shape of one example, without the batch, but was given as "
            f"{text!r}. Write it like --input 784 or --input 1,28,28."
        )
    shape = tuple(map(int, pieces))
    if min(shape) < 1 or math.prod(shape) > MOST:
        raise NetworkError(
            f"--input takes sizes of at least 1, together at most {MOST:,} numbers, but was given "
            f"as {text!r}. Write it like --input 784."
        )
    return shape


def example_shapes(model: Any) -> list[tuple[int, ...]]:
    """The shape of one example, from what the first layer says. NetworkError if it says nothing."""
    for _, layer in before_children(model, "", set()):
        for name in FEATURES:
            features = getattr(layer, name, None)
            if isinstance(features, int) and features > 0:
                return [(features,)]
    raise NetworkError(
        "What shape has one example for this network? Say it with --input, such as --input 784 or "
        "--input 1,28,28."
    )
