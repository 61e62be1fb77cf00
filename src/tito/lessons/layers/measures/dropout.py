"""Facts about what Dropout did: to which elements, how often, and by which factor."""

from __future__ import annotations

from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from tito.engine.seen import Array, Near, number

# How far a share of zeros may be away from p. Over 9800 elements that is at least 19 standard
# deviations of its noise; the nearest wrong law (a mask applied twice) is 0.25 away at p = 0.5.
SHARE_TOLERANCE = 0.1


class Pair(TypedDict):
    """An input, and what became of it."""

    x: Array
    y: Array


class Run(TypedDict):
    """What Dropout(p) made of an input in each of its calls, and where it matters the input."""

    p: float
    x: Array
    y: list[Array]


class WithGradient(Pair):
    """The same, with the gradient of the sum of the output."""

    gradient: Array


def shapes(seen: list[Array]) -> dict[str, str]:
    """The shape of each output."""
    return {"the shapes": ", ".join(str(y.shape) for y in seen)}


def fate(seen: Pair) -> dict[str, str]:
    """What became of the values, in words: each a zero or a multiple of what it was."""
    x, y = seen["x"].values, seen["y"].values
    kept = y != 0
    if not kept.any():
        words = "all zero"
    elif kept.all():
        words = factor_of([y / x])
    else:
        words = f"some zero, the others {factor_of([(y / x)[kept]])}"
    return {"the values": words}


def factor_of(ratios: list[NDArray[Any]]) -> str:
    """By what the elements were multiplied: the ratios of each call, in words."""
    ratios = [ratio for ratio in ratios if ratio.size]
    if not ratios:
        return "none left"
    if not np.isfinite(np.hstack(ratios)).all():
        return "NaN or infinity among them"
    sizes = [np.abs(ratio) for ratio in ratios]
    factors = [float(np.sort(size, axis=None)[size.size // 2]) for size in sizes]
    if not all(map(_constant, sizes, factors)):
        return "changed by different amounts"
    if any((ratio < 0).any() for ratio in ratios):
        return "with the sign turned, some or all"
    if not _constant(np.array(factors), factors[0]):
        return "times another number in each call"
    return "unchanged" if _constant(np.array(factors), 1.0) else f"times {number(factors[0])}"


def _constant(values: NDArray[Any], value: float) -> bool:
    return bool(np.allclose(values, value, rtol=1e-4, atol=0.0))


def any_zeros(seen: list[Array]) -> dict[str, str]:
    """Whether anything was dropped."""
    dropped = [y.values == 0 for y in seen]
    fact = "some"
    if not any(mask.any() for mask in dropped):
        fact = "none"
    elif all(mask.all() or not mask.any() for mask in dropped):
        fact = "all or none at a time"
    return {"zeros in the output": fact}


def any_zeros_when(seen: dict[str, list[Array]]) -> dict[str, str]:
    """Whether anything was dropped, in each of several ways to ask for it."""
    return {when: any_zeros(y)["zeros in the output"] for when, y in seen.items()}


def share_of_zeros(seen: list[Run]) -> dict[str, Near | str]:
    """The share of zeros for each p, over all calls."""
    facts: dict[str, Near | str] = {}
    for run in seen:
        share = float(np.mean([y.values == 0 for y in run["y"]]))
        facts[f"share of zeros at p = {number(run['p'])}"] = Near(share, run["p"], SHARE_TOLERANCE)
    if any((y.values == 0).all() for run in seen for y in run["y"]):
        return dict.fromkeys(facts, "everything at once")
    return facts


def scale_of_survivors(seen: list[Run]) -> dict[str, str]:
    """By what the survivors were multiplied, for each p, over all calls."""
    facts: dict[str, str] = {}
    for run in seen:
        x = run["x"].values
        ratios = [(y.values / x)[y.values != 0] for y in run["y"]]
        facts[f"those not dropped at p = {number(run['p'])}"] = factor_of(ratios)
    return facts


def masks_of_calls(seen: list[Array]) -> dict[str, str]:
    """Whether any two calls of a layer dropped the same elements."""
    return {"the elements dropped in two calls": _repeats(seen)}


def masks_of_layers(seen: list[Array]) -> dict[str, str]:
    """Whether any two layers dropped the same elements."""
    return {"the elements dropped by two layers": _repeats(seen)}


def _repeats(seen: list[Array]) -> str:
    masks = {(y.values == 0).tobytes() for y in seen}
    return "the same" if len(masks) < len(seen) else "different"


def masks_of_rows(seen: Array) -> dict[str, str]:
    """Whether any two rows lost the same elements."""
    return {"the elements dropped in two rows": _repeated_rows(seen.values == 0)}


def masks_of_columns(seen: Array) -> dict[str, str]:
    """Whether any two columns lost the same elements."""
    return {"the elements dropped in two columns": _repeated_rows((seen.values == 0).T)}


def _repeated_rows(rows: NDArray[np.bool_]) -> str:
    """Whether rows repeat; those that lost all or nothing are the columns' business."""
    mixed = rows[rows.any(axis=1) & ~rows.all(axis=1)]
    distinct = {row.tobytes() for row in mixed}
    return "the same" if len(distinct) < len(mixed) else "different"


def counts_of_calls(seen: list[Array]) -> dict[str, str]:
    """Whether all calls zeroed equally many."""
    counts = {int((y.values == 0).sum()) for y in seen}
    return {"the number of zeros in each call": "the same" if len(counts) == 1 else "different"}


def gradient_of_mask(seen: WithGradient) -> dict[str, str]:
    """What the gradient of the output's sum is, element by element."""
    x, y, gradient = (np.asarray(seen[key].values) for key in ("x", "y", "gradient"))
    fact = "something else"
    if np.allclose(gradient, y / x, rtol=1e-4, equal_nan=True):
        fact = "y / x, element by element"
    elif np.ptp(gradient) < 1e-5:
        fact = f"{number(float(gradient.flat[0]))} for every element"
    elif np.array_equal(gradient == 0, y == 0):
        fact = f"0 where dropped, but elsewhere {factor_of([gradient[gradient != 0]])}"
    return {"x.grad": fact}
