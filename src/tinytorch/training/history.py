"""History: what a training did, step by step and epoch by epoch, and why it ended."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Epoch:
    """What one epoch came to: the mean of its losses, its metrics, and those of the validation.

    ``learning_rate`` is that of its last step; ``seconds`` has the validation in it, and does not
    count when two records are compared.

    >>> record = Epoch(1, 0.5, {"accuracy": 0.75})
    >>> record.value("accuracy")
    0.75
    """

    number: int
    loss: float
    metrics: dict[str, float] = field(default_factory=dict[str, float])
    validation_loss: float | None = None
    validation_metrics: dict[str, float] = field(default_factory=dict[str, float])
    learning_rate: float | None = None
    seconds: float = field(default=0.0, compare=False)

    def values(self) -> dict[str, float]:
        """All measured numbers by name; those of the validation begin with "validation_".

        >>> Epoch(1, 0.5, validation_loss=0.75).values()
        {'loss': 0.5, 'validation_loss': 0.75}
        """
        found = {"loss": self.loss, **self.metrics}
        if self.validation_loss is not None:
            found["validation_loss"] = self.validation_loss
        return found | {f"validation_{n}": value for n, value in self.validation_metrics.items()}

    def value(self, name: str) -> float:
        """One of `values()`; ValueError that lists the names for one that is not there."""
        values = self.values()
        if not isinstance(name, str) or name not in values:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ValueError(
                f"An epoch expects the name of something measured, one of "
                f"{', '.join(values)}, got {name!r}. Measure it with metrics= or validation=."
            )
        return values[name]


@dataclass(repr=False)
class History:
    """What `fit` did: each step's loss, each epoch's record, and why it ended.

    ``ended`` is "epochs" (all are done), "early stopping", or "stopped" (by a callback), and ""
    while training goes on; ``reason`` says it in a sentence. As text it is a table.

    >>> History([0.5, 0.25], [Epoch(1, 0.375)], "epochs", "1 epoch done.")
    History of 1 epoch, 2 steps, 0.0 s. 1 epoch done.
    epoch    loss  seconds
        1  0.3750     0.00
    """

    losses: list[float] = field(default_factory=list[float])
    epochs: list[Epoch] = field(default_factory=list[Epoch])
    ended: str = ""
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data, for JSON or a table of epochs elsewhere.

        JSON has no NaN and no infinity: such a number is None.

        >>> History([0.5], [Epoch(1, 0.5)]).to_dict()["epochs"][0]["loss"]
        0.5
        """
        records = [
            {"epoch": each.number}
            | {name: for_json(value) for name, value in each.values().items()}
            | {"learning_rate": for_json(each.learning_rate), "seconds": each.seconds}
            for each in self.epochs
        ]
        return {
            "losses": [for_json(loss) for loss in self.losses],
            "epochs": records,
            "ended": self.ended,
            "reason": self.reason,
        }

    def __repr__(self) -> str:
        seconds = sum(each.seconds for each in self.epochs)
        head = (
            f"History of {counted(len(self.epochs), 'epoch')}, "
            f"{counted(len(self.losses), 'step')}, {seconds:.1f} s. {self.reason}"
        )
        return "\n".join([head.rstrip(), *table(self.epochs)])


def for_json(value: float | None) -> float | None:
    """A number where JSON has one for it."""
    return value if value is not None and math.isfinite(value) else None


def counted(count: int, thing: str) -> str:
    """A number with what it counts: 1 epoch, 2 epochs."""
    return f"{count:,} {thing}" + ("" if count == 1 else "s")


def table(records: list[Epoch], most: int = 20) -> list[str]:
    """A line an epoch under a line of names; of many epochs the first and the last."""
    if not records:
        return []
    names = list(records[-1].values())
    heads = ["epoch", *map(heading, names), "seconds"]
    rows = [
        [str(each.number), *(shown(each.values().get(n)) for n in names), f"{each.seconds:.2f}"]
        for each in records
    ]
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    lines = ["  ".join(map(str.rjust, row, widths)) for row in (heads, *rows)]
    if len(records) <= most:
        return lines
    return [*lines[: most // 2 + 1], "...".rjust(widths[0]), *lines[-most // 2 :]]


def heading(name: str) -> str:
    """The name of a measured number where there is little room."""
    return name.replace("validation_", "val. ")


def shown(value: float | None) -> str:
    """A measured number with enough digits to compare."""
    return "" if value is None else f"{value:.4f}" if 1e-3 <= abs(value) < 1e5 else f"{value:.3g}"
