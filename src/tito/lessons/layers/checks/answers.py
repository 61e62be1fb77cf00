"""What Linear's and Dense's forward have in common besides xW + b: each x has its own answer."""

from __future__ import annotations

from tito.engine.lesson import Check, check
from tito.engine.trial import Trial
from tito.lessons.layers.checks.build import numbers
from tito.lessons.layers.checks.held import IN, OUT, known_layer, write


def answer_checks(part: str) -> tuple[Check, ...]:
    """Nothing stays from one call, from old weights, or from another layer; a call is a forward."""
    exercise, made = f"{part}.forward", f"a {part}(3, 2) that holds the weight and bias below"

    @check(
        exercise,
        "gives each x an answer of its own",
        tried=f"forward of {made}: on x, on z of the same shape, on one row, on four rows, "
        "and on x again with other numbers in it",
    )
    def own_answers(t: Trial) -> object:
        layer, x = known_layer(t, part), t.tensor(2, IN)
        further = (
            t.tensor(2, IN, name="z"),
            t.tensor(1, IN, name="one"),
            t.tensor(4, IN, name="four"),
        )
        answers = [numbers(layer.forward(each)) for each in (x, *further)]
        x.data = t.given("x again", t.values(2, IN))
        return [*answers, numbers(layer.forward(x))]

    @check(
        exercise,
        "uses the weight and bias that it has now",
        tried=f"forward(x) of {made}, then weight.data and bias.data become other arrays, as an "
        "optimizer makes them, and forward(x) again",
    )
    def present_weights(t: Trial) -> object:
        layer, x = known_layer(t, part), t.tensor(2, IN)
        before = numbers(layer.forward(x))
        write(layer.weight, t.given("weight then", t.values(IN, OUT)))
        write(layer.bias, t.given("bias then", t.values(OUT)))
        return [before, numbers(layer.forward(x))]

    @check(
        exercise,
        "uses the weight and bias of its own layer",
        tried=f"a = {part}(3, 2), b = {part}(3, 2) with other numbers: a.forward(x), b.forward(x), "
        "and a.forward(x) again",
    )
    def own_weights(t: Trial) -> object:
        a, x = known_layer(t, part), t.tensor(2, IN)
        first = numbers(a.forward(x))
        b = known_layer(t, part)
        return [first, numbers(b.forward(x)), numbers(a.forward(x))]

    @check(
        exercise,
        "gives the same when the layer is called",
        tried=f"layer(x), where layer is {made}",
        about="__call__",
        needs=("Layer.__call__",),
    )
    def called(t: Trial) -> object:
        return numbers(known_layer(t, part)(t.tensor(2, IN)))

    return own_answers, present_weights, own_weights, called
