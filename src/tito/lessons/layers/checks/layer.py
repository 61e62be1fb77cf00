"""Checks of the base class: a call runs forward, and the base itself refuses."""

from __future__ import annotations

from typing import Any

from tito.engine.lesson import advice, check
from tito.engine.trial import Trial
from tito.lessons.layers.checks.build import numbers, outcome


def _doubling(t: Trial) -> Any:
    """A layer of the learner's base class that notes how its forward is called."""

    class Doubling(t.module.Layer):
        calls: list[Any]

        def forward(self, x: Any, *args: Any, **kwargs: Any) -> Any:
            self.calls.append((x, args, kwargs))
            return x * 2

    layer = Doubling()
    layer.calls = []
    return layer


@check(
    "Layer.__call__",
    "returns what forward returns",
    tried="layer(x), where the layer's forward returns x * 2",
)
def returns_result(t: Trial) -> object:
    return numbers(_doubling(t)(t.tensor(2, 3)))


@check(
    "Layer.__call__",
    "hands x itself to forward",
    tried="layer(x), where forward notes what it is given",
)
def hands_on_x(t: Trial) -> object:
    layer, x = _doubling(t), t.tensor(2, 3)
    layer(x)
    received = layer.calls[0][0]
    return "x itself" if received is x else f"another {type(received).__name__}"


@check(
    "Layer.__call__",
    "hands back the result of forward itself",
    tried="whether layer(x) is the very Tensor that forward returned",
)
def hands_back_result(t: Trial) -> object:
    class Noting(t.module.Layer):
        result: Any = None

        def forward(self, x: Any) -> Any:
            self.result = x * 2
            return self.result

    layer = Noting()
    returned = layer(t.tensor(2, 3))
    return "the result itself" if returned is layer.result else f"another {type(returned).__name__}"


@check(
    "Layer.__call__",
    "calls forward once",
    tried="layer(x), where forward counts its calls",
)
def calls_once(t: Trial) -> object:
    layer = _doubling(t)
    layer(t.tensor(2))
    return len(layer.calls)


@check(
    "Layer.__call__",
    "hands on further positional arguments",
    tried="layer(x, 5, 7), where forward notes what else it is given",
)
def hands_on_positional(t: Trial) -> object:
    layer = _doubling(t)
    layer(t.tensor(2), 5, 7)
    return str(layer.calls[0][1])


@check(
    "Layer.__call__",
    "hands on keyword arguments",
    tried="layer(x, training=False), where forward notes what else it is given",
)
def hands_on_keywords(t: Trial) -> object:
    layer = _doubling(t)
    layer(t.tensor(2), training=False)
    return str(layer.calls[0][2])


@check(
    "Layer.__call__",
    "runs the forward of each layer's own class",
    tried="two classes made from Layer: one returns x + 1, one made from that returns x - 1",
)
def runs_own_forward(t: Trial) -> object:
    class Up(t.module.Layer):
        def forward(self, x: Any) -> Any:
            return x + 1

    class Down(Up):
        def forward(self, x: Any) -> Any:
            return x - 1

    x = t.tensor(2)
    return [numbers(Up()(x)), numbers(Down()(x))]


@check(
    "Layer.forward",
    "refuses with NotImplementedError",
    tried="forward(x) of a layer that has no forward of its own",
)
def base_refuses(t: Trial) -> object:
    base, layer, x = t.module.Layer, _doubling(t), t.tensor(2)
    return outcome(lambda: base.forward(layer, x))


@check(
    "Layer.parameters",
    "is an empty list where there is nothing to learn",
    tried="parameters() of a layer without Tensors, which has no parameters of its own",
)
def base_has_no_parameters(t: Trial) -> object:
    return _doubling(t).parameters()


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
    class Attention(t.module.Layer):
        pass

    return "Attention" in str(t.raised(lambda: Attention().forward(t.tensor(2))))
