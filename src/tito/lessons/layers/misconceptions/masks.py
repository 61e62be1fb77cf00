"""Dropout done right, in pieces: what its wrong variants share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tito.lesson.model import Misconception, misconception

Law = Callable[[Any, Any], Any]


def wrong_law(name: str, *, says: str) -> Callable[[Law], tuple[Misconception, ...]]:
    """A mistake in what is done where elements are drawn: all but that is as it should be."""

    def wrap(law: Law) -> tuple[Misconception, ...]:
        def forward(self: Any, x: Any, training: bool = True) -> Any:
            if training and 0 < self.p < 1:
                return law(self, x)
            return x * 0.0 if training and self.p == 1 else x

        return misconception(name, "Dropout.forward", says=says)(forward)

    return wrap


def ones(condition: Any) -> NDArray[np.float32]:
    """1 where the condition holds, 0 elsewhere."""
    return np.asarray(condition, dtype=np.float32)


def keepers(layer: Any, *shape: int) -> NDArray[np.float32]:
    """A mask of that shape: 1 where an element is kept, 0 where it is dropped."""
    return ones(np.random.random(shape) < 1 - layer.p)


def factor(layer: Any) -> float:
    """What the kept elements are multiplied by; 0 where none is kept."""
    return 0.0 if layer.p == 1 else 1 / (1 - layer.p)


def dropped(layer: Any, x: Any) -> Any:
    """What dropout makes of ``x`` in training."""
    return x * keepers(layer, *x.shape) * factor(layer)
