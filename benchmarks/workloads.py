"""What is measured: each row of the table, with its target against the limit and PyTorch.

A ratio is the other side's figure over ours: above 1, TinyTorch is faster, or takes less memory.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Work:
    """One piece of work, as it is asked of a side."""

    #: Its name in a side's `KINDS`.
    kind: str
    #: The sizes of a network's layers, or the shape of the numbers.
    sizes: tuple[int, ...] = ()
    batch: int = 0
    #: The optimizer, the activation, or what is imported.
    name: str = ""

    def asked(self) -> dict[str, Any]:
        """The work as JSON."""
        return asdict(self)

    @classmethod
    def from_asked(cls, asked: dict[str, Any]) -> Work:
        """The work from JSON."""
        return cls(asked["kind"], tuple(asked["sizes"]), asked["batch"], asked["name"])


@dataclass(frozen=True)
class Row:
    """A line of the table: work, and the least ratios that count as good enough."""

    group: str
    name: str
    work: Work
    limit_target: float | None = None
    torch_target: float | None = None

    @property
    def full_name(self) -> str:
        """The row's name together with its group's title."""
        return f"{GROUPS[self.group]}: {self.name}"

    @property
    def in_bytes(self) -> bool:
        """Whether the row's figures are bytes; otherwise they are seconds."""
        return self.work.kind == "memory"


#: The groups by the names a person types, with the titles that the table shows.
GROUPS = {
    "forward": "784-256-128-10, forward",
    "sgd": "784-256-128-10, SGD step",
    "adam": "784-256-128-10, Adam step",
    "small": "64-32-10, step at batch 32",
    "dropout": "Dropout(0.5), forward",
    "linear": "Linear(4096, 4096), batch 256",
    "activations": "1024×1024, forward",
    "backward": "32×256, forward and backward",
    "digits": "digits as tito trains them",
    "memory": "peak memory of an SGD step",
    "import": "import (limit: import numpy)",
}
LARGE, SMALL = (784, 256, 128, 10), (64, 32, 10)
#: Adam's is small, so that in one reading no unit dies: its moments would become denormal numbers,
#: with which processors are slow.
LEARNING_RATE = {"SGD": 0.01, "Adam": 1e-4}
#: "At most 0.75 of PyTorch's" and "at most 1.15 times import numpy", as ratios.
MEMORY_TARGET, IMPORT_TARGET = 1 / 0.75, 1 / 1.15


def _networks() -> list[Row]:
    forward = {1: (0.75, 1.6), 32: (0.9, 0.95), 256: (0.9, 0.95), 1024: (0.9, 0.95)}
    steps = {
        "SGD": {32: (0.85, 1.3), 128: (0.85, 1.2), 1024: (0.92, 1.08)},
        "Adam": {32: (0.85, 1.0), 128: (0.85, 1.05), 1024: (0.85, 1.08)},
    }
    small = {"SGD": 3.5, "Adam": 3.0}
    return [
        *(
            Row("forward", f"batch {batch}", Work("forward", LARGE, batch), *least)
            for batch, least in forward.items()
        ),
        *(
            Row(name.lower(), f"batch {batch}", Work("step", LARGE, batch, name), *least)
            for name, targets in steps.items()
            for batch, least in targets.items()
        ),
        *(
            Row("small", name, Work("step", SMALL, 32, name), torch_target=least)
            for name, least in small.items()
        ),
    ]


def _layers() -> list[Row]:
    dropout = {(32, 256): 6.0, (1024, 1024): 14.0, (4096, 4096): 14.0}
    square = (4096, 4096)
    return [
        *(
            Row("dropout", f"{rows}×{columns}", Work("dropout", (rows, columns)), None, least)
            for (rows, columns), least in dropout.items()
        ),
        Row("linear", "forward", Work("forward", square, 256), 0.95, 1.1),
        Row("linear", "SGD step", Work("step", square, 256, "SGD"), 0.95, 1.1),
    ]


def _activations() -> list[Row]:
    large = {"Tanh": 1.5, "ReLU": 0.35, "Sigmoid": 0.4, "Softmax": 0.4, "cross-entropy": 0.4}
    others = dict.fromkeys(("Sigmoid", "Softmax", "GELU", "cross-entropy"), 0.8)
    small = {"ReLU": 3.0, "Tanh": 1.8, **others}
    return [
        *(
            Row("activations", name, Work("forward of", (1024, 1024), 0, name), 0.9, least)
            for name, least in large.items()
        ),
        *(
            Row("backward", name, Work("forward and backward of", (32, 256), 0, name), None, least)
            for name, least in small.items()
        ),
    ]


def _whole_programs() -> list[Row]:
    names = {"import tinytorch": "import tinytorch", "all its names": "from tinytorch import *"}
    return [
        Row("digits", "60 epochs", Work("digits"), torch_target=2.0),
        *(
            Row(
                "memory", f"batch {batch}", Work("memory", LARGE, batch, "SGD"), None, MEMORY_TARGET
            )
            for batch in (1024, 8192)
        ),
        *(
            Row("import", name, Work("import", name=statement), IMPORT_TARGET)
            for name, statement in names.items()
        ),
    ]


ROWS = (*_networks(), *_layers(), *_activations(), *_whole_programs())
