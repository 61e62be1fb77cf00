"""What is asked of the five activations: values, large numbers, NaN, gradients, and no memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor
from tito.lesson.families import (
    Facts,
    about,
    called,
    gives_tensor,
    gradients,
    in_order,
    keeps_nan,
    leaves_x,
    own_answers,
    survives,
    takes,
)
from tito.lesson.model import Advice
from tito.lesson.probes import gradient, kind, numbers, pull_back
from tito.lesson.trial import Trial, Waits

LARGE = [[-10_000.0, -200.0, -90.0, -30.0], [30.0, 90.0, 200.0, 10_000.0]]
SCORES = [[1000.0, 1001.0, 998.5], [-1000.0, -1001.0, -999.0], [0.0, 10_000.0, -10_000.0]]


def of(part: str, computes: str) -> Facts:
    """The facts about forward of a class, which begin with its values."""
    f = about(f"{part}.forward")
    f(computes, lambda t: numbers(f.make(t).forward(t.tensor(2, 6))))
    return f


def alike(f: Facts, nan: str = "keeps NaN") -> None:
    """What is asked of all five."""
    gives_tensor(f)
    gradients(f)
    keeps_nan(f, nan)
    leaves_x(f)
    own_answers(f)
    called(f, word="activation")

    def nothing(t: Trial) -> object:
        listed: Any = f.make(t).parameters()
        return [*map(kind, listed)] if isinstance(listed, list) else listed  # pyright: ignore[reportUnknownArgumentType]

    f("has nothing to learn", nothing, tried=f"{f.made}.parameters()", about="parameters")


def slope_at_zero(t: Trial) -> object:
    """What arrives at an x of zeros."""
    x = Tensor(np.zeros(2), requires_grad=True)
    pull_back(t, t.made("ReLU").forward(x))
    return gradient(x, (2,))


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


def along(t: Trial) -> object:
    """What a Softmax gives along each of three axes."""
    x = t.tensor(2, 3, 2)
    return {f"dim={dim}": numbers(t.made("Softmax", dim).forward(x)) for dim in (0, 1, -2)}


relu = of("ReLU", "computes max(x, 0)")
takes(relu, (3,), (2, 1, 3), (1, 2, 2, 1), (0, 3), name="takes any number of axes")
survives(relu, "goes on without a limit", LARGE)
alike(relu)

sigmoid = of("Sigmoid", "computes 1 / (1 + exp(-x))")
tanh = of("Tanh", "computes the hyperbolic tangent")
gelu = of("GELU", "computes x times the share below x")
for each in (sigmoid, tanh, gelu):
    takes(each, (3,), (2, 1, 3), (1, 2, 2, 1), (0, 3), name="takes any number of axes")
    survives(each, "overflows nowhere", LARGE, "lets gradients through where x is large")
    alike(each)

axis = about("Softmax.__init__")
axis(
    "takes the last axis if nothing is said",
    axis_of,
    tried="the axis that Softmax() works along, counted from 0, for x of shape (2, 3, 4)",
)
axis(
    "keeps the axis that it is given",
    lambda t: [axis_of(t, 0), axis_of(t, dim=1), axis_of(t, dim=-2)],
    tried="the axes that Softmax(0), Softmax(dim=1) and Softmax(dim=-2) work along, counted from "
    "0, for x of shape (2, 3, 4)",
)

softmax = of("Softmax", "gives each score its share")
softmax(
    "works along any axis",
    along,
    tried="forward(x) of Softmax(dim) for dim = 0, 1 and -2, x of shape (2, 3, 2)",
    needs=("Softmax.__init__",),
)
takes(softmax, (3,), (2, 2, 3), (0, 3), name="takes any number of axes")
takes(softmax, (1, 3), (2, 1), name="keeps a batch of one")
survives(softmax, "overflows nowhere", SCORES, "lets gradients through where scores are large")
alike(softmax, "keeps NaN in its row")

CHECKS = in_order(relu, sigmoid, tanh, axis, softmax, gelu)
ADVICE = (
    Advice(
        "ReLU.forward",
        "has the slope 0 at zero",
        "x.grad after forward(x) of a ReLU() and backward(), x of zeros",
        slope_at_zero,
        says="Where x is exactly 0, the slope of your ReLU is another one than 0. It has a corner "
        "there, so that anything from 0 to 1 can be defended; PyTorch says 0.",
    ),
)
