"""Facts about what Dropout did: to which elements, how often, and by which factor."""

from __future__ import annotations

from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from tito.engine.seen import Array, Near, number

# Standard deviations of the noise that a share of zeros may be away from p: by chance alone that
# happens less than once in 10**14 runs.
SIGMAS = 8.0


class Pair(TypedDict):
    """An input, and what became of it."""

    x: Array
    y: Array


class Run(TypedDict):
    """An input, and what Dropout(p) made of it in each of its calls."""

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
    """What became of the values, in words."""
    return {"the values": words_of_fate(seen["x"].values, seen["y"].values)}


def words_of_fate(x: NDArray[Any], y: NDArray[Any]) -> str:
    """How ``y`` came from ``x``: element by element, a zero or a multiple."""
    if not np.isfinite(y).all():
        return "NaN or infinity among them"
    dropped = y == 0
    if dropped.all():
        return "all zero"
    factor = factor_of(x, y)
    if not dropped.any():
        return factor
    return f"some zero, the others {factor}"


def factor_of(*pairs: NDArray[Any]) -> str:
    """By what the elements that are not zero were multiplied, in inputs and outputs in turn."""
    ratios = np.hstack([(y / x)[y != 0] for x, y in zip(pairs[::2], pairs[1::2], strict=True)])
    if ratios.size == 0:
        return "none left"
    factor = float(np.median(ratios))
    if not np.allclose(ratios, factor, rtol=1e-4, atol=0.0):
        return "changed by different amounts"
    return "unchanged" if np.isclose(factor, 1.0, rtol=1e-4) else f"times {number(factor)}"


def share_of_zeros(seen: list[Run]) -> dict[str, Near]:
    """The share of zeros for each p: the mean of n coins, of variance p (1 - p) / n."""
    facts: dict[str, Near] = {}
    for run in seen:
        p, y = run["p"], run["y"][0].values
        noise = float(np.sqrt(p * (1 - p) / y.size))
        share = float(np.mean(y == 0))
        facts[f"share of zeros at p = {number(p)}"] = Near(share, p, SIGMAS * noise)
    return facts


def any_zeros(seen: Array) -> dict[str, str]:
    """Whether anything was dropped."""
    return {"zeros in the output": "some" if (seen.values == 0).any() else "none"}


def scale_of_survivors(seen: list[Run]) -> dict[str, str]:
    """By what the survivors were multiplied, for each p, over all calls."""
    facts: dict[str, str] = {}
    for run in seen:
        x = run["x"].values
        pairs = [array for y in run["y"] for array in (x, y.values)]
        facts[f"survivors at p = {number(run['p'])}"] = factor_of(*pairs)
    return facts


def masks_of_calls(seen: list[Array]) -> dict[str, str]:
    """Whether two calls of a layer dropped the same elements."""
    return {"the elements dropped by the two calls": _alike(seen)}


def masks_of_layers(seen: list[Array]) -> dict[str, str]:
    """Whether two layers dropped the same elements."""
    return {"the elements dropped by the two layers": _alike(seen)}


def _alike(seen: list[Array]) -> str:
    first, second = (y.values == 0 for y in seen)
    return "the same" if np.array_equal(first, second) else "different"


def masks_of_rows(seen: Array) -> dict[str, str]:
    """Whether any two rows lost the same elements."""
    return {"the elements dropped in two rows": _repeats(seen.values == 0)}


def masks_of_columns(seen: Array) -> dict[str, str]:
    """Whether any two columns lost the same elements."""
    return {"the elements dropped in two columns": _repeats((seen.values == 0).T)}


def _repeats(rows: NDArray[np.bool_]) -> str:
    """Whether rows repeat; those that lost all or nothing are the columns' business."""
    mixed = rows[rows.any(axis=1) & ~rows.all(axis=1)]
    return "the same" if len(np.unique(mixed, axis=0)) < len(mixed) else "different"


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
        fact = f"0 where dropped, but elsewhere {factor_of(np.ones_like(x), gradient)}"
    return {"x.grad": fact}
