"""Stand-ins for what a probe does not test: little layers, and instances made by hand."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor
from tito.engine.trial import Trial


class Little:
    """A little layer, y = scale * x + shift, that notes its name in ``calls`` when it runs."""

    def __init__(
        self, name: str, scale: float, shift: float, calls: list[str], *tensors: Tensor
    ) -> None:
        self.name, self.scale, self.shift = name, scale, shift
        self.calls, self.tensors = calls, tensors

    def forward(self, x: Tensor) -> Tensor:
        """The input scaled and shifted."""
        self.calls.append(self.name)
        return x * self.scale + self.shift

    def __call__(self, x: Tensor) -> Tensor:
        return self.forward(x)

    def parameters(self) -> list[Tensor]:
        """The tensors it was given."""
        return list(self.tensors)


def littles(calls: list[str] | None = None) -> list[Little]:
    """Three little layers; in any other order, or without one, the result is another."""
    notes: list[str] = [] if calls is None else calls
    return [
        Little("first", 2, 1, notes),
        Little("second", -1, 3, notes),
        Little("third", 3, -2, notes),
    ]


def with_parameters() -> list[Little]:
    """Four little layers: with two tensors, with one, with none, and with one.

    Two of the tensors have the same shape, so that nobody may tell them apart by it.
    """
    tensors = [
        Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True),
        Tensor([5.0, 6.0], requires_grad=True),
        Tensor([7.0, 8.0], requires_grad=True),
        Tensor([[9.0], [-1.0], [-2.0]], requires_grad=True),
    ]
    return [
        Little("first", 1, 0, [], tensors[0], tensors[1]),
        Little("second", 1, 0, [], tensors[2]),
        Little("third", 1, 0, []),
        Little("fourth", 1, 0, [], tensors[3]),
    ]


def named(items: Iterable[object], known: dict[str, object]) -> list[str]:
    """For each item the name under which it is known, or else what it is."""
    names = {id(thing): name for name, thing in known.items()}
    return [names.get(id(item), f"another {type(item).__name__}") for item in items]


def sequential(t: Trial, *layers: object) -> Any:
    """A Sequential of these layers, made by hand where the constructor does not work."""
    kind = t.module.Sequential
    try:
        model = kind(*layers)
    except Exception:
        model = kind.__new__(kind)
    kept = getattr(model, "layers", ())
    if isinstance(kept, list | tuple) and [*map(id, kept)] != [*map(id, layers)]:  # pyright: ignore[reportUnknownArgumentType]
        with suppress(AttributeError):
            model.layers = list(layers)
    return model


def dropout(t: Trial, p: float) -> Any:
    """A Dropout(p), made by hand where the constructor does not work."""
    kind = t.module.Dropout
    try:
        layer = kind(p)
    except Exception:
        layer = kind.__new__(kind)
    _give(layer, "p", p)
    return layer


def one_to_two(t: Trial, *shape: int, requires_grad: bool = False) -> Tensor:
    """An input between 1 and 2: no zeros, so that every zero that comes out was dropped."""
    values = t.rng.choice(np.array([1, 1.25, 1.5, 1.75, 2], dtype=np.float32), size=shape)
    return t.given("x", Tensor(values, requires_grad=requires_grad))


def training_run(t: Trial, p: float, *shape: int, calls: int = 1) -> dict[str, Any]:
    """What Dropout(p) makes of an input in training, in each of several calls."""
    layer, x = dropout(t, p), one_to_two(t, *shape).data
    return {"p": p, "x": x, "y": [layer.forward(Tensor(x), training=True) for _ in range(calls)]}


def _give(thing: object, name: str, value: object) -> None:
    """Set an attribute that is missing; one with slots may have no place for it."""
    if not hasattr(thing, name):
        with suppress(AttributeError):
            setattr(thing, name, value)
