"""The numbers that every side starts from: the same weights, examples and labels."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@lru_cache(maxsize=4)
def weights(sizes: tuple[int, ...]) -> list[tuple[Floats, Floats]]:
    """For each layer its weights (in, out), large enough to keep the signal, and its bias (out,).

    To be copied, never changed: they are handed out again.
    """
    random = np.random.default_rng(1)
    layers: list[tuple[Floats, Floats]] = []
    for inputs, outputs in pairwise(sizes):
        weight = random.standard_normal((inputs, outputs), dtype=np.float32)
        weight *= np.float32((2 / inputs) ** 0.5)
        layers.append((weight, random.standard_normal(outputs, dtype=np.float32) * np.float32(0.1)))
    return layers


@lru_cache(maxsize=4)
def examples(rows: int, columns: int, seed: int = 2) -> Floats:
    """Numbers of the normal distribution, shape (rows, columns)."""
    return np.random.default_rng(seed).standard_normal((rows, columns), dtype=np.float32)


@lru_cache(maxsize=4)
def labels(rows: int, classes: int) -> NDArray[np.int64]:
    """A class for each example."""
    return np.random.default_rng(3).integers(0, classes, rows)
