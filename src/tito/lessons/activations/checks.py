"""What is asked of the five activations: values, large numbers, NaN, gradients, and no memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor
from tito.lesson.model import Check, check
from tito.lesson.trial import Trial, Waits
from tito.lessons.activations.temporary import gradient, kind, numbers, pull_back

LARGE = ((-10_000.0, -200.0, -90.0, -30.0), (30.0, 90.0, 200.0, 10_000.0))
SCORES = ((1000.0, 1001.0, 998.5), (-1000.0, -1001.0, -999.0), (0.0, 10_000.0, -10_000.0))


def results(t: Trial, part: str, *shapes: tuple[int, ...], **made: int) -> object:
    """What forward gives for x of each of these shapes."""
    thing = t.made(part, **made)
    return {
        f"x of shape {shape}": numbers(thing.forward(t.tensor(*shape, name=f"x of shape {shape}")))
        for shape in shapes
    }


def given(t: Trial, rows: object) -> Tensor:
    """An x of these numbers, whose gradient is wanted."""
    return t.given("x", Tensor(np.array(rows, np.float32), requires_grad=True))


def slopes(t: Trial, part: str, x: Tensor) -> object:
    """What arrives at x when small numbers are sent back."""
    pull_back(t, t.made(part).forward(x))
    return gradient(x, x.shape)


def common(part: str, nan: str) -> tuple[Check, ...]:
    """What is asked of each of the five alike, besides its values."""
    name, made = f"{part}.forward", f"{part}()"

    @check(name, "returns a Tensor", tried=f"{made}.forward(x)")
    def tensor(t: Trial) -> object:
        return kind(t.made(part).forward(t.tensor(2, 3)))

    @check(name, "lets gradients reach x", tried=f"x.grad after {made}.forward(x) and backward()")
    def reach(t: Trial) -> object:
        return slopes(t, part, t.tensor(2, 3, requires_grad=True))

    @check(name, nan, tried=f"{made}.forward(x), where one number of x is NaN")
    def keeps_nan(t: Trial) -> object:
        return numbers(t.made(part).forward(given(t, [[np.nan, 1.5], [-2.0, 0.5]])))

    @check(name, "leaves x as it was", tried=f"x after {made}.forward(x)")
    def leaves(t: Trial) -> object:
        x = t.tensor(2, 3)
        t.made(part).forward(x)
        return numbers(x)

    @check(
        name,
        "gives each x an answer of its own",
        tried=f"forward of one {made}: on x, on z of the same shape, on four rows, on x again, and "
        "on x with other numbers in it",
    )
    def own(t: Trial) -> object:
        thing, x = t.made(part), t.tensor(2, 3)
        others = t.tensor(2, 3, name="z"), t.tensor(4, 3, name="four")
        answers = [numbers(thing.forward(each)) for each in (x, *others, x)]
        x.data = t.given("x again", t.values(2, 3))
        return [*answers, numbers(thing.forward(x))]

    @check(
        name,
        "gives the same when it is called",
        tried=f"{made}(x), then {made}(z); backward() from there, and z.grad",
        about="__call__",
    )
    def called(t: Trial) -> object:
        thing, x, z = t.made(part), t.tensor(2, 3), t.tensor(2, 3, name="z", requires_grad=True)
        first, second = thing(x), thing(z)
        pull_back(t, second)
        return {"x": numbers(first), "z": numbers(second), "z.grad": gradient(z, (2, 3))}

    @check(name, "has nothing to learn", tried=f"{made}.parameters()", about="parameters")
    def nothing(t: Trial) -> object:
        listed: Any = t.made(part).parameters()
        return [kind(each) for each in listed] if isinstance(listed, list) else listed

    return tensor, reach, keeps_nan, leaves, own, called, nothing


def elementwise(part: str, computes: str, far: str, slope: bool = True) -> tuple[Check, ...]:
    """The checks of an activation that treats each number by itself; ``far`` from zero, too."""
    name, made = f"{part}.forward", f"{part}()"

    @check(name, computes, tried=f"{made}.forward(x)")
    def values(t: Trial) -> object:
        return numbers(t.made(part).forward(t.tensor(2, 6)))

    @check(name, "takes any number of axes", tried=f"{made}.forward(x), x of several shapes")
    def axes(t: Trial) -> object:
        return results(t, part, (3,), (2, 1, 3), (1, 2, 2, 1), (0, 3))

    @check(name, far, tried=f"{made}.forward(x), x from -10000 to 10000")
    def large(t: Trial) -> object:
        return numbers(t.made(part).forward(given(t, LARGE)))

    @check(
        name,
        "lets gradients through where x is large",
        tried=f"x.grad after {made}.forward(x) and backward(), x from -10000 to 10000",
    )
    def large_slopes(t: Trial) -> object:
        return slopes(t, part, given(t, LARGE))

    return (values, axes, large, *((large_slopes,) * slope), *common(part, "keeps NaN"))


relu = elementwise("ReLU", "computes max(x, 0)", "goes on without a limit", slope=False)
sigmoid = elementwise("Sigmoid", "computes 1 / (1 + exp(-x))", "overflows nowhere")
tanh = elementwise("Tanh", "computes the hyperbolic tangent", "overflows nowhere")


def axis_of(t: Trial, *places: int, **named: int) -> object:
    """The axis that a Softmax works along, of three: by what it keeps, or by what it does."""
    asked = (*places, *named.values(), -1)[0]
    thing = t.module.Softmax(*places, **named)
    kept: Any = getattr(thing, "dim", None)
    if type(kept) is int and kept == asked:
        return asked % 3
    try:
        result = numbers(thing.forward(t.tensor(2, 3, 4)))
    except NotImplementedError:
        raise Waits("Softmax.forward") from None
    sums = [np.allclose(result.sum(axis), 1, atol=1e-4) for axis in range(3)]
    return sums.index(True) if True in sums else "none of them"


@check(
    "Softmax.__init__",
    "takes the last axis if nothing is said",
    tried="the axis that Softmax() works along, counted from 0, for x of shape (2, 3, 4)",
)
def last_axis(t: Trial) -> object:
    return axis_of(t)


@check(
    "Softmax.__init__",
    "keeps the axis that it is given",
    tried="the axes that Softmax(0), Softmax(dim=1) and Softmax(dim=-2) work along, counted from "
    "0, for x of shape (2, 3, 4)",
)
def given_axis(t: Trial) -> object:
    return {
        "Softmax(0)": axis_of(t, 0),
        "Softmax(dim=1)": axis_of(t, dim=1),
        "Softmax(dim=-2)": axis_of(t, dim=-2),
    }


@check("Softmax.forward", "gives each score its share", tried="Softmax().forward(x)")
def shares(t: Trial) -> object:
    return numbers(t.made("Softmax").forward(t.tensor(2, 3)))


@check(
    "Softmax.forward",
    "works along any axis",
    tried="Softmax(dim).forward(x) for dim = 0, 1 and -2, x of shape (2, 3, 2)",
    needs=("Softmax.__init__",),
)
def any_axis(t: Trial) -> object:
    x = t.tensor(2, 3, 2)
    return {f"dim={dim}": numbers(t.made("Softmax", dim).forward(x)) for dim in (0, 1, -2)}


@check(
    "Softmax.forward",
    "takes any number of axes",
    tried="Softmax().forward(x), x of several shapes",
)
def softmax_axes(t: Trial) -> object:
    return results(t, "Softmax", (3,), (2, 2, 3), (0, 3))


@check("Softmax.forward", "keeps a batch of one", tried="Softmax().forward(x), x of one row")
def batch_of_one(t: Trial) -> object:
    return results(t, "Softmax", (1, 3), (2, 1))


@check("Softmax.forward", "overflows nowhere", tried="Softmax().forward(x), x of large scores")
def large_scores(t: Trial) -> object:
    return numbers(t.made("Softmax").forward(given(t, SCORES)))


@check(
    "Softmax.forward",
    "lets gradients through where scores are large",
    tried="x.grad after Softmax().forward(x) and backward(), x of large scores",
)
def slopes_of_large_scores(t: Trial) -> object:
    return slopes(t, "Softmax", given(t, SCORES))


softmax = common("Softmax", "keeps NaN in its row")

gelu = elementwise("GELU", "computes x times the share below x", "overflows nowhere")

CHECKS = (
    *relu,
    *sigmoid,
    *tanh,
    last_axis,
    given_axis,
    shares,
    any_axis,
    softmax_axes,
    batch_of_one,
    large_scores,
    slopes_of_large_scores,
    *softmax,
    *gelu,
)
