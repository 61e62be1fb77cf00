"""What the probes of the lesson look at, where a fact in ``checks.py`` takes more than a line."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

import numpy as np

from tinytorch.core.activations import ReLU, Sigmoid, Tanh
from tinytorch.core.given.checks import with_article
from tinytorch.core.losses import CrossEntropyLoss
from tinytorch.core.tensor import Tensor
from tito.lesson.derived import derived
from tito.lesson.families import Case, whose
from tito.lesson.probes import Made, items_of, kept_in, kind, numbers, outcome, shape_of
from tito.lesson.trial import Trial
from tito.lessons.layers.standins import (
    IN,
    OUT,
    Calls,
    Little,
    call_at_rest,
    doubling,
    dropout,
    forward_at_rest,
    kept_names,
    known_layer,
    layer_with,
    littles,
    named,
    one_to_two,
    sequential,
    told,
    training_run,
    with_parameters,
    without_forward,
    write,
)

# Layer.


def x_itself(t: Trial) -> object:
    x, calls = t.tensor(2, 3), Calls()
    doubling(t, calls)(x)
    received = calls[0][0]
    return "x itself" if received is x else f"another {type(received).__name__}"


def result_itself(t: Trial) -> object:
    results: list[Any] = []

    def forward(self: Any, x: Any) -> Any:
        results.append(x * 2)
        return results[-1]

    returned = derived(t.module.Layer, {"forward": forward}, "Noting")(t.tensor(2, 3))
    own = any(returned is result for result in results)
    return "the result itself" if own else f"another {type(returned).__name__}"


def times_run(t: Trial) -> object:
    calls = Calls()
    doubling(t, calls)(t.tensor(2))
    return len(calls)


def computing(base: Any, compute: Callable[[Any], Any], name: str) -> Any:
    """A layer of a class derived from ``base`` whose forward computes that."""

    def forward(self: Any, x: Any) -> Any:
        return compute(x)

    return derived(base, {"forward": forward}, name)


def run_anew(t: Trial) -> object:
    layer, another = doubling(t), computing(t.module.Layer, lambda x: x * 3, "Tripling")
    x, z, w = t.tensor(2), t.tensor(2, name="z"), t.tensor(3, name="w")
    answers = [numbers(layer(each)) for each in (x, z, w)]
    x.data = t.given("x again", t.values(2))
    return [*answers, numbers(layer(x)), numbers(another(x))]


def handed_on(t: Trial, *args: Any, **kwargs: Any) -> Calls:
    """What forward was given besides x."""
    calls = Calls()
    try:
        doubling(t, calls)(t.tensor(2), *args, **kwargs)
    except TypeError:
        if calls or not _has_own_call_for_the_mode(t):
            raise
        return [(None, args, kwargs)]  # refused, and not needed
    return calls


def _has_own_call_for_the_mode(t: Trial) -> bool:
    """Whether Dropout can be told its mode by a call of its own, so that the base's needs no more.

    The page's table has `__call__(x)` for the base.
    """
    calls: list[object] = [
        next((vars(each)["__call__"] for each in kind.__mro__ if "__call__" in vars(each)), None)
        for kind in cast("list[type]", [t.module.Dropout, t.module.Layer])
    ]
    if calls[0] is calls[1]:
        return False
    with suppress(Exception):
        t.module.Dropout(0.5)(Tensor([1.0, 2.0]), training=False)
        return True
    return False


def own_forward(t: Trial) -> object:
    up = computing(t.module.Layer, lambda x: x + 1, "Up")
    down = computing(up.__class__, lambda x: x - 1, "Down")
    x = t.tensor(2)
    return [numbers(up(x)), numbers(down(x))]


def base_refuses(t: Trial) -> object:
    x, layer = t.tensor(2), without_forward(t.module.Layer)
    if layer is None:
        return {"raised": NotImplementedError()}  # an abstract class refuses before
    return outcome(lambda: layer.forward(x))


def base_has_nothing_of_others(t: Trial) -> object:
    layer = doubling(t)
    with suppress(Exception):
        t.module.Linear(3, 2).parameters()
    with suppress(Exception):
        return "some of it" if items_of(layer.parameters()) else "none of it"
    return "none of it"


def base_parameters(t: Trial) -> object:
    if "parameters" in getattr(t.module.Layer, "__abstractmethods__", ()):
        return "an empty list"  # for each class to write: the page says that all do
    try:
        found = doubling(t).parameters()
    except NotImplementedError:
        return "an empty list"
    if not isinstance(found, list):
        return found
    return [*map(kind, cast("list[Any]", found))] or "an empty list"


# Linear and Dense.


def present_weights(t: Trial, part: str) -> object:
    layer, x = known_layer(t, part), t.tensor(2, IN)
    before = numbers(layer.forward(x))
    write(layer.weight, t.given("weight then", t.values(IN, OUT)))
    write(layer.bias, t.given("bias then", t.values(OUT)))
    return [before, numbers(layer.forward(x))]


def own_weights(t: Trial, part: str) -> object:
    a, x = known_layer(t, part), t.tensor(2, IN)
    first = numbers(a.forward(x))
    b = known_layer(t, part)
    return [first, numbers(b.forward(x)), numbers(a.forward(x))]


def keeps_weight(t: Trial) -> object:
    layer = known_layer(t, "Linear")
    with suppress(Exception):
        layer.forward(t.tensor(2, IN))
    now = getattr(layer.thing, "weight", layer.weight)
    return "the same" if now is layer.weight else kind(now).replace("a ", "another ")


def multiplies(t: Trial) -> object:
    layer = layer_with(t, "Linear", t.values(IN, OUT), t.values(OUT) * 0)
    return numbers(layer.forward(t.tensor(4, IN)))


def refuses_width(t: Trial) -> object:
    layer, fitting = known_layer(t, "Linear"), t.tensor(2, IN, name="x of 3 features")
    other = t.tensor(2, 2 * IN, name="x of 6 features")
    refused = outcome(lambda: shape_of(layer.forward(other)))
    return {
        "3 features": outcome(lambda: shape_of(layer.forward(fitting))),
        "6 features": "an error" if "raised" in refused else refused["returned"],
    }


def sizes_of_dense(t: Trial) -> object:
    layer, sizes = t.module.Dense(3, 2), {"input_size": 3, "output_size": 2}
    return {name: getattr(layer, name, size) for name, size in sizes.items()}


def dense_by_name(t: Trial) -> object:
    t.module.Dense(input_size=3, output_size=2)
    return "a layer"


# Dropout.

# At p = 0.5 dropping and keeping look alike, so that alone would hide a mask turned round.
PROBABILITIES = (0.2, 0.5, 0.8)


def keeps_p(t: Trial) -> object:
    layer = t.module.Dropout(p=0.3)
    if hasattr(layer, "p"):
        return layer.p
    if any(isinstance(kept, float) for kept in kept_in(layer)):
        return 0.3  # under another name
    with suppress(Exception):
        layer.forward(t.tensor(2, 3), training=True)
        return 0.3
    return layer.p  # there is none: an AttributeError


def keeps_its_own_p(t: Trial) -> object:
    layer = t.module.Dropout(0.2)
    before = getattr(layer, "p", None)
    t.module.Dropout(0.8)
    return "the same" if getattr(layer, "p", None) == before else getattr(layer, "p", None)


def good_and(p: float) -> tuple[Case, Case]:
    """What is tried where this p is to be refused: a good one, and this one."""
    return (
        ("Dropout(0.4)", lambda t: t.module.Dropout(0.4)),
        (f"Dropout({p})", lambda t: t.module.Dropout(p)),
    )


def shapes_of_dropout(t: Trial) -> object:
    layer = dropout(t, 0.5)
    shapes = ((6,), (2, 3), (2, 3, 4))
    return [layer.forward(one_to_two(t, *shape), training=True) for shape in shapes]


def fate_at_rest(t: Trial, p: float, *shape: int) -> object:
    layer, x = dropout(t, p), one_to_two(t, *shape)
    before = x.data.copy()
    return {"x": before, "y": layer.forward(x, training=False)}


def fate_in_training(t: Trial, p: float) -> object:
    run = training_run(t, p, 3, 4)
    return {"x": run["x"], "y": run["y"][0]}


def fate_of_input(t: Trial) -> object:
    layer, x = dropout(t, 0.5), one_to_two(t, 10, 15)
    before = x.data.copy()
    layer.forward(x, training=True)
    return {"x": before, "y": x}


def shares_of_zeros(t: Trial) -> object:
    runs = [training_run(t, p, 70, 70, calls=2) for p in PROBABILITIES]
    return [{"p": run["p"], "y": run["y"]} for run in runs]


def fate_of_z(t: Trial, run: Callable[[Made, Tensor], Any]) -> object:
    layer, x = dropout(t, 0.2), one_to_two(t, 10, 15)
    run(layer, x)
    z = t.given("z", Tensor(x.data[::-1] * 3))
    return {"x": z.data.copy(), "y": run(layer, z)}


def ten(run: Callable[[], Any]) -> list[Any]:
    return [run() for _ in range(10)]


def dropped_bare(t: Trial, rest_before: bool = False) -> object:
    layer, x = dropout(t, 0.5), one_to_two(t, 5, 6).data
    if rest_before:
        layer.forward(Tensor(x), training=False)
    return ten(lambda: layer.forward(Tensor(x)))


def dropped_by_call(t: Trial) -> object:
    layer, x = dropout(t, 0.5), one_to_two(t, 5, 6, requires_grad=True)
    bare, told = ten(lambda: layer(x)), ten(lambda: layer(x, training=True))
    layer(x, training=False)
    after = ten(lambda: layer(x))
    return {"layer(x)": bare, "layer(x, training=True)": told, "layer(x) after a rest": after}


def share_by_own_p(t: Trial) -> object:
    a, b, x = dropout(t, 0.2), dropout(t, 0.8), one_to_two(t, 70, 70).data
    b.forward(Tensor(x), training=True)
    return [{"p": 0.2, "y": [a.forward(Tensor(x), training=True) for _ in range(2)]}]


def gradient_of_mask(t: Trial) -> object:
    layer, x = dropout(t, 0.2), one_to_two(t, 10, 15, requires_grad=True)
    before = x.data.copy()
    y = layer.forward(x, training=True)
    if y.requires_grad:
        y.sum().backward()
    return {"x": before, "y": y, "gradient": x.grad}


# Sequential.

X = (2, 2)


def keeps_apart(t: Trial) -> object:
    calls: list[str] = []
    layers, changed = littles(t, calls), False
    with suppress(Exception):
        model = t.module.Sequential(*(each.layer for each in layers))
        before, again = ([*kept_names(t, model, layers, calls)] for _ in range(2))
        t.module.Sequential(layers[1].layer)
        changed = before == again and kept_names(t, model, layers, calls) != before
    return "others" if changed else "the same"


def kept(t: Trial, *names: str, listed: bool = False) -> list[str]:
    """The names of the layers that a Sequential of these keeps, given one by one or as a list."""
    layers = littles(t, calls := [])
    known = {each.name: each.layer for each in layers}
    given = [known[name] for name in names]
    model = t.module.Sequential(given) if listed else t.module.Sequential(*given)
    return kept_names(t, model, layers, calls)


def result_of_another(t: Trial) -> object:
    first, second, _ = littles(t)
    return whose(t.tensor(*X), sequential(t, first), sequential(t, second))


def which_ran(t: Trial, times: int) -> object:
    model, x = sequential(t, *littles(t, calls := [])), t.tensor(*X)
    for _ in range(times):
        model.forward(x)
    return calls


def chained(t: Trial, times: int = 1) -> object:
    model, x = sequential(t, *littles(t)), t.tensor(*X)
    return [model.forward(x) for _ in range(times)][-1]


def answers_apart(t: Trial) -> object:
    first, second, third = littles(t)
    a, b, x = sequential(t, first, second), sequential(t, third, first), t.tensor(*X)
    return [numbers(model.forward(x)) for model in (a, b, a)]


def called_model(t: Trial) -> object:
    model, x = sequential(t, *littles(t)), t.tensor(*X)
    z = t.tensor(*X, name="z", requires_grad=True)
    run = model if callable(model.thing) else model.forward
    answers = [run(each) for each in (x, z)]
    if getattr(answers[-1], "requires_grad", False):
        answers[-1].sum().backward()
    given = {f"model({name})": numbers(y) for name, y in zip("xz", answers, strict=True)}
    return {**given, "z.grad": numbers(z.grad)}


def nested(t: Trial, first: Little, second: Little, *others: Little) -> Made:
    """A Sequential of a Sequential of two, and of the others."""
    return sequential(t, sequential(t, first, second).thing, *others)


def gradients_back(t: Trial) -> object:
    x = t.tensor(*X, requires_grad=True)
    y = sequential(t, *littles(t)).forward(x)
    if y.requires_grad:
        y.sum().backward()
    return {"y": y, "x.grad": x.grad}


def kind_of_list(t: Trial) -> object:
    found = sequential(t, *with_parameters(t)).parameters()
    return "a list" if isinstance(found, list) else with_article(type(found).__name__)


def parameters_apart(t: Trial) -> object:
    first, second, third, fourth = with_parameters(t)
    a, b = sequential(t, first, second), sequential(t, third, fourth)
    others = {id(tensor) for tensor in fourth.tensors}
    b.parameters()
    shared = any(id(tensor) in others for tensor in a.parameters())
    return "some of them" if shared else "none of them"


def in_order(found: Any) -> Any:
    """The items; of a set none, for its order is that of addresses, right only by chance."""
    return "no order" if isinstance(found, set | frozenset) else [*found]


def which_found(t: Trial, layers: list[Little]) -> object:
    """Which of the layers' Tensors a Sequential of them has in parameters()."""
    tensors = [tensor for layer in layers for tensor in layer.tensors]
    known: dict[str, object] = {f"tensor {n}": tensor for n, tensor in enumerate(tensors, 1)}
    found = in_order(sequential(t, *layers).parameters())
    return found if isinstance(found, str) else named(found, known)


def found_again(t: Trial) -> object:
    model = sequential(t, *with_parameters(t))
    model.parameters()
    return in_order(model.parameters())


# A Sequential and the flag: one that is taken is heeded.


def fate_when_told(t: Trial, layers: list[Any]) -> object:
    x = one_to_two(t, 10, 15)
    before = x.data.copy()
    return {"x": before, "y": forward_at_rest(sequential(t, *layers), x)}


def fate_when_called(t: Trial) -> object:
    model, x = sequential(t, ReLU(), dropout(t, 0.5).thing), one_to_two(t, 10, 15)
    return {"x": x.data.copy(), "y": call_at_rest(model, x)}


def dropped_in_model(t: Trial, training: bool = False) -> object:
    model, x = sequential(t, dropout(t, 0.5).thing), one_to_two(t, 5, 6).data
    said = (told(model.thing.forward, True) if training else None) or ((), {})
    return ten(lambda: model.forward(Tensor(x), *said[0], **said[1]))


def dropped_after_a_rest(t: Trial) -> object:
    layer, x = dropout(t, 0.5).thing, one_to_two(t, 5, 6)
    run, called = sequential(t, layer), sequential(t, layer)
    forward_at_rest(run, x)
    call_at_rest(called, x)
    call = called if callable(called.thing) else called.forward
    return {"forward(x)": ten(lambda: run.forward(x)), "model(x)": ten(lambda: call(x))}


# The whole file as one network.


def filled(t: Trial, part: str, *sizes: int) -> Any:
    """Such a layer with weights and bias of its own, written in place."""
    layer = getattr(t.module, part)(*sizes)
    layer.weight.data[...] = t.values(*layer.weight.shape)
    layer.bias.data[...] = t.values(*layer.bias.shape)
    return layer


def digits_network(t: Trial) -> Any:
    m = t.module
    return m.Sequential(m.Linear(784, 256), ReLU(), m.Linear(256, 128), ReLU(), m.Linear(128, 10))


def shape_of_digits(t: Trial) -> object:
    return list(digits_network(t).forward(Tensor(np.zeros((32, 784)))).shape)


def shape_through_all(t: Trial) -> object:
    m = t.module
    model = m.Sequential(m.Linear(6, 4), ReLU(), m.Dropout(0.5), m.Linear(4, 2))
    return list(model.forward(t.tensor(5, 6)).shape)


def between_activations(t: Trial) -> object:
    first, second, third = (filled(t, "Linear", *sizes) for sizes in ((3, 4), (4, 3), (3, 2)))
    model = t.module.Sequential(first, ReLU(), second, Sigmoid(), third, Tanh())
    return numbers(model.forward(t.tensor(2, 3)))


def chain_of_dense(t: Trial) -> object:
    model = t.module.Sequential(filled(t, "Dense", 3, 4), ReLU(), filled(t, "Dense", 4, 2))
    return numbers(model.forward(t.tensor(2, 3)))


def count_of_parameters(t: Trial) -> object:
    return sum(math.prod(parameter.shape) for parameter in digits_network(t).parameters())


def gradients_of_loss(t: Trial, *between: Any) -> list[Any]:
    """The gradients of the parameters after one backward of a loss, with these in between."""
    layers = filled(t, "Linear", 3, 4), ReLU(), *between, filled(t, "Linear", 4, 2)
    model = t.module.Sequential(*layers)
    CrossEntropyLoss()(model.forward(t.tensor(3, 3)), [0, 1, 1]).backward()
    return [parameter.grad for parameter in model.parameters()]


def gradients_past_dropout(t: Trial) -> object:
    found = gradients_of_loss(t, t.module.Dropout(0.5))
    return ["none" if gradient is None else "a gradient" for gradient in found]
