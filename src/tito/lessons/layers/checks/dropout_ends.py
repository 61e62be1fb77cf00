"""Checks of Dropout: p = 0 and p = 1, gradients, calls, and parameters."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast

from tinytorch.core.given.checks import with_article
from tinytorch.core.tensor import Tensor
from tito.lesson.model import check
from tito.lesson.trial import Trial
from tito.lessons.layers.checks.held import items_of
from tito.lessons.layers.checks.standins import dropout, one_to_two, training_run


@check(
    "Dropout.forward",
    "changes no value when p = 0",
    tried="Dropout(0.0).forward(x, training=True)",
    measure="fate",
)
def nothing_at_zero(t: Trial) -> object:
    run = training_run(t, 0.0, 3, 4)
    return {"x": run["x"], "y": run["y"][0]}


@check(
    "Dropout.forward",
    "makes everything zero when p = 1",
    tried="Dropout(1.0).forward(x, training=True)",
    measure="fate",
)
def zeros_at_one(t: Trial) -> object:
    run = training_run(t, 1.0, 3, 4)
    return {"x": run["x"], "y": run["y"][0]}


@check(
    "Dropout.forward",
    "changes no value when training=False, even with p = 1",
    tried="Dropout(1.0).forward(x, training=False)",
    measure="fate",
)
def rests_at_inference_at_one(t: Trial) -> object:
    layer, x = dropout(t, 1.0), one_to_two(t, 3, 4)
    before = x.data.copy()
    return {"x": before, "y": layer.forward(x, training=False)}


@check(
    "Dropout.forward",
    "hands the gradient back through the mask",
    tried="y = Dropout(0.2).forward(x, training=True), y.sum().backward(), then x.grad and y / x",
    measure="gradient_of_mask",
)
def gradient_of_mask(t: Trial) -> object:
    layer, x = dropout(t, 0.2), one_to_two(t, 10, 15, requires_grad=True)
    before = x.data.copy()
    y = layer.forward(x, training=True)
    if y.requires_grad:
        y.sum().backward()
    return {"x": before, "y": y, "gradient": x.grad}


@check(
    "Dropout.forward",
    "takes the flag through a call",
    tried="layer = Dropout(0.2), then layer(x, training=False), and the same with z of the same "
    "shape: its values",
    measure="fate",
    about="__call__",
    needs=("Layer.__call__",),
)
def called_with_flag(t: Trial) -> object:
    layer, x = dropout(t, 0.2), one_to_two(t, 10, 15)
    layer(x, training=False)
    z = t.given("z", Tensor(x.data[::-1] * 3))
    return {"x": z.data.copy(), "y": layer(z, training=False)}


@check(
    "Dropout.forward",
    "drops when the layer is called",
    tried="layer = Dropout(0.5), then layer(x), layer(x, training=True), and layer(x) after "
    "layer(x, training=False), each ten times on 30 elements that want gradients",
    measure="any_zeros_when",
    about="__call__",
    needs=("Layer.__call__",),
)
def called_to_drop(t: Trial) -> object:
    layer, x = dropout(t, 0.5), one_to_two(t, 5, 6, requires_grad=True)
    bare, told = ([layer(x, **said) for _ in range(10)] for said in ({}, {"training": True}))
    layer(x, training=False)
    after = [layer(x) for _ in range(10)]
    return {"layer(x)": bare, "layer(x, training=True)": told, "layer(x) after a rest": after}


@check(
    "Dropout.parameters",
    "is an empty list",
    tried="layer = Dropout(0.5), a call of it, then layer.parameters()",
)
def no_parameters(t: Trial) -> object:
    layer = dropout(t, 0.5)
    t.raised(lambda: layer.forward(t.tensor(2, 3), training=True))
    found = layer.parameters()
    return [*map(in_words, cast("list[Any]", found))] if isinstance(found, list) else found


@check(
    "Dropout.parameters",
    "has nothing of another layer",
    tried="a Linear(3, 2) and its parameters(), then Dropout(0.5).parameters()",
)
def nothing_of_others(t: Trial) -> object:
    layer = dropout(t, 0.5)
    with suppress(Exception):
        t.module.Linear(3, 2).parameters()
    return "some of it" if items_of(layer.parameters()) else "none of it"


def in_words(item: Any) -> str:
    """What it is, without its numbers, which may be random."""
    shape = f" of shape {item.shape}" if hasattr(item, "shape") else ""
    return f"{with_article(type(item).__name__)}{shape}"
