"""Observations reduced to facts, and advice weighed, by the names that checks and advice use.

Random weights come with a row for each input, about ten thousand numbers. Each tolerance is at
least eight standard deviations of the noise, and under half the distance to the nearest wrong law.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from tito.engine.seen import Array, Near, number
from tito.lesson.costs import duration, size

Facts = dict[str, Near | bool | float | str]
Words = dict[str, str]

# Weights: how far they spread, where their middle is, which law they follow.

_DRAWN = "the weights are drawn"


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


def evenly_drawn(seen: Array) -> Words | None:
    """Whether all numbers between two limits were equally likely."""
    return {"law": "evenly"} if _law(seen) == "evenly" else None


def uniform_law(seen: Array) -> Facts:
    """Dense: 58% within one standard deviation; 68% where the law is normal."""
    name = "share of the weights within one standard deviation"
    return _unless_repeated(seen, name, _share_within_one_std, math.sqrt(1 / 3), 0.05)


def glorot_limit(seen: Array) -> Facts:
    """Dense: 95 in 100 lie within 0.95 sqrt(6 / (in + out)) of zero (Glorot and Bengio, 2010).

    The greatest weight itself would vary too much where the law is another.
    """
    theory = 0.95 * math.sqrt(6 / sum(seen.shape))
    name = "95 in 100 weights lie between plus and minus"
    return _unless_repeated(seen, name, _bound_of_most, theory, 0.03 * theory)


def rows_alike(seen: Array) -> Facts:
    """Whether one row was made and repeated."""
    return {"all rows are the same": _one_row(seen.values)}


def columns_alike(seen: Array) -> Facts:
    """Whether one column was made and repeated."""
    return {"all columns are the same": _one_row(seen.values.T)}


def layers_alike(seen: list[Array]) -> Facts:
    """Whether two layers began with one set of weights."""
    first, second = seen
    return {"both layers have the same weights": bool(np.all(first.values == second.values))}


def every_bias(seen: Array) -> Facts:
    """The number that all biases are, if they are all one."""
    first = float(seen.values[0])
    same = bool(np.all(seen.values == seen.values[0]))
    return {"every bias is": first if same else "another number"}


def _unless_repeated(
    seen: Array, name: str, statistic: Callable[[Array], float], theory: float, tolerance: float
) -> Facts:
    """The statistic; but of a few numbers, repeated, it would be chance, so that is said instead.

    Zeros have no chance in them.
    """
    rows, columns = _one_row(seen.values), _one_row(seen.values.T)
    if (rows or columns) and np.any(seen.values):
        what = "number" if rows and columns else "row of numbers" if rows else "column of numbers"
        return {name: f"one {what}, repeated"}
    return {name: Near(statistic(seen), theory, tolerance)}


def _one_row(values: NDArray[Any]) -> bool:
    return bool(np.all(values == values[:1]))


def _std(seen: Array) -> float:
    return float(np.std(seen.values, dtype=np.float64))


def _mean(seen: Array) -> float:
    return float(np.mean(seen.values, dtype=np.float64))


def _offset(seen: Array) -> float:
    return _mean(seen) / (_std(seen) or 1.0)


def _share_within_one_std(seen: Array) -> float:
    return float(np.mean(np.abs(seen.values - _mean(seen)) <= _std(seen)))


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


# Dropout: to which elements, how often, and by which factor.

# How far a share of zeros may be away from p. Over 9800 elements that is at least 19 standard
# deviations of its noise; the nearest wrong law (a mask applied twice) is 0.25 away at p = 0.5.
SHARE_TOLERANCE = 0.1


class Run(TypedDict):
    """What Dropout(p) made of an input in each of its calls, and where it matters the input."""

    p: float
    x: Array
    y: list[Array]


def shapes(seen: list[Array]) -> Words:
    """The shape of each output."""
    return {"the shapes": ", ".join(str(y.shape) for y in seen)}


def fate(seen: dict[str, Array]) -> Words:
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


def any_zeros(seen: list[Array]) -> Words:
    """Whether anything was dropped."""
    return any_zeros_when({"zeros in the output": seen})


def any_zeros_when(seen: dict[str, list[Array]]) -> Words:
    """Whether anything was dropped, in each of several ways to ask for it."""
    return {when: _zeros([y.values == 0 for y in outputs]) for when, outputs in seen.items()}


def _zeros(dropped: list[NDArray[np.bool_]]) -> str:
    if not any(mask.any() for mask in dropped):
        return "none"
    return "all or none at a time" if all(m.all() or not m.any() for m in dropped) else "some"


def share_of_zeros(seen: list[Run]) -> dict[str, Near | str]:
    """The share of zeros for each p, over all calls."""
    facts: dict[str, Near | str] = {}
    for run in seen:
        share = float(np.mean([y.values == 0 for y in run["y"]]))
        facts[f"share of zeros at p = {number(run['p'])}"] = Near(share, run["p"], SHARE_TOLERANCE)
    if any((y.values == 0).all() for run in seen for y in run["y"]):
        return dict.fromkeys(facts, "everything at once")
    return facts


def scale_of_survivors(seen: list[Run]) -> Words:
    """By what the survivors were multiplied, for each p, over all calls."""
    facts: Words = {}
    for run in seen:
        x = run["x"].values
        ratios = [(y.values / x)[y.values != 0] for y in run["y"]]
        facts[f"those not dropped at p = {number(run['p'])}"] = factor_of(ratios)
    return facts


def masks_of_calls(seen: list[Array]) -> Words:
    """Whether any two calls of a layer dropped the same elements."""
    return {"the elements dropped in two calls": _repeats([y.values == 0 for y in seen])}


def masks_of_layers(seen: list[Array]) -> Words:
    """Whether any two layers dropped the same elements."""
    return {"the elements dropped by two layers": _repeats([y.values == 0 for y in seen])}


def masks_of_rows(seen: Array) -> Words:
    """Whether any two rows lost the same elements."""
    return {"the elements dropped in two rows": _repeats(_mixed(seen.values == 0))}


def masks_of_columns(seen: Array) -> Words:
    """Whether any two columns lost the same elements."""
    return {"the elements dropped in two columns": _repeats(_mixed((seen.values == 0).T))}


def _mixed(rows: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """The rows but for those that lost all or nothing: those are the columns' business."""
    return [*rows[rows.any(axis=1) & ~rows.all(axis=1)]]


def _repeats(masks: list[NDArray[np.bool_]]) -> str:
    return "the same" if len({mask.tobytes() for mask in masks}) < len(masks) else "different"


def counts_of_calls(seen: list[Array]) -> Words:
    """Whether all calls zeroed equally many."""
    counts = {int((y.values == 0).sum()) for y in seen}
    return {"the number of zeros in each call": "the same" if len(counts) == 1 else "different"}


def gradient_of_mask(seen: dict[str, Array]) -> Words:
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


# Advice: figures for its sentence, or None where there is nothing to say.


def held_layers(seen: list[bool]) -> Words | None:
    """Of the layers that a layer keeps in different ways: which it does not find."""
    if all(seen):
        return None
    places = zip(("an attribute", "a list", "a dict"), seen, strict=True)
    *missed, last = [place for place, found in places if not found]
    said = f"{', '.join(missed)} or {last}" if missed else last
    return {"places": said, "found": str(sum(seen)), "all": str(len(seen))}


def unseen(seen: dict[str, Any] | None) -> Words | None:
    """The names of Tensors that are missing in a further layer."""
    if seen is None:
        return None
    names = ", ".join(f"`{name}`" for name in seen["names"])
    return {"kind": str(seen["kind"]), "names": names + " and more" * bool(seen["more"])}


def lost_axis(seen: list[list[Any]]) -> Words | None:
    """The first shape that is not the one expected."""
    for layer, *shapes in seen:
        x, wanted, got = (tuple(shape) for shape in shapes)
        if got != wanted:
            together = np.broadcast_shapes(got, wanted)
            figures = {"x": x, "wanted": wanted, "got": got, "together": together}
            return {"layer": layer, **{name: str(shape) for name, shape in figures.items()}}
    return None


def cut_at_inference(seen: list[list[Any]]) -> Words | None:
    """Where the gradient does not arrive although nothing is dropped."""
    cut = [when for when, arrives in seen if not arrives]
    return {"when": " and with ".join(cut)} if cut else None


def unprintable(seen: Words | None) -> Words | None:
    """The class whose objects raise when they are printed, and what they raise."""
    return seen


# Costs. The times of the right files in tests/, tried on a busy machine, stay below half of each
# threshold or are beyond twice it. Memory and counts of calls hardly differ from run to run.

FORWARD_RATIO = 14.0
#: Where each number has a step of its own, by the count of calls; and where the time alone tells.
RATIO_OF_STEPS, RATIO_ALONE = 3.0, 20.0
#: Below this part of a call's time, filling the memory is not what makes it slow.
SHARE_OF_CALL = 0.03
#: The Linear(256, 128) of the probe, in bytes: its weight, and its output for 32 examples.
WEIGHT, OUTPUT = 256 * 128 * 4, 32 * 128 * 4


def time_of_forward(seen: list[dict[str, Any]]) -> Words | None:
    """How many times NumPy's own time Linear.forward takes, at the largest size that was tried.

    It has to be much at the size below as well: chance does not strike twice.
    """
    last = seen[-1]
    found = _ratio(last, FORWARD_RATIO)
    if found is None or any(_ratio(size, FORWARD_RATIO / 4) is None for size in seen[1:]):
        return None
    shape = f"({last['batch']}, {last['inputs']})"
    return {**found, "x": shape, "outputs": str(last["outputs"])}


def time_of_init(seen: dict[str, Any]) -> Words | None:
    """How many times NumPy's own time drawing the weights takes."""
    found = time_of_steps(seen)
    return found and {**found, "kind": str(seen["kind"])}


def time_of_steps(seen: dict[str, Any]) -> Words | None:
    """How many times NumPy's own time it takes, where each number has a step of its own."""
    steps = int(seen["calls"]) >= int(seen["numbers"]) / 2
    return _ratio(seen, RATIO_OF_STEPS if steps else RATIO_ALONE)


def _ratio(seen: dict[str, Any], least: float) -> Words | None:
    yours, numpy = float(seen["yours"]), float(seen["numpy"])
    if not yours > least * numpy > 0:
        return None
    return {
        "ratio": f"{yours / numpy:,.0f}",
        "yours": duration(yours),
        "numpy": duration(numpy),
    }


def memory_of_forward(seen: dict[str, Any] | None) -> Words | None:
    """What a call takes beside product and sum, if it is at least a copy of the weight."""
    if seen is None:
        return None
    extra, yours = int(seen["peak"]) - 2 * OUTPUT, float(seen["yours"])
    cost = float(seen["filled"]) * extra / int(seen["peak"])
    if extra < 0.9 * WEIGHT or cost < SHARE_OF_CALL * yours:
        return None
    times = extra / WEIGHT
    what = f"{times:.0f} times its weight" if times >= 1.5 else "as much as a copy of its weight"
    return {"extra": size(extra), "what": what, "cost": duration(cost), "yours": duration(yours)}


def copy_at_inference(seen: dict[str, Any] | None) -> Words | None:
    """What a Dropout that rests takes for a Tensor of its own."""
    return seen and {"extra": size(seen["peak"]), "yours": duration(seen["yours"])}
