"""Modes: whether a layer trains, for all, or for one thread while that evaluates or trains it."""

from __future__ import annotations

import threading
from typing import Any


class Told(threading.local):
    """The modes that hold in this thread alone, by the layer's id, while `fit` or `evaluate` runs.

    So one thread can measure a network while another trains it.
    """

    def __init__(self) -> None:
        """Begin with none; runs once in each thread."""
        self.modes: dict[int, bool] = {}


told = Told()


class Mode:
    """The attribute `training` of a layer: True until it is set; this thread's own comes first."""

    def __get__(self, layer: Any, kind: type | None = None) -> bool:
        if layer is None:
            return True
        if told.modes and id(layer) in told.modes:
            return told.modes[id(layer)]
        return layer.__dict__.get("training", True)

    def __set__(self, layer: Any, mode: bool) -> None:
        if id(layer) in told.modes:  # what a callback sets holds as long as the training does
            told.modes[id(layer)] = mode
        else:
            layer.__dict__["training"] = mode

    def __delete__(self, layer: Any) -> None:
        layer.__dict__.pop("training", None)
