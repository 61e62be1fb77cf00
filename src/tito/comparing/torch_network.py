"""The network in PyTorch, made of the plain words for its layers."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

Plain = dict[str, Any]


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


def layer(torch: Any, part: Plain) -> Any:
    """PyTorch's layer for one of ours, with PyTorch's own first weights."""
    kind, settings = part["kind"], part["settings"]
    if "in" in settings:
        return torch.nn.Linear(settings["in"], settings["out"], bias=settings["bias"])
    if "p" in settings:
        return torch.nn.Dropout(settings["p"])
    return getattr(torch.nn, kind)(**settings)


def network(torch: Any, parts: Sequence[Plain]) -> Any:
    """All of them in a Sequential."""
    return torch.nn.Sequential(*(layer(torch, part) for part in parts))


def as_stored(part: Plain, key: str, array: Any) -> Any:
    """An array of ours as PyTorch's layer stores it: a weight transposed, a bias flat."""
    if key == "weight" and not part["stored"]:
        return array.T
    return array.reshape(-1) if key == "bias" else array
