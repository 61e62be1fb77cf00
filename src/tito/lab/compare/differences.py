"""Two arrays beside each other: the greatest difference, where it is, and what rounding does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tito.lab.compare.recipe import CLOSE, EPSILON, SAME

Array = NDArray[Any]
Judgement = Literal["same", "close", "differs"]


@dataclass(frozen=True)
class Difference:
    """One thing compared.

    ``greatest`` is the greatest difference, at ``place``, between numbers that are up to ``size``
    on PyTorch's side; ``rounding`` is by how much PyTorch differs from itself in 64 bits. ``share``
    is the difference as a whole, over how far PyTorch's numbers are from where they began. Where
    the two cannot be subtracted ``why`` says so, and the numbers are None.
    """

    what: str
    judgement: Judgement
    greatest: float | None = None
    place: tuple[int, ...] = ()
    size: float | None = None
    rounding: float | None = None
    share: float | None = None
    why: str = ""

    @property
    def relative(self) -> float | None:
        """The greatest difference over the size of the numbers; None where that is 0 over 0."""
        if self.greatest is None or not self.size:
            return None
        return self.greatest / self.size

    @property
    def roundings(self) -> float | None:
        """The same, in steps of float32 at the size of the numbers."""
        return None if self.relative is None else self.relative / EPSILON


def compare(
    what: str,
    ours: Array | None,
    theirs: Array | None,
    exact: Sequence[Array],
    start: Array | None = None,
) -> Difference:
    """Ours beside PyTorch's; ``exact`` are PyTorch's again, from nudged numbers and in 64 bits.

    The same to rounding is a difference of at most SAME times what PyTorch differs by from
    itself, or from the next float32. Close is less: with ``start``, where the numbers began, a
    difference as a whole of at most CLOSE of the way that they went. NaN, infinity and nothing at
    all are never the same.
    """
    if why := incomparable(ours, theirs):
        return Difference(what, "differs", why=why)
    assert ours is not None
    assert theirs is not None
    mine, its = ours.astype(np.float64), theirs.astype(np.float64)
    apart = np.abs(mine - its)
    place = tuple(int(n) for n in np.unravel_index(int(apart.argmax()), apart.shape))
    greatest, size = float(apart[place]), float(np.abs(its).max())
    rounding = max((_most(its, each) for each in exact), default=0.0)
    share = None if start is None else _share(mine - its, its - start.astype(np.float64))
    judgement: Judgement = "differs"
    if greatest <= SAME * max(rounding, EPSILON * size):
        judgement = "same"
    elif share is not None and share <= CLOSE:
        judgement = "close"
    return Difference(what, judgement, greatest, place, size, rounding, share)


def incomparable(ours: Array | None, theirs: Array | None) -> str:
    """Why the two cannot be subtracted; nothing where they can."""
    if ours is None or theirs is None:
        return "none came from " + ("PyTorch" if theirs is None else "ours")
    if ours.shape != theirs.shape:
        return f"shape {_words(ours.shape)}, PyTorch's {_words(theirs.shape)}"
    if ours.size == 0:
        return "there are no numbers in it"
    bad = [name for name, a in (("ours", ours), ("PyTorch's", theirs)) if not np.isfinite(a).all()]
    if bad:
        return f"NaN or infinity in {' and in '.join(bad)}"
    return ""


def _words(shape: tuple[int, ...]) -> str:
    return "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"


def _most(its: Array, exact: Array) -> float:
    """The greatest difference; 0 where the run in 64 bits went astray, which says nothing."""
    if exact.shape != its.shape or not np.isfinite(exact).all():
        return 0.0
    return float(np.abs(its - exact).max())


def _share(apart: Array, way: Array) -> float | None:
    went = float(np.sqrt(np.sum(way * way)))
    return float(np.sqrt(np.sum(apart * apart))) / went if went else None
