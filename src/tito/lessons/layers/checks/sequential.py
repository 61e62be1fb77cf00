"""Checks of Sequential: it keeps its layers, chains them, and collects their parameters."""

from __future__ import annotations

from contextlib import suppress

from tinytorch.core.checks import with_article
from tito.engine.lesson import check
from tito.engine.trial import Trial
from tito.lessons.layers.checks.standins import littles, named, sequential, with_parameters


def kept(t: Trial, *arguments: object, known: dict[str, object]) -> list[str]:
    """The names of the layers that Sequential(*arguments) keeps."""
    return named(t.module.Sequential(*arguments).layers, known)


@check(
    "Sequential.__init__",
    "keeps its layers apart from those of others",
    tried="Sequential(first, second, third), then Sequential(first): how many more layers the "
    "former then has",
    about="layers",
)
def keeps_apart(t: Trial) -> object:
    layers, more = littles(), 0
    with suppress(Exception):
        model = t.module.Sequential(*layers)
        before = len(model.layers)
        t.module.Sequential(layers[0])
        more = len(model.layers) - before
    return f"{more} more"


@check(
    "Sequential.__init__",
    "keeps the layers in order",
    tried="Sequential(first, second, third), then its attribute layers",
    about="layers",
)
def keeps_layers(t: Trial) -> object:
    layers = littles()
    return kept(t, *layers, known={layer.name: layer for layer in layers})


@check(
    "Sequential.__init__",
    "takes one list of layers",
    tried="Sequential([first, second, third]), then its attribute layers",
    about="layers",
)
def takes_list(t: Trial) -> object:
    layers = littles()
    return kept(t, layers, known={layer.name: layer for layer in layers})


@check(
    "Sequential.__init__",
    "keeps a layer that is given twice",
    tried="Sequential(first, second, first): how many layers it has",
    about="layers",
)
def keeps_repeated(t: Trial) -> object:
    first, second, _ = littles()
    return sum(1 for _ in t.module.Sequential(first, second, first).layers)


@check(
    "Sequential.__init__",
    "takes a single layer",
    tried="Sequential(first), then its attribute layers",
    about="layers",
)
def takes_single(t: Trial) -> object:
    first = littles()[0]
    return kept(t, first, known={"first": first})


@check(
    "Sequential.forward",
    "runs every layer once, in order",
    tried="Sequential(first, second, third).forward(x): which layers ran",
)
def runs_in_order(t: Trial) -> object:
    calls: list[str] = []
    sequential(t, *littles(calls)).forward(t.tensor(2, 2))
    return calls


@check(
    "Sequential.forward",
    "gives each layer the output of the one before",
    tried="forward(x) with three layers that compute 2x + 1, then 3 - x, then 3x - 2",
)
def chains(t: Trial) -> object:
    return sequential(t, *littles()).forward(t.tensor(2, 2))


@check(
    "Sequential.forward",
    "runs again as the first time",
    tried="forward(x) twice on the same Sequential: the second result",
)
def runs_again(t: Trial) -> object:
    model, x = sequential(t, *littles()), t.tensor(2, 2)
    model.forward(x)
    return model.forward(x)


@check(
    "Sequential.forward",
    "runs a Sequential inside a Sequential",
    tried="Sequential(Sequential(first, second), third).forward(x)",
)
def runs_nested(t: Trial) -> object:
    first, second, third = littles()
    return sequential(t, sequential(t, first, second), third).forward(t.tensor(2, 2))


@check(
    "Sequential.forward",
    "lets gradients back through every layer",
    tried="y = Sequential(first, second, third).forward(x), y.sum().backward(), then x.grad",
)
def lets_gradients_back(t: Trial) -> object:
    x = t.tensor(2, 2, requires_grad=True)
    y = sequential(t, *littles()).forward(x)
    if y.requires_grad:
        y.sum().backward()
    return {"y": y, "x.grad": x.grad}


@check(
    "Sequential.parameters",
    "is a list",
    tried="the type of Sequential(first, second, third, fourth).parameters()",
)
def parameters_are_a_list(t: Trial) -> object:
    found = sequential(t, *with_parameters()).parameters()
    return "a list" if isinstance(found, list) else with_article(type(found).__name__)


@check(
    "Sequential.parameters",
    "has the parameters of every layer, in order",
    tried="parameters() of four layers that have two, one, none, and one",
)
def collects_parameters(t: Trial) -> object:
    return [*sequential(t, *with_parameters()).parameters()]


@check(
    "Sequential.parameters",
    "has the tensors themselves, not copies",
    tried="parameters(): whether each is the very tensor of its layer",
)
def parameters_themselves(t: Trial) -> object:
    layers = with_parameters()
    tensors = [tensor for layer in layers for tensor in layer.tensors]
    known: dict[str, object] = {f"tensor {n}": tensor for n, tensor in enumerate(tensors, 1)}
    return named(sequential(t, *layers).parameters(), known)


@check(
    "Sequential.parameters",
    "has those of a Sequential inside a Sequential",
    tried="Sequential(Sequential(first, second), third, fourth).parameters()",
)
def parameters_of_nested(t: Trial) -> object:
    first, second, third, fourth = with_parameters()
    return [*sequential(t, sequential(t, first, second), third, fourth).parameters()]


@check(
    "Sequential.parameters",
    "is the same when asked for again",
    tried="parameters() twice on the same Sequential: the second result",
)
def parameters_again(t: Trial) -> object:
    model = sequential(t, *with_parameters())
    model.parameters()
    return [*model.parameters()]
