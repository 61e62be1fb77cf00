"""Checks of Linear's parameters: the very Tensors that training changes, in a list."""

from __future__ import annotations

from tito.lesson.model import check
from tito.lesson.trial import Trial
from tito.lessons.layers.checks.build import kind, members, shared
from tito.lessons.layers.checks.held import known_layer


@check("Linear.parameters", "returns a list", tried="parameters() of a Linear(3, 2)")
def returns_list(t: Trial) -> object:
    return kind(known_layer(t, "Linear").parameters())


@check(
    "Linear.parameters",
    "holds no more when asked again",
    tried="how many more items parameters() of a Linear(3, 2) has at the second call",
)
def no_more_again(t: Trial) -> object:
    layer = known_layer(t, "Linear")
    before = len(list(layer.parameters()))
    return f"{len(list(layer.parameters())) - before} more"


@check(
    "Linear.parameters",
    "holds nothing of another layer",
    tried="a = Linear(3, 2), b = Linear(3, 2): whether a.parameters() has Tensors of b, which was "
    "asked before",
)
def holds_its_own(t: Trial) -> object:
    return shared(known_layer(t, "Linear"), known_layer(t, "Linear"))


@check(
    "Linear.parameters",
    "holds two parameters",
    tried="how many items parameters() of a Linear(3, 2) has",
)
def holds_two(t: Trial) -> object:
    return len(list(known_layer(t, "Linear").parameters()))


@check(
    "Linear.parameters",
    "holds the weight itself, then the bias itself",
    tried="the items of parameters() of a Linear(3, 2)",
)
def holds_both(t: Trial) -> object:
    layer = known_layer(t, "Linear")
    return members(layer, layer.parameters())


@check(
    "Linear.parameters",
    "holds only the weight where there is no bias",
    tried="the items of parameters() of a Linear(3, 2, bias=False)",
)
def holds_weight_only(t: Trial) -> object:
    layer = known_layer(t, "Linear", bias=False)
    return members(layer, layer.parameters())
