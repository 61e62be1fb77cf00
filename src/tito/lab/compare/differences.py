"""All that is compared, and by how much it differs: each layer by itself, the whole, training."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from tito.lab.compare.recipe import CLOSE, EPSILON, SAME, Array, Arrays, Plain, called, tensors_of

Judgement = Literal["same", "close", "differs"]
#: Two masks are taken for one where chance makes that with a probability below exp(-20).
_UNLIKELY = 20.0


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
    if ours is None or theirs is None:
        return Difference(
            what, "differs", why=f"none came from {'ours' if ours is None else 'PyTorch'}"
        )
    if why := _incomparable(ours, theirs):
        return Difference(what, "differs", why=why)
    mine, its = ours.astype(np.float64), theirs.astype(np.float64)
    apart = np.abs(mine - its)
    place = tuple(int(n) for n in np.unravel_index(int(apart.argmax()), apart.shape))
    greatest, size = float(apart[place]), float(np.abs(its).max())
    # A run in 64 bits that went astray says nothing.
    same = [each for each in exact if each.shape == its.shape and np.isfinite(each).all()]
    rounding = max((float(np.abs(its - each).max()) for each in same), default=0.0)
    share = None
    if start is not None and (way := float(np.linalg.norm(its - start))):
        share = float(np.linalg.norm(mine - its)) / way
    judgement: Judgement = "differs"
    if greatest <= SAME * max(rounding, EPSILON * size):
        judgement = "same"
    elif share is not None and share <= CLOSE:
        judgement = "close"
    return Difference(what, judgement, greatest, place, size, rounding, share)


def _incomparable(ours: Array, theirs: Array) -> str:
    """Why the two cannot be subtracted; nothing where they can."""
    if ours.shape != theirs.shape:
        return f"shape {ours.shape}, PyTorch's {theirs.shape}"
    if ours.size == 0:
        return "there are no numbers in it"
    bad = [name for name, a in (("ours", ours), ("PyTorch's", theirs)) if not np.isfinite(a).all()]
    return f"NaN or infinity in {' and in '.join(bad)}" if bad else ""


@dataclass(frozen=True)
class LayerFound:
    """One layer on one input, the same on both sides.

    Of a Dropout also its output at inference, and the share ``dropped`` of ``of`` numbers, each
    with probability ``p``; ``repeats`` where two calls dropped the same numbers, though there were
    many. ``changed`` says that ours wrote into its input.
    """

    path: str
    name: str
    output: Difference
    gradients: list[Difference]
    inference: Difference | None = None
    dropped: float | None = None
    of: int = 0
    p: float = 0.0
    changed: bool = False
    repeats: bool = False

    def everything(self) -> Iterator[Difference]:
        """What is compared of it, in order."""
        yield self.output
        if self.inference is not None:
            yield self.inference
        yield from self.gradients


@dataclass(frozen=True)
class Findings:
    """The comparison, as data: what `tito compare` says is read from here."""

    layers: list[LayerFound]
    inference: Difference
    output: Difference
    gradients: list[Difference]
    after: list[Difference]
    losses: Difference
    steps: int
    #: Parameters that our own parameters() leaves out.
    unlisted: list[str]

    def everything(self) -> Iterator[Difference]:
        """All that is compared: each layer by itself, then the network as a whole, in order."""
        for layer in self.layers:
            yield from layer.everything()
        yield self.inference
        yield from (*self.gradients, *self.after, self.losses, self.output)


def find(
    ours: Arrays,
    torch: Sequence[Arrays],
    parts: Sequence[Plain],
    unlisted: list[str],
    steps: int,
) -> Findings:
    """Compare our arrays with PyTorch's: ``torch`` is its run, and the two in 64 bits."""
    its, *exact = torch
    parameters = [name.removeprefix("after/") for name in its if name.startswith("after/")]

    def look(what: str, key: str, start: Array | None = None) -> Difference:
        again = [each[key] for each in exact if key in each]
        return compare(what, ours.get(key), its.get(key), again, start)

    return Findings(
        layers=[_layer(place, part, ours, look) for place, part in enumerate(parts)],
        inference=look("output at inference", "inference"),
        output=look("output in training", "output"),
        gradients=[
            look(f"gradient of {name}", f"gradient/{name}", np.zeros_like(its[f"after/{name}"]))
            for name in parameters
        ],
        after=[
            look(f"{name} after {steps} steps", f"after/{name}", ours[f"start/{name}"])
            for name in parameters
        ],
        losses=look(f"losses of {steps} steps", "losses", np.full(steps, its["losses"][0])),
        steps=steps,
        unlisted=unlisted,
    )


def _layer(
    place: int, part: Plain, ours: Mapping[str, Array], look: Callable[[str, str], Difference]
) -> LayerFound:
    key, where = f"layer/{place}", f"layer {part['path'] or 0}"
    found = LayerFound(
        path=part["path"],
        name=called(part),
        output=look(f"output of {where}", f"{key}/y"),
        gradients=[
            look(f"gradient of the {leaf} of {where}", f"{key}/gradient of {leaf}")
            for leaf in ("input", *tensors_of(part))
        ],
        changed=part["changed"],
    )
    if part["kind"] != "Dropout":
        return found
    x, y, p = ours[f"{key}/x"], ours[f"{key}/y"], part["settings"]["p"]
    surprise = -x.size * math.log(p * p + (1 - p) * (1 - p))
    return replace(
        found,
        inference=look(f"output of {where} at inference", f"{key}/inference"),
        dropped=int(np.count_nonzero(y == 0)) / y.size,
        of=x.size,
        p=p,
        repeats=surprise > _UNLIKELY and np.array_equal(ours[f"{key}/kept"], ours[f"{key}/again"]),
    )
