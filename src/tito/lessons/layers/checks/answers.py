"""What Linear's and Dense's forward have in common besides xW + b: each x has its own answer."""

from __future__ import annotations

from contextlib import suppress

from tinytorch.core.tensor import Tensor
from tito.lesson.model import Check, check
from tito.lesson.trial import Trial
from tito.lessons.layers.checks.build import numbers, pull_back
from tito.lessons.layers.checks.held import IN, OUT, Made, known_layer, write


def result_check(part: str) -> Check:
    """Nothing is kept for all layers alike. It comes before any other forward of the class."""

    @check(
        f"{part}.forward",
        "gives no result of another layer",
        tried=f"a = {part}(3, 2), b = {part}(3, 2): whether b.forward(x) is the very Tensor that "
        "a.forward(x) gave",
    )
    def own_result(t: Trial) -> object:
        return whose(t.tensor(2, IN), known_layer(t, part), known_layer(t, part))

    return own_result


def whose(x: Tensor, a: Made, b: Made) -> str:
    """Whether forward of b gives its own result, or what a gave; an error is told elsewhere."""
    with suppress(Exception):
        first = a.forward(x)
        if isinstance(first, Tensor) and first is not x and b.forward(x) is first:
            return "the result of a"
    return "its own"


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
        tried=f"layer(x), then layer(z), where layer is {made}; backward() from there, and "
        "weight.grad",
        about="__call__",
        needs=("Layer.__call__",),
    )
    def called(t: Trial) -> object:
        layer, x, z = known_layer(t, part), t.tensor(2, IN), t.tensor(2, IN, name="z")
        answers = [layer(each) for each in (x, z)]
        pull_back(t, answers[-1])
        given = {f"layer({name})": numbers(y) for name, y in zip("xz", answers, strict=True)}
        return {**given, "weight.grad": layer.gradient("weight")}

    return own_answers, present_weights, own_weights, called
