"""Checks of what a Sequential makes of training=False: a flag that is taken is heeded."""

from __future__ import annotations

import inspect
from typing import Any

from tinytorch.core.activations import ReLU
from tinytorch.core.tensor import Tensor
from tito.lesson.model import advice, check
from tito.lesson.trial import Trial
from tito.lessons.layers.checks.held import Made
from tito.lessons.layers.checks.standins import dropout, one_to_two, sequential

_NEEDS = (
    "Layer.__call__",
    "Dropout.__init__",
    "Dropout.forward",
    "Sequential.__init__",
    "Sequential.forward",
)


def flag(method: Any, training: bool) -> tuple[tuple[bool, ...], dict[str, bool]] | None:
    """How a method is told: by the name ``training``, or in the second place; None if it is not."""
    try:
        parameters = [*inspect.signature(method).parameters.values()]
    except (TypeError, ValueError):
        return None
    places = {each.name: each.kind for each in parameters}
    kind = inspect.Parameter
    by_name = places.get("training") in (kind.POSITIONAL_OR_KEYWORD, kind.KEYWORD_ONLY)
    if by_name or kind.VAR_KEYWORD in places.values():
        return (), {"training": training}
    second = parameters[1:2]
    if second and (isinstance(second[0].default, bool) or "train" in second[0].name):
        return (training,), {}
    return None


def _told(model: Made, x: Tensor, training: bool) -> Any:
    """What forward gives for the flag; x as it is, where forward takes none."""
    told = flag(model.thing.forward, training)
    return x if told is None else model.forward(x, *told[0], **told[1])


def _without_chance(t: Trial, layers: list[Any]) -> dict[str, Any]:
    x = one_to_two(t, 10, 15)
    before = x.data.copy()
    return {"x": before, "y": _told(sequential(t, *layers), x, training=False)}


@check(
    "Sequential.forward",
    "drops nothing when it is told training=False, if it takes the flag",
    tried="Sequential(ReLU(), Dropout(0.5), Dropout(0.2)).forward(x, training=False)",
    measure="fate",
    needs=_NEEDS,
)
def rests_when_told(t: Trial) -> object:
    return _without_chance(t, [ReLU(), dropout(t, 0.5).thing, dropout(t, 0.2).thing])


@check(
    "Sequential.forward",
    "tells a Sequential inside of it, too",
    tried="Sequential(Sequential(Dropout(0.5)), ReLU()).forward(x, training=False), if it takes "
    "the flag",
    measure="fate",
    needs=_NEEDS,
)
def inner_rests_when_told(t: Trial) -> object:
    return _without_chance(t, [sequential(t, dropout(t, 0.5).thing).thing, ReLU()])


@check(
    "Sequential.forward",
    "drops nothing when it is called with training=False, if it takes the flag",
    tried="model = Sequential(ReLU(), Dropout(0.5)), then model(x, training=False)",
    measure="fate",
    about="__call__",
    needs=_NEEDS,
)
def rests_when_called(t: Trial) -> object:
    model, x = sequential(t, ReLU(), dropout(t, 0.5).thing), one_to_two(t, 10, 15)
    return {"x": x.data.copy(), "y": _called(model, x)}


def _called(model: Made, x: Tensor) -> Any:
    """What a call gives for training=False; x as it is, where call or forward takes no flag."""
    thing: Any = model.thing
    if not callable(thing) or flag(thing, False) is None:
        return x
    told = flag(model.thing.forward, False)
    if told is not None:
        return model(x, *told[0], **told[1])
    try:
        return model(x, training=False)
    except TypeError:
        return x


@check(
    "Sequential.forward",
    "drops when it is told training=True, if it takes the flag",
    tried="Sequential(Dropout(0.5)).forward(x, training=True), ten times on 30 elements",
    measure="any_zeros",
    needs=_NEEDS,
)
def drops_when_told(t: Trial) -> object:
    model, x = sequential(t, dropout(t, 0.5).thing), one_to_two(t, 5, 6).data
    told = flag(model.thing.forward, True) or ((), {})
    return [model.forward(Tensor(x), *told[0], **told[1]) for _ in range(10)]


@check(
    "Sequential.forward",
    "lets its Dropout drop when nothing is said about training",
    tried="Sequential(Dropout(0.5)).forward(x), ten times on 30 elements",
    measure="any_zeros",
    needs=_NEEDS,
)
def lets_dropout_drop(t: Trial) -> object:
    model, x = sequential(t, dropout(t, 0.5).thing), one_to_two(t, 5, 6).data
    return [model.forward(Tensor(x)) for _ in range(10)]


@check(
    "Sequential.forward",
    "forgets the flag of the call before, if it takes one",
    tried="Sequential(Dropout(0.5)).forward(x, training=False), then forward(x), ten times on 30 "
    "elements; and the same with calls of the model",
    measure="any_zeros_when",
    needs=_NEEDS,
)
def forgets_flag(t: Trial) -> object:
    layer, x = dropout(t, 0.5).thing, one_to_two(t, 5, 6)
    run, called = sequential(t, layer), sequential(t, layer)
    _told(run, x, training=False)
    _called(called, x)
    call = called if callable(called.thing) else called.forward
    return {
        "forward(x)": [run.forward(x) for _ in range(10)],
        "model(x)": [call(x) for _ in range(10)],
    }


@advice(
    "Sequential.forward",
    "takes the flag training",
    tried="model(x, training=False)",
    says="model(x, training=False) raises TypeError with your Sequential, whose forward takes x "
    "alone, as on the page. To evaluate a network with a Dropout, run its layers one after the "
    "other and tell each Dropout training=False; or let forward take training=True and hand it to "
    "the layers that know it.",
)
def takes_flag(t: Trial) -> object:
    model: Any = t.module.Sequential(ReLU())
    run = model if callable(model) else model.forward
    return type(t.raised(lambda: run(t.tensor(2, 2), training=False))) is TypeError
