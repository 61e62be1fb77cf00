"""Whether what was measured is much: figures for a sentence, or None where it is not.

The times of the right files in tests/, tried on a busy machine, stay below half of each threshold
or are beyond twice it. Memory and counts of calls hardly differ from run to run.
"""

from __future__ import annotations

from typing import Any

Figures = dict[str, str]

FORWARD_RATIO = 14.0
#: Where each number has a step of its own, by the count of calls; and where the time alone tells.
RATIO_OF_STEPS, RATIO_ALONE = 3.0, 20.0
#: Below this part of a call's time, filling the memory is not what makes it slow.
SHARE_OF_CALL = 0.03
#: The Linear(256, 128) of the probe, in bytes: its weight, and its output for 32 examples.
WEIGHT, OUTPUT = 256 * 128 * 4, 32 * 128 * 4


def time_of_forward(seen: list[dict[str, Any]]) -> Figures | None:
    """How many times NumPy's own time Linear.forward takes, at the largest size that was tried.

    It has to be much at the size below as well: chance does not strike twice.
    """
    last = seen[-1]
    found = _ratio(last, FORWARD_RATIO)
    if found is None or any(_ratio(size, FORWARD_RATIO / 4) is None for size in seen[1:]):
        return None
    shape = f"({last['batch']}, {last['inputs']})"
    return {**found, "x": shape, "outputs": str(last["outputs"])}


def time_of_init(seen: dict[str, Any]) -> Figures | None:
    """How many times NumPy's own time drawing the weights takes."""
    found = time_of_steps(seen)
    return found and {**found, "kind": str(seen["kind"])}


def time_of_steps(seen: dict[str, Any]) -> Figures | None:
    """How many times NumPy's own time it takes, where each number has a step of its own."""
    steps = int(seen["calls"]) >= int(seen["numbers"]) / 2
    return _ratio(seen, RATIO_OF_STEPS if steps else RATIO_ALONE)


def memory_of_forward(seen: dict[str, Any] | None) -> Figures | None:
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


def copy_at_inference(seen: dict[str, Any] | None) -> Figures | None:
    """What a Dropout that rests takes for a Tensor of its own."""
    return seen and {"extra": size(seen["peak"]), "yours": duration(seen["yours"])}


def duration(seconds: float) -> str:
    """A time in the unit that fits it, to two figures."""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1 or unit == "µs":
            return f"{_two_figures(seconds * factor)} {unit}"
    raise AssertionError


def size(count: int) -> str:
    """A number of bytes in the unit that fits it."""
    for unit, factor in (("MB", 1e6), ("kB", 1e3)):
        if count >= factor:
            return f"{_two_figures(count / factor)} {unit}"
    return f"{count} bytes"


def _two_figures(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def _ratio(seen: dict[str, Any], least: float) -> Figures | None:
    yours, numpy = float(seen["yours"]), float(seen["numpy"])
    if not yours > least * numpy > 0:
        return None
    ratio = f"{yours / numpy:,.0f}"
    return {"ratio": ratio, "yours": duration(yours), "numpy": duration(numpy)}
