"""The network in PyTorch, made of the plain words for its layers."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinytorch.core import activations
from tinytorch.core.layers import Dropout, Linear, Sequential
from tinytorch.torch import to_torch
from tito.lab.compare.parts import Plain

Array = NDArray[Any]


class Given:
    """A Dropout that drops what it is told to; PyTorch's own arithmetic does the rest."""

    def __init__(self, torch: Any, p: float) -> None:
        self.functional, self.p = torch.nn.functional, p
        self.kept: Any = None

    def __call__(self, x: Any, training: bool) -> Any:
        """Drop, and scale what stays by 1 / (1 - p), as PyTorch's Dropout does."""
        if not training:
            return self.functional.dropout(x, self.p, training=False)
        return x * self.kept * (0.0 if self.p == 1 else 1 / (1 - self.p))


def load() -> Any:
    """PyTorch, for a process that is its own."""
    return importlib.import_module("torch")


def network(
    parts: Sequence[Plain], weights: Mapping[str, Array] | None = None, dtype: Any = np.float32
) -> Any:
    """All the layers in PyTorch's Sequential, through the reference's and `to_torch`.

    ``weights`` are by name, as ours lie, and what ours has not is zero; without any, the weights
    are those that the reference begins with.
    """
    made = Sequential(*(_reference(part) for part in parts)).to(dtype)
    if weights is not None:
        for part, layer in zip(parts, made, strict=True):
            _fill(part, layer, weights)
    return to_torch(made)


def _fill(part: Plain, layer: Any, weights: Mapping[str, Array]) -> None:
    for key in ("weight", "bias"):
        parameter: Any = getattr(layer, key, None)
        if parameter is None:
            continue
        name = part["names"].get(key)
        array: Any = np.zeros(parameter.shape) if name is None else weights[name]
        if part["stored"] and key == "weight":
            array = array.T
        parameter.data[...] = array.reshape(parameter.shape)


def _reference(part: Plain) -> Any:
    kind, settings = part["kind"], part["settings"]
    if "in" in settings:
        return Linear(settings["in"], settings["out"], bias=settings["bias"])
    if "p" in settings:
        return Dropout(settings["p"])
    return getattr(activations, kind)(**settings)
