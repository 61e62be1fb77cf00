"""Random numbers: one source for weights, masks and batches, repeatable with a seed."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from tinytorch._typing import Array, Shape


class Source:
    """Where the random numbers come from; made on first use, for `np.random` loads slowly."""

    generator: np.random.Generator | None = None


def manual_seed(seed: int) -> None:
    """Make everything random repeat from here on: weights, dropout masks, shuffled batches.

    `seed` is any whole number (TypeError if not). It seeds NumPy's `np.random` functions too.

    >>> from tinytorch import Linear, manual_seed
    >>> manual_seed(0)
    >>> first = Linear(2, 3).weight.numpy()
    >>> manual_seed(0)
    >>> bool((Linear(2, 3).weight.numpy() == first).all())
    True
    """
    try:
        seed = operator.index(seed)
    except TypeError:
        raise TypeError(
            f"manual_seed expects a whole number, got {seed!r}. Use a seed such as 0 or 42."
        ) from None
    np.random.seed(seed % 2**32)
    Source.generator = np.random.Generator(np.random.SFC64(seed % 2**128))


def generator() -> np.random.Generator:
    """The generator that all random numbers of TinyTorch come from."""
    if Source.generator is None:
        Source.generator = np.random.Generator(np.random.SFC64())
    return Source.generator


def normal(shape: Shape) -> Array:
    """Numbers of the normal distribution with mean 0 and standard deviation 1, as float32.

    >>> normal((2, 3)).shape
    (2, 3)
    """
    return generator().standard_normal(shape, dtype=np.float32)


def uniform(low: float, high: float, shape: Shape) -> Array:
    """Numbers spread evenly from `low` up to `high`, as float32.

    >>> uniform(-1.0, 1.0, (2, 3)).shape
    (2, 3)
    """
    numbers = generator().random(shape, dtype=np.float32)
    numbers *= high - low
    numbers += low
    return numbers


def bernoulli(probability: float, shape: Shape, dtype: npt.DTypeLike = np.float32) -> Array:
    """Ones with the given probability, zeros otherwise, each by itself.

    >>> bernoulli(1.0, (2, 3)).sum()
    np.float32(6.0)
    """
    if probability <= 0 or probability >= 1:
        return np.full(shape, float(probability >= 1), dtype=dtype)
    # Comparing 16-bit words rounds the probability to 1/65,536: four numbers from each of the
    # generator's steps. Near 0 and 1 that is too coarse, there words of 32 bits are used.
    word = np.uint16 if 1 / 64 <= probability <= 63 / 64 else np.uint32
    bits = 8 * np.dtype(word).itemsize
    count = math.prod(shape)
    raw = generator().bit_generator.random_raw(math.ceil(count * bits / 64))
    words = raw.view(word)[:count].reshape(shape)
    limit = min(round(probability * 2**bits), 2**bits - 1)
    return np.less(words, word(limit)).astype(dtype)
