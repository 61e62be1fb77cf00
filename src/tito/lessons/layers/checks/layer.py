"""Checks of the base class: a call runs forward, and the base itself refuses."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast

from tinytorch.core.tensor import Tensor
from tito.lesson.model import advice, check
from tito.lesson.trial import Trial
from tito.lessons.layers.checks.build import kind, numbers, outcome
from tito.lessons.layers.checks.held import items_of
from tito.lessons.layers.checks.standins import layer_of, method_of, without_forward

Calls = list[tuple[Any, tuple[Any, ...], dict[str, Any]]]


def _doubling(t: Trial, calls: Calls) -> Any:
    """A layer of the learner's base class that notes how its forward is called."""

    def forward(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append((x, args, kwargs))
        return x * 2

    return layer_of(t.module.Layer, {"forward": forward}, "Doubling")


@check(
    "Layer.__call__",
    "returns what forward returns",
    tried="layer(x), where the layer's forward returns x * 2",
)
def returns_result(t: Trial) -> object:
    return numbers(_doubling(t, [])(t.tensor(2, 3)))


@check(
    "Layer.__call__",
    "hands x itself to forward",
    tried="layer(x), where forward notes what it is given",
)
def hands_on_x(t: Trial) -> object:
    calls: Calls = []
    x = t.tensor(2, 3)
    _doubling(t, calls)(x)
    received = calls[0][0]
    return "x itself" if received is x else f"another {type(received).__name__}"


@check(
    "Layer.__call__",
    "hands back the result of forward itself",
    tried="whether layer(x) is the very Tensor that forward returned",
)
def hands_back_result(t: Trial) -> object:
    results: list[Any] = []

    def forward(self: Any, x: Any) -> Any:
        results.append(x * 2)
        return results[-1]

    returned = layer_of(t.module.Layer, {"forward": forward}, "Noting")(t.tensor(2, 3))
    own = any(returned is result for result in results)
    return "the result itself" if own else f"another {type(returned).__name__}"


@check(
    "Layer.__call__",
    "calls forward once",
    tried="layer(x), where forward counts its calls",
)
def calls_once(t: Trial) -> object:
    calls: Calls = []
    _doubling(t, calls)(t.tensor(2))
    return len(calls)


@check(
    "Layer.__call__",
    "runs forward anew for each x and for each layer",
    tried="layer(x), layer(z), layer(w) with one number more, layer(x) with other numbers in x, "
    "and another(x), whose forward returns 3x",
)
def runs_anew(t: Trial) -> object:
    def tripled(self: Any, x: Any) -> Any:
        return x * 3

    layer, another = _doubling(t, []), layer_of(t.module.Layer, {"forward": tripled}, "Tripling")
    x, z, w = t.tensor(2), t.tensor(2, name="z"), t.tensor(3, name="w")
    answers = [numbers(layer(each)) for each in (x, z, w)]
    x.data = t.given("x again", t.values(2))
    return [*answers, numbers(layer(x)), numbers(another(x))]


def _has_own_call_for_the_mode(t: Trial) -> bool:
    """Whether Dropout can be told its mode by a call of its own, so that the base's needs no more.

    The page's table has `__call__(x)` for the base.
    """
    dropout = t.module.Dropout
    if method_of(dropout, "__call__") is method_of(t.module.Layer, "__call__"):
        return False
    with suppress(Exception):
        dropout(0.5)(Tensor([1.0, 2.0]), training=False)
        return True
    return False


def _handed_on(t: Trial, *args: Any, **kwargs: Any) -> Calls:
    """What forward was given besides x."""
    calls: Calls = []
    try:
        _doubling(t, calls)(t.tensor(2), *args, **kwargs)
    except TypeError:
        if calls or not _has_own_call_for_the_mode(t):
            raise
        return [(None, args, kwargs)]  # refused, and not needed
    return calls


@check(
    "Layer.__call__",
    "hands on further positional arguments",
    tried="layer(x, 5, 7), where forward notes what else it is given",
)
def hands_on_positional(t: Trial) -> object:
    return str(_handed_on(t, 5, 7)[0][1])


@check(
    "Layer.__call__",
    "hands on keyword arguments",
    tried="layer(x, training=False), where forward notes what else it is given",
)
def hands_on_keywords(t: Trial) -> object:
    return str(_handed_on(t, training=False)[0][2])


@check(
    "Layer.__call__",
    "runs the forward of each layer's own class",
    tried="two classes derived from Layer: one returns x + 1, one derived from that returns x - 1",
)
def runs_own_forward(t: Trial) -> object:
    def plus_one(self: Any, x: Any) -> Any:
        return x + 1

    def minus_one(self: Any, x: Any) -> Any:
        return x - 1

    up = layer_of(t.module.Layer, {"forward": plus_one}, "Up")
    down = layer_of(up.__class__, {"forward": minus_one}, "Down")
    x = t.tensor(2)
    return [numbers(up(x)), numbers(down(x))]


@check(
    "Layer.forward",
    "refuses with NotImplementedError",
    tried="forward(x) of a layer that has no forward of its own, if such a layer can be made",
)
def base_refuses(t: Trial) -> object:
    base, x = t.module.Layer, t.tensor(2)
    abstract = "forward" in getattr(base, "__abstractmethods__", ())
    layer = None if abstract else without_forward(base)
    if layer is None:
        return {"raised": NotImplementedError()}  # an abstract class refuses before
    return outcome(lambda: layer.forward(x))


@check(
    "Layer.parameters",
    "has nothing of another layer",
    tried="a Linear(3, 2) and its parameters(), then parameters() of a layer without Tensors",
)
def base_has_nothing_of_others(t: Trial) -> object:
    layer = _doubling(t, [])
    with suppress(Exception):
        t.module.Linear(3, 2).parameters()
    with suppress(Exception):
        return "some of it" if items_of(layer.parameters()) else "none of it"
    return "none of it"


def _listed(found: Any) -> Any:
    if not isinstance(found, list):
        return found
    return [*map(kind, cast("list[Any]", found))] or "an empty list"


@check(
    "Layer.parameters",
    "is an empty list where there is nothing to learn, or refuses",
    tried="parameters() of a layer without Tensors, which has no parameters of its own",
)
def base_has_no_parameters(t: Trial) -> object:
    if "parameters" in getattr(t.module.Layer, "__abstractmethods__", ()):
        return "an empty list"  # for each class to write: the page says that all do
    try:
        return _listed(_doubling(t, []).parameters())
    except NotImplementedError:
        return "an empty list"


@advice(
    "Layer.__call__",
    "takes more than x",
    tried="whether the call of the base takes training=False",
    says=(
        "Your Layer.__call__ takes x alone, as in the page's table, and Dropout has a call of its "
        "own. The next layer with a mode would need one, too: (self, x, *args, **kwargs) hands on "
        "whatever a forward takes."
    ),
)
def takes_more_than_x(t: Trial) -> object:
    calls: Calls = []
    with suppress(TypeError):
        _doubling(t, calls)(t.tensor(2), training=False)
    return len(calls)


@advice(
    "Layer.forward",
    "names the class that lacks forward",
    tried="class Attention(Layer) without forward",
    says=(
        "Layer.forward could say in its error which class has no forward (type(self).__name__): "
        "in a network of many layers that is what one wants to know."
    ),
)
def refusal_names_class(t: Trial) -> object:
    base = t.module.Layer
    abstract = "forward" in getattr(base, "__abstractmethods__", ())
    layer = None if abstract else without_forward(base, "Attention")
    if layer is None or type(layer) is base:
        return True  # the class is refused where it is made, by its name
    return "Attention" in str(t.raised(lambda: layer.forward(t.tensor(2))))
