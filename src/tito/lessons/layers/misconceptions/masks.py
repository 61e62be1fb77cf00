"""Dropout done right, in pieces: what its wrong variants share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def rests(layer: Any, training: bool) -> bool:
    """Whether x comes back unchanged."""
    return not training or layer.p == 0


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
