"""Random weights as facts: how far they spread, where their middle is, which law they follow.

Weights come with a row for each input, about ten thousand numbers. Each tolerance is at least
eight standard deviations of the noise, and under half the distance to the nearest wrong law.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tito.engine.seen import Array, Near

Facts = dict[str, Near | bool | float | str]


def spread(seen: Array) -> Facts:
    """Linear: sqrt(1 / in_features). Nearest wrong laws: 0.58 and 1.41 times that.

    Where it is another, the law is a fact, too: two laws of one deviation are two mistakes.
    """
    theory = math.sqrt(1 / seen.shape[0])
    name, tolerance = "standard deviation of the weights", 0.08 * theory
    facts = _unless_repeated(seen, name, _std, theory, tolerance)
    match facts[name]:
        case Near(value) if abs(value - theory) > tolerance:
            return {**facts, "their distribution": _law(seen)}
        case _:
            return {**facts, "their distribution": "as it may be"}


def centre(seen: Array) -> Facts:
    """Zero. Wrong: only positive numbers, whose mean is 1.3 to 1.7 times their deviation."""
    return _unless_repeated(seen, "mean of the weights, in standard deviations", _offset, 0.0, 0.2)


def known_law(seen: Array) -> Facts:
    """Linear: normal, as on the page, or even, which is as good."""
    repeated = _unless_repeated(seen, _DRAWN, _share_within_one_std, 0.0, 0.0)
    if isinstance(repeated[_DRAWN], str):
        return repeated
    law = _law(seen)
    return {_DRAWN: "normally or evenly" if law in ("normally", "evenly") else law}


def evenly_drawn(seen: Array) -> dict[str, str] | None:
    """Whether all numbers between two limits were equally likely."""
    return {"law": "evenly"} if _law(seen) == "evenly" else None


def uniform_law(seen: Array) -> Facts:
    """Dense: 58% within one standard deviation; 68% where the law is normal."""
    return _unless_repeated(seen, _WITHIN, _share_within_one_std, math.sqrt(1 / 3), 0.05)


def glorot_limit(seen: Array) -> Facts:
    """Dense: 95 in 100 lie within 0.95 sqrt(6 / (in + out)) of zero (Glorot and Bengio, 2010).

    The greatest weight itself would vary too much where the law is another.
    """
    theory = 0.95 * _limit(seen)
    name = "95 in 100 weights lie between plus and minus"
    return _unless_repeated(seen, name, _bound_of_most, theory, 0.03 * theory)


def rows_alike(seen: Array) -> Facts:
    """Whether one row was made and repeated."""
    return {"all rows are the same": _rows_alike(seen.values)}


def columns_alike(seen: Array) -> Facts:
    """Whether one column was made and repeated."""
    return {"all columns are the same": _rows_alike(seen.values.T)}


def layers_alike(seen: list[Array]) -> Facts:
    """Whether two layers began with one set of weights."""
    first, second = seen
    return {"both layers have the same weights": bool(np.all(first.values == second.values))}


def every_bias(seen: Array) -> Facts:
    """The number that all biases are, if they are all one."""
    first = float(seen.values[0])
    same = bool(np.all(seen.values == seen.values[0]))
    return {"every bias is": first if same else "another number"}


_DRAWN = "the weights are drawn"
_WITHIN = "share of the weights within one standard deviation"


def _unless_repeated(
    seen: Array, name: str, statistic: Callable[[Array], float], theory: float, tolerance: float
) -> Facts:
    """The statistic; but of a few numbers, repeated, it would be chance, so that is said instead.

    Zeros have no chance in them.
    """
    rows, columns = _rows_alike(seen.values), _rows_alike(seen.values.T)
    if (rows or columns) and np.any(seen.values):
        what = "number" if rows and columns else "row of numbers" if rows else "column of numbers"
        return {name: f"one {what}, repeated"}
    return {name: Near(statistic(seen), theory, tolerance)}


def _rows_alike(values: NDArray[Any]) -> bool:
    return bool(np.all(values == values[:1]))


def _std(seen: Array) -> float:
    return float(np.std(seen.values, dtype=np.float64))


def _mean(seen: Array) -> float:
    return float(np.mean(seen.values, dtype=np.float64))


def _bound_of_most(seen: Array) -> float:
    sizes = np.sort(np.abs(seen.values), axis=None)  # np.quantile would import numpy.ma
    return float(sizes[int(0.95 * (sizes.size - 1))])


def _law(seen: Array) -> str:
    """By the share within one standard deviation: 58% if even, 68% if normal; the noise is 0.5%."""
    share = _share_within_one_std(seen)
    for name, theory in (("evenly", math.sqrt(1 / 3)), ("normally", math.erf(math.sqrt(0.5)))):
        if abs(share - theory) < 0.05:
            return name
    return "in another way"


def _offset(seen: Array) -> float:
    return _mean(seen) / (_std(seen) or 1.0)


def _share_within_one_std(seen: Array) -> float:
    return float(np.mean(np.abs(seen.values - _mean(seen)) <= _std(seen)))


def _limit(seen: Array) -> float:
    return math.sqrt(6 / sum(seen.shape))
