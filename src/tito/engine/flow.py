"""The shapes on their way through layers, as the layers' calls show them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tito.engine import glimpse

MAX_CALLS = 200
MAX_LEGS = 40


@dataclass
class LayerCall:
    """One call of a layer: what came in, what it called itself, and what came out, or did not."""

    layer: object
    given: object
    inner: list[LayerCall] = field(default_factory=list["LayerCall"])
    result: object = None
    state: str = "open"  # then "returned" or "broke"


class Flow:
    """Notes calls of layers as they begin and end. It keeps what it is shown alive meanwhile."""

    def __init__(self) -> None:
        self.first: list[LayerCall] = []
        self.open: list[LayerCall] = []
        self.count = 0

    def begin(self, layer: object, given: object) -> LayerCall | None:
        """A layer is called; None for what is the same call once more, or one too many."""
        outer = self.open[-1] if self.open else None
        if outer and outer.layer is layer and outer.given is given and not outer.inner:
            return None
        self.count += 1
        if self.count > MAX_CALLS:
            return None
        call = LayerCall(layer, given)
        (outer.inner if outer else self.first).append(call)
        self.open.append(call)
        return call

    def end(self, call: LayerCall, result: object, broke: bool) -> None:
        """The call came back, or an error came through it."""
        while self.open and self.open.pop() is not call:
            continue
        call.result, call.state = result, "broke" if broke else "returned"

    def legs(self) -> list[dict[str, Any]]:
        """The way as plain data: each layer that holds no others, from its input to its output.

        ``joined`` says that the input is the very thing that the leg before put out.
        """
        legs: list[dict[str, Any]] = []
        before: object = None
        for call, ends in _leaves(self.first):
            joined = bool(legs) and call.given is before and not ends
            legs.append(_leg(call, joined, ends))
            before = call.result
            if len(legs) == MAX_LEGS:
                break
        return legs


def _leaves(calls: list[LayerCall]) -> Iterator[tuple[LayerCall, bool]]:
    """The calls that called no layers; and a container's own end, where it adds something."""
    for call in calls:
        yield from _leaves(call.inner)
        last = call.inner[-1] if call.inner else None
        own_error = call.state == "broke" and (last is None or last.state != "broke")
        if (
            last is None
            or own_error
            or (call.state == "returned" and call.result is not last.result)
        ):
            yield call, last is not None


def _leg(call: LayerCall, joined: bool, ends: bool) -> dict[str, Any]:
    weight = glimpse.shape_of(glimpse.attribute(call.layer, "weight")[1])
    shape = glimpse.shape_of(call.given)
    learned = [glimpse.learned(value) for value in glimpse.held(call.layer).values()]
    return {
        "layer": glimpse.layer_words(call.layer),
        "in": passing(call.given),
        "out": passing(call.result) if call.state == "returned" else "",
        "broke": call.state == "broke",
        "joined": joined,
        "ends": ends,
        "parameters": 0 if ends else sum(learned),
        "multiply_adds": 0 if ends or not shape or not weight else _products(shape, weight),
    }


def _products(shape: tuple[int, ...], weight: tuple[int, ...]) -> int:
    """How many multiply-adds the matrix product of these shapes takes."""
    return math.prod(shape[:-1]) * math.prod(weight) if len(weight) == 2 else 0


def passing(value: object) -> str:
    """What goes from layer to layer: a tensor by its bare shape, anything else by what it is."""
    return glimpse.glimpse(value).removeprefix("Tensor ")
