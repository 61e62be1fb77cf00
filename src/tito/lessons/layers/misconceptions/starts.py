"""How a wrong constructor is told from the right one: built rightly, then one thing spoilt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from tinytorch.core.tensor import Tensor
from tito.lesson.model import Misconception, misconception

Spoil = Callable[[Any, int, int, bool], None]


def begin_linear(layer: Any, rows: int, columns: int, bias: bool) -> None:
    """What a Linear should be."""
    layer.in_features, layer.out_features = rows, columns
    weight = np.random.randn(rows, columns) * np.sqrt(1 / rows)
    layer.weight = Tensor(weight, requires_grad=True)
    layer.bias = Tensor(np.zeros(columns), requires_grad=True) if bias else None


def begin_dense(layer: Any, rows: int, columns: int, bias: bool) -> None:
    """What a Dense should be."""
    layer.input_size, layer.output_size = rows, columns
    limit = np.sqrt(6 / (rows + columns))
    weight = np.random.uniform(-limit, limit, (rows, columns))
    layer.weight = Tensor(weight, requires_grad=True)
    layer.bias = Tensor(np.zeros(columns), requires_grad=True) if bias else None


def _linear(spoil: Spoil) -> Callable[..., None]:
    def start(self: Any, in_features: int, out_features: int, bias: bool = True) -> None:
        begin_linear(self, in_features, out_features, bias)
        spoil(self, in_features, out_features, bias)

    return start


def _dense(spoil: Spoil) -> Callable[..., None]:
    def start(self: Any, input_size: int, output_size: int, bias: bool = True) -> None:
        begin_dense(self, input_size, output_size, bias)
        spoil(self, input_size, output_size, bias)

    return start


_MAKERS = {"Linear": _linear, "Dense": _dense}


def wrong_start(
    name: str, *parts: str, says: str, also: dict[str, Callable[..., Any]] | None = None
) -> Callable[[Spoil], tuple[Misconception, ...]]:
    """A misconception about the constructors of these classes (of both, if none is named).

    ``also`` maps a method's bare name to a further wrong method of the same class.
    """

    def wrap(spoil: Spoil) -> tuple[Misconception, ...]:
        made: list[Misconception] = []
        for part in parts or ("Linear", "Dense"):
            further = {f"{part}.{method}": wrong for method, wrong in (also or {}).items()}
            decorate = misconception(name, f"{part}.__init__", says=says, also=further)
            made += decorate(_MAKERS[part](spoil))
        return tuple(made)

    return wrap


def as_python_would(error: Exception) -> NoReturn:
    """Raise the error from here, so that it does not count as raised by the learner's own code."""
    raise error


Law = Callable[[int, int], Any]


def wrong_weights(name: str, part: str, *laws: Law, says: str) -> tuple[Misconception, ...]:
    """A misconception about first weights: one variant for each law that shows it."""

    def spoil_with(law: Law) -> Spoil:
        def spoil(layer: Any, rows: int, columns: int, bias: bool) -> None:
            layer.weight = Tensor(law(rows, columns), requires_grad=True)

        return spoil

    groups = [wrong_start(name, part, says=says)(spoil_with(law)) for law in laws]
    return tuple(item for group in groups for item in group)
