"""Checks of Sequential: it keeps its layers, chains them, and collects their parameters."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from tinytorch.core.given.checks import with_article
from tito.lesson.model import check
from tito.lesson.trial import Trial
from tito.lessons.layers.checks.answers import whose
from tito.lessons.layers.checks.build import numbers
from tito.lessons.layers.checks.standins import (
    Little,
    kept_names,
    littles,
    named,
    sequential,
    sequential_of,
    with_equal_numbers,
    with_parameters,
)


def kept(t: Trial, *arguments: object, layers: list[Little], calls: list[str]) -> list[str]:
    """The names of the layers that Sequential(*arguments) keeps."""
    return kept_names(t, t.module.Sequential(*arguments), layers, calls)


@check(
    "Sequential.__init__",
    "keeps its layers apart from those of others",
    tried="a = Sequential(first, second, third), then b = Sequential(second): whether a still has "
    "the layers that it had",
    about="layers",
)
def keeps_apart(t: Trial) -> object:
    calls: list[str] = []
    layers, changed = littles(t, calls), False
    with suppress(Exception):
        model = t.module.Sequential(*(each.layer for each in layers))
        before, again = ([*kept_names(t, model, layers, calls)] for _ in range(2))
        t.module.Sequential(layers[1].layer)
        changed = before == again and kept_names(t, model, layers, calls) != before
    return "others" if changed else "the same"


@check(
    "Sequential.__init__",
    "keeps the layers in order",
    tried="Sequential(first, second, third), then the layers that it keeps, or else that it runs",
    about="layers",
)
def keeps_layers(t: Trial) -> object:
    layers = littles(t, calls := [])
    return kept(t, *(each.layer for each in layers), layers=layers, calls=calls)


@check(
    "Sequential.__init__",
    "takes one list of layers",
    tried="Sequential([first, second, third]), then the layers that it keeps, or else that it runs",
    about="layers",
)
def takes_list(t: Trial) -> object:
    layers = littles(t, calls := [])
    return kept(t, [each.layer for each in layers], layers=layers, calls=calls)


@check(
    "Sequential.__init__",
    "keeps a layer that is given twice",
    tried="Sequential(first, second, first): how many layers it has",
    about="layers",
)
def keeps_repeated(t: Trial) -> object:
    first, second, _ = layers = littles(t, calls := [])
    return len(kept(t, first.layer, second.layer, first.layer, layers=layers, calls=calls))


@check(
    "Sequential.__init__",
    "takes a single layer",
    tried="Sequential(first), then the layers that it keeps, or else that it runs",
    about="layers",
)
def takes_single(t: Trial) -> object:
    layers = littles(t, calls := [])
    return kept(t, layers[0].layer, layers=layers, calls=calls)


@check(
    "Sequential.forward",
    "gives no result of another Sequential",
    tried="a = Sequential(first), b = Sequential(second): whether b.forward(x) is the very Tensor "
    "that a.forward(x) gave",
)
def own_result(t: Trial) -> object:
    first, second, _ = littles(t)
    return whose(t.tensor(2, 2), sequential_of(t, first), sequential_of(t, second))


@check(
    "Sequential.forward",
    "runs every layer once, in order",
    tried="Sequential(first, second, third).forward(x): which layers ran",
)
def runs_in_order(t: Trial) -> object:
    calls: list[str] = []
    sequential_of(t, *littles(t, calls)).forward(t.tensor(2, 2))
    return calls


@check(
    "Sequential.forward",
    "gives each layer the output of the one before",
    tried="forward(x) with three layers that compute 2x + 1, then 3 - x, then 3x - 2",
)
def chains(t: Trial) -> object:
    return sequential_of(t, *littles(t)).forward(t.tensor(2, 2))


@check(
    "Sequential.forward",
    "runs again as the first time",
    tried="forward(x) twice on the same Sequential: the second result",
)
def runs_again(t: Trial) -> object:
    model, x = sequential_of(t, *littles(t)), t.tensor(2, 2)
    model.forward(x)
    return model.forward(x)


@check(
    "Sequential.forward",
    "gives each x an answer of its own",
    tried="forward of the same Sequential on x, on z of the same shape, on one row, on four rows, "
    "and on x again with other numbers in it",
)
def own_answers(t: Trial) -> object:
    model, x = sequential_of(t, *littles(t)), t.tensor(2, 2)
    further = t.tensor(2, 2, name="z"), t.tensor(1, 2, name="one"), t.tensor(4, 2, name="four")
    answers = [model.forward(each) for each in (x, *further)]
    x.data = t.given("x again", t.values(2, 2))
    return [numbers(answer) for answer in (*answers, model.forward(x))]


@check(
    "Sequential.forward",
    "runs its layers anew in each call",
    tried="forward(x) twice on the same Sequential(first, second, third): which layers ran",
)
def runs_anew(t: Trial) -> object:
    model, x = sequential_of(t, *littles(t, calls := [])), t.tensor(2, 2)
    model.forward(x)
    model.forward(x)
    return calls


@check(
    "Sequential.forward",
    "answers for its own layers",
    tried="a = Sequential(first, second), b = Sequential(third, first): a.forward(x), "
    "b.forward(x), and a.forward(x) again",
)
def answers_apart(t: Trial) -> object:
    first, second, third = littles(t)
    a, b, x = sequential_of(t, first, second), sequential_of(t, third, first), t.tensor(2, 2)
    return [numbers(model.forward(x)) for model in (a, b, a)]


@check(
    "Sequential.forward",
    "gives the same when the model is called",
    tried="model(x), then model(z), where a Sequential can be called; sum().backward() from there, "
    "and z.grad",
    about="__call__",
    needs=("Layer.__call__",),
)
def called(t: Trial) -> object:
    model, x = sequential_of(t, *littles(t)), t.tensor(2, 2)
    z = t.tensor(2, 2, name="z", requires_grad=True)
    run = model if callable(model.thing) else model.forward
    answers = [run(each) for each in (x, z)]
    if getattr(answers[-1], "requires_grad", False):
        answers[-1].sum().backward()
    given = {f"model({name})": numbers(y) for name, y in zip("xz", answers, strict=True)}
    return {**given, "z.grad": numbers(z.grad)}


@check(
    "Sequential.forward",
    "runs a Sequential inside a Sequential",
    tried="Sequential(Sequential(first, second), third).forward(x)",
    needs=("Layer.__call__",),
)
def runs_nested(t: Trial) -> object:
    first, second, third = littles(t)
    inner = sequential_of(t, first, second).thing
    return sequential(t, inner, third.layer).forward(t.tensor(2, 2))


@check(
    "Sequential.forward",
    "lets gradients back through every layer",
    tried="y = Sequential(first, second, third).forward(x), y.sum().backward(), then x.grad",
)
def lets_gradients_back(t: Trial) -> object:
    x = t.tensor(2, 2, requires_grad=True)
    y = sequential_of(t, *littles(t)).forward(x)
    if y.requires_grad:
        y.sum().backward()
    return {"y": y, "x.grad": x.grad}


@check(
    "Sequential.parameters",
    "is a list",
    tried="the type of Sequential(first, second, third, fourth).parameters()",
)
def parameters_are_a_list(t: Trial) -> object:
    found = sequential_of(t, *with_parameters(t)).parameters()
    return "a list" if isinstance(found, list) else with_article(type(found).__name__)


@check(
    "Sequential.parameters",
    "has nothing of another Sequential",
    tried="a = Sequential(first, second), b = Sequential(third, fourth): whether a.parameters() "
    "has Tensors of b, which was asked before",
)
def parameters_apart(t: Trial) -> object:
    first, second, third, fourth = with_parameters(t)
    a, b = sequential_of(t, first, second), sequential_of(t, third, fourth)
    others = {id(tensor) for tensor in fourth.tensors}
    b.parameters()
    shared = any(id(tensor) in others for tensor in a.parameters())
    return "some of them" if shared else "none of them"


@check(
    "Sequential.parameters",
    "has the parameters of every layer, in order",
    tried="parameters() of four layers that have two, one, none, and one",
)
def collects_parameters(t: Trial) -> object:
    return _in_order(sequential_of(t, *with_parameters(t)).parameters())


def _in_order(found: Any) -> Any:
    """The items; of a set none, for its order is that of addresses, right only by chance."""
    return "no order" if isinstance(found, set | frozenset) else [*found]


@check(
    "Sequential.parameters",
    "has the tensors themselves, not copies",
    tried="parameters(): whether each is the very tensor of its layer",
)
def parameters_themselves(t: Trial) -> object:
    return _found(t, with_parameters(t))


def _found(t: Trial, layers: list[Little]) -> object:
    """Which of the layers' Tensors a Sequential of them has in parameters()."""
    tensors = [tensor for layer in layers for tensor in layer.tensors]
    known: dict[str, object] = {f"tensor {n}": tensor for n, tensor in enumerate(tensors, 1)}
    found = _in_order(sequential_of(t, *layers).parameters())
    return found if isinstance(found, str) else named(found, known)


@check(
    "Sequential.parameters",
    "tells parameters with equal numbers apart",
    tried="parameters() of two Linear(1, 1) and two Linear(2, 2), whose weights are equal and "
    "whose biases are zero",
)
def equal_numbers_apart(t: Trial) -> object:
    return _found(t, with_equal_numbers(t))


@check(
    "Sequential.parameters",
    "has those of a Sequential inside a Sequential",
    tried="Sequential(Sequential(first, second), third, fourth).parameters()",
)
def parameters_of_nested(t: Trial) -> object:
    first, second, third, fourth = with_parameters(t)
    inner = sequential_of(t, first, second).thing
    return _in_order(sequential(t, inner, third.layer, fourth.layer).parameters())


@check(
    "Sequential.parameters",
    "is the same when asked for again",
    tried="parameters() twice on the same Sequential: the second result",
)
def parameters_again(t: Trial) -> object:
    model = sequential_of(t, *with_parameters(t))
    model.parameters()
    return _in_order(model.parameters())
