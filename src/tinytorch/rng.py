"""Random numbers: one source for weights, masks and batches, repeatable with a seed."""

from __future__ import annotations

import math
import operator
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.given.checks import MOST_BYTES, check_range, check_shape, shortened, too_large
from tinytorch.core.given.kernels import LARGE, at_once

if TYPE_CHECKING:
    from tinytorch._typing import Array, Shape

__all__ = ["bernoulli", "generator", "manual_seed", "normal", "uniform"]

# How many places of a mask are filled at a time: their random bits stay in the processor's cache.
BLOCK = 2**19


class Source(threading.local):
    """Where the random numbers come from, for each thread of its own.

    It is made on first use, for `np.random` loads slowly.
    """

    generator: np.random.Generator | None = None


source = Source()


def manual_seed(seed: int) -> None:
    """Make everything random repeat from here on: weights, dropout masks, shuffled batches.

    `seed` is any whole number (TypeError if not). It holds for the thread that calls it, in which
    generators and tasks of asyncio take turns at the same numbers; another thread draws its own,
    until it is seeded itself. NumPy's `np.random` functions, which all threads share, are seeded
    too.

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
            f"manual_seed expects a whole number, got {shortened(seed)}. "
            "Use a seed such as 0 or 42."
        ) from None
    np.random.seed(seed % 2**32)
    source.generator = np.random.Generator(np.random.SFC64(seed % 2**128))


def generator() -> np.random.Generator:
    """The generator that all random numbers of TinyTorch come from, in this thread.

    >>> generator().permutation(5).shape
    (5,)
    """
    if source.generator is None:
        source.generator = np.random.Generator(np.random.SFC64())
    return source.generator


def normal(shape: Shape) -> Array:
    """Numbers of the normal distribution with mean 0 and standard deviation 1, as float32.

    TypeError or ValueError for what is no shape, or one that does not fit into memory.

    >>> normal((2, 3)).shape
    (2, 3)
    """
    return generator().standard_normal(dtype=np.float32, out=room("normal", shape, np.float32))


def uniform(low: float, high: float, shape: Shape) -> Array:
    """Numbers spread evenly from `low` up to `high`, as float32.

    TypeError or ValueError for what is no number, and for shapes as in `normal`.

    >>> uniform(-1.0, 1.0, (2, 3)).shape
    (2, 3)
    """
    check_range("uniform", -1e38, 1e38, low=low, high=high)
    numbers = generator().random(dtype=np.float32, out=room("uniform", shape, np.float32))
    numbers *= high - low
    numbers += low
    return numbers


def bernoulli(probability: float, shape: Shape) -> Array:
    """A mask: True with the given probability and False otherwise, each place by itself.

    The probability is off by at most 2^-17, and by at most one in 10,000 of itself, or of what
    it lacks to 1. TypeError or ValueError for what is no number from 0 to 1, and for shapes as in
    `normal`.

    >>> bernoulli(1.0, (2, 3)).sum()
    np.int64(6)
    """
    if type(probability) is not float or not 0 <= probability <= 1:
        check_range("bernoulli", 0, 1, probability=probability)
    mask = room("bernoulli", shape, np.bool_)
    if probability in (0, 1):
        mask[...] = probability
        return mask
    flat = mask.reshape(-1)
    bits = generator().bit_generator
    if mask.size < LARGE:
        fill(flat, probability, bits)
    else:
        # Each half has its own generator, also on one processor: the mask must not depend on that.
        middle = mask.size // 2
        more_bits = np.random.SFC64(bits.random_raw(4))
        at_once(
            lambda: fill(flat[:middle], probability, bits),
            lambda: fill(flat[middle:], probability, more_bits),
        )
    return mask


def room(owner: str, shape: Shape, dtype: type[np.generic]) -> Array:
    """An array to be filled; ValueError or TypeError for what is no shape, or one too large."""
    try:
        if math.prod(shape) <= MOST_BYTES // 4:
            return np.empty(shape, dtype)
    except (TypeError, ValueError, OverflowError, MemoryError):
        check_shape(owner, shape)
    raise too_large(shape)


def fill(mask: Array, probability: float, bits: np.random.BitGenerator) -> None:
    """Toss a coin for every place of a mask, block by block."""
    for start in range(0, mask.size, BLOCK):
        block = mask[start : start + BLOCK]
        block[...] = coins(len(block), probability, bits)


def coins(count: int, probability: float, bits: np.random.BitGenerator) -> Array:
    """Ones (or True) with the given probability, zeros (or False) otherwise."""
    if probability == 0.5:
        return np.unpackbits(bits.random_raw(math.ceil(count / 64)).view(np.uint8), count=count)
    limit = limit_for(probability)
    words = bits.random_raw(math.ceil(count * limit.itemsize / 8)).view(limit.dtype)
    return words[:count] < limit


@lru_cache(maxsize=16)
def limit_for(probability: float) -> np.unsignedinteger[Any]:
    """The number that a random word is below with the given probability, as a word.

    Words are as short as can be: of one step of the generator come eight of 8 bits.
    """
    tolerance = min(2**-17, 1e-4 * min(probability, 1 - probability))
    for word in (np.uint8, np.uint16, np.uint32):
        words = 2 ** (8 * word().itemsize)
        if abs(round(probability * words) / words - probability) <= tolerance:
            return word(round(probability * words))
    return np.uint64(round(probability * 2**64))
