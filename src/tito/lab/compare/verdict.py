"""All that is compared, by how much it differs, and in words: the same, or where the two part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tito.lab.compare.recipe import Array, Arrays, Recipe, called
from tito.say.terminal import listed

#: float32 keeps 24 binary digits: the step from 1 to the next number.
EPSILON = 2.0**-23
#: Differences up to so many times what rounding does are taken for rounding.
SAME = 10.0
#: Two trainings that part by less than this share of the way they went are close.
CLOSE = 0.01
#: In the order in which one thing leads to another: each layer forward, each backward, the whole.
STAGES = ("forward", "gradient", "network", "training")
_OPENINGS = {
    "forward": "Not the same: the forward pass first differs at {0.group}. In its",
    "gradient": "Not the same: forward they agree, but going backward the gradients first differ "
    "at {0.group}. In its",
    "network": "Not the same: each layer by itself agrees, but the network as a whole does not. In",
    "training": "Not the same: forward and gradients agree, but training differs. In",
}


@dataclass(frozen=True)
class Difference:
    """One thing compared.

    ``greatest`` is the greatest difference, at ``place``, between numbers that are up to ``size``
    on PyTorch's side; ``rounding`` is by how much PyTorch differs from itself in 64 bits. ``share``
    is the difference as a whole, over how far PyTorch's numbers are from where they began. Where
    the two cannot be subtracted ``why`` says so, and the numbers are None.
    """

    stage: str
    group: str
    what: str
    judgement: Literal["same", "close", "differs"] = "differs"
    greatest: float | None = None
    place: tuple[int, ...] = ()
    size: float = 0.0
    rounding: float = 0.0
    share: float | None = None
    why: str = ""

    @property
    def amount(self) -> str:
        """How far apart, in words."""
        if self.greatest is None:
            return self.why
        where = f" at {list(self.place)}" if self.place else ""
        return (
            f"they differ by {short(self.greatest)}{where}, with numbers up to {short(self.size)}, "
            f"where rounding alone makes {short(self.rounding)}"
        )


@dataclass(frozen=True)
class Verdict:
    """Whether the two agree; where they part first: at which stage, and in which layer."""

    agree: bool
    stage: str
    words: str
    layer: str | None = None


def compare(
    where: tuple[str, str, str],
    ours: Array | None,
    theirs: Array,
    exact: Array,
    start: Array | None = None,
) -> Difference:
    """Ours beside PyTorch's; ``exact`` is PyTorch's again, from nudged numbers and in 64 bits.

    The same to rounding is a difference of at most SAME times what PyTorch differs by from
    itself, or from the next float32. Close is less: with ``start``, where the numbers began, a
    difference as a whole of at most CLOSE of the way that they went. NaN, infinity and nothing at
    all are never the same.
    """
    if ours is None and not theirs.any():
        ours = np.zeros_like(theirs)  # no gradient came, and there was none to come: p = 1
    if ours is None:
        return Difference(*where, why="none came from ours")
    if ours.shape != theirs.shape or ours.size == 0:
        return Difference(*where, why=f"shape {ours.shape} is beside PyTorch's {theirs.shape}")
    sides = {"ours": ours, "PyTorch's": theirs}
    if bad := [name for name, array in sides.items() if not np.isfinite(array).all()]:
        return Difference(*where, why=f"there is NaN or infinity in {' and in '.join(bad)}")
    mine, its = ours.astype(np.float64), theirs.astype(np.float64)
    apart = np.abs(mine - its)
    place = tuple(int(n) for n in np.unravel_index(int(apart.argmax()), apart.shape))
    greatest, size = float(apart[place]), float(np.abs(its).max())
    # A run in 64 bits that went astray says nothing.
    rounding = float(np.abs(its - exact).max()) if np.isfinite(exact).all() else 0.0
    share = None
    if start is not None and (way := float(np.linalg.norm(its - start))):
        share = float(np.linalg.norm(mine - its)) / way
    judgement = "differs"
    if greatest <= SAME * max(rounding, EPSILON * size):
        judgement = "same"
    elif share is not None and share <= CLOSE:
        judgement = "close"
    return Difference(*where, judgement, greatest, place, size, rounding, share)


def find(
    recipe: Recipe,
    ours: Arrays,
    theirs: Arrays,
    exact: Arrays,
    odd: Mapping[str, str],
    unlisted: Sequence[str],
) -> list[Difference]:
    """Compare all that PyTorch gave: each layer by itself, in order, then the network.

    ``odd`` says of Dropouts, by their places, what is wrong with which numbers they drop;
    ``unlisted`` are parameters that our own parameters() leaves out.
    """
    names = [f"layer {n}, {called(spec).removesuffix('()')}" for n, spec in enumerate(recipe.specs)]
    trained = f"after {recipe.steps} step{'s' if recipe.steps > 1 else ''}"
    found: list[tuple[int, Difference]] = []
    if unlisted:
        be, them = ("are", "them") if len(unlisted) > 1 else ("is", "it")
        why = f"{listed(unlisted)} {be} missing, so no step of training changes {them}"
        found.append((len(names), Difference("training", trained, "parameters()", why=why)))
    for key, its in theirs.items():
        section, _, what = key.partition("/")
        place, stage, group, start = len(names), "network", section, None
        if section.isdigit():
            place = int(section)
            stage = "gradient" if what.startswith("gradient") else "forward"
            group = names[place]
        elif section == "gradients":
            start = np.zeros_like(its)
        elif section == "after":
            stage, group = "training", trained
            start = np.full(recipe.steps, its[0]) if what == "losses" else ours[f"start/{what}"]
        row = compare((stage, group, what), ours.get(key), its, exact[key], start)
        found.append((place, row))
    for place, why in odd.items():
        row = Difference("forward", names[int(place)], "mask", why=why)
        found.append((int(place), row))
    return [row for _, row in sorted(found, key=lambda pair: pair[0])]


def judge(found: Sequence[Difference]) -> Verdict:
    """The first cause, in the order in which one thing leads to another."""
    for stage in STAGES:
        wrong = [row for row in found if row.stage == stage and row.judgement == "differs"]
        if not wrong:
            continue
        if stage == "gradient":  # it comes from behind
            wrong = [row for row in wrong if row.group == wrong[-1].group]
        first = wrong[0]
        layer = first.group if stage in STAGES[:2] else None
        what = first.what if layer else f"{first.what} ({first.group})"
        words = f"{_OPENINGS[stage].format(first)} {what}, {first.amount}."
        return Verdict(False, stage, words, layer)
    return Verdict(True, "none", _agreement(found))


def _agreement(found: Sequence[Difference]) -> str:
    close = [row for row in found if row.judgement == "close"]
    if not close:
        far = max(found, key=lambda row: (row.greatest or 0.0) / (row.size or 1.0))
        return (
            f"The same to rounding: forward, in gradients and {found[-1].group} of training. The "
            f"greatest difference for its size is in {far.what} ({far.group}): {far.amount}."
        )
    widest = max(close, key=lambda row: row.share or 0.0)
    return (
        "The same to rounding in each layer, forward and in its gradients. In the network as a "
        f"whole rounding grows: in {widest.what} ({widest.group}), {widest.amount}. As a whole "
        f"that is {widest.share or 0.0:.2%} of the way from where it began. Now and then rounding "
        "puts a number on the other side of a kink such as ReLU's 0, and each step carries that on."
    )


def short(number: float) -> str:
    """A number as one says it: 0.0312, 1.2e-07."""
    return f"{number:.2g}" if number < 0.1 else f"{number:.3g}"
