"""What is measured: each row of the table, with its target against the limit and PyTorch.

A ratio is the other side's time over ours: above 1, TinyTorch is faster.
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
    sizes: tuple[int, ...]
    batch: int = 0
    #: The optimizer or the activation.
    name: str = ""

    def asked(self) -> dict[str, Any]:
        """The work as JSON."""
        return asdict(self)

    @classmethod
    def from_asked(cls, asked: dict[str, Any]) -> Work:
        """The work from JSON."""
        return cls(**{**asked, "sizes": tuple(asked["sizes"])})


@dataclass(frozen=True)
class Row:
    """A line of the table: work, and the least ratios that count as fast enough."""

    group: str
    name: str
    work: Work
    limit_target: float | None = None
    torch_target: float | None = None


LARGE, SMALL = (784, 256, 128, 10), (64, 32, 10)
LEARNING_RATE = {"SGD": 0.01, "Adam": 1e-4}


def _forward() -> list[Row]:
    targets = {1: (0.75, 1.6), 32: (0.9, 0.95), 256: (0.9, 0.95), 1024: (0.9, 0.95)}
    return [
        Row("forward", f"forward, batch {batch}", Work("forward", LARGE, batch), *least)
        for batch, least in targets.items()
    ]


def _steps() -> list[Row]:
    targets = {
        ("SGD", 32): (0.85, 1.3),
        ("SGD", 128): (0.85, 1.2),
        ("SGD", 1024): (0.92, 1.08),
        ("Adam", 32): (0.85, 1.0),
        ("Adam", 128): (0.85, 1.05),
        ("Adam", 1024): (0.85, 1.08),
    }
    large = [
        Row(name.lower(), f"{name} step, batch {batch}", Work("step", LARGE, batch, name), *least)
        for (name, batch), least in targets.items()
    ]
    small = [
        Row("small", f"64-32-10, {name} step, batch 32", Work("step", SMALL, 32, name), None, least)
        for name, least in (("SGD", 3.5), ("Adam", 3.0))
    ]
    return large + small


def _dropout() -> list[Row]:
    targets = {(32, 256): 6.0, (1024, 1024): 14.0, (4096, 4096): 14.0}
    return [
        Row("dropout", f"Dropout(0.5), {shape[0]}×{shape[1]}", Work("dropout", shape), None, least)
        for shape, least in targets.items()
    ]


def _linear() -> list[Row]:
    square = (4096, 4096)
    return [
        Row("linear", "Linear(4096, 4096), forward", Work("forward", square, 256), 0.95, 1.1),
        Row("linear", "Linear(4096, 4096), SGD step", Work("step", square, 256, "SGD"), 0.95, 1.1),
    ]


def _activations() -> list[Row]:
    large = {"Tanh": 1.5, "ReLU": 0.35, "Sigmoid": 0.4, "Softmax": 0.4, "cross-entropy": 0.4}
    small = {"ReLU": 3.0, "Tanh": 1.8} | dict.fromkeys(
        ("Sigmoid", "Softmax", "GELU", "cross-entropy"), 0.8
    )
    forward = [
        Row("activations", f"{name}, 1024×1024", Work("forward of", (1024, 1024), 0, name), 0.9, to)
        for name, to in large.items()
    ]
    both = [
        Row("backward", f"{name}, 32×256", Work("forward and backward of", (32, 256), 0, name),
            None, least)
        for name, least in small.items()
    ]  # fmt: skip
    return forward + both


ROWS = (*_forward(), *_steps(), *_dropout(), *_linear(), *_activations())
