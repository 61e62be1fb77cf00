"""Checks of Linear's forward: y = xW + b, for inputs of every rank, with a way back."""

from __future__ import annotations

from contextlib import suppress

from tito.lesson.model import advice, check
from tito.lesson.trial import Trial
from tito.lessons.layers.checks.answers import answer_checks, result_check
from tito.lessons.layers.checks.build import kind, numbers, outcome, pull_back, shape_of
from tito.lessons.layers.checks.held import IN, OUT, gradient, known_layer, layer_with

_LAYER = "a Linear(3, 2) that holds the weight and bias below"


own_result = result_check("Linear")


@check(
    "Linear.forward",
    "keeps the weight that the layer has",
    tried="whether weight is still the same Tensor after a forward(x)",
)
def keeps_weight(t: Trial) -> object:
    held = known_layer(t, "Linear")
    with suppress(Exception):
        held.forward(t.tensor(2, IN))
    now = getattr(held.thing, "weight", held.weight)
    return "the same" if now is held.weight else kind(now).replace("a ", "another ")


@check(
    "Linear.forward",
    "multiplies x by the weight",
    tried="forward(x) of a Linear(3, 2) whose bias is zero",
)
def multiplies(t: Trial) -> object:
    layer = layer_with(t, "Linear", t.values(IN, OUT), t.values(OUT) * 0)
    return numbers(layer.forward(t.tensor(4, IN)))


@check("Linear.forward", "adds the bias to every row", tried=f"forward(x) of {_LAYER}")
def adds_bias(t: Trial) -> object:
    return numbers(known_layer(t, "Linear").forward(t.tensor(2, IN)))


@check("Linear.forward", "returns a Tensor", tried=f"forward(x) of {_LAYER}")
def returns_tensor(t: Trial) -> object:
    return kind(known_layer(t, "Linear").forward(t.tensor(2, IN)))


@check(
    "Linear.forward",
    "works without a bias",
    tried="forward(x) of a Linear(3, 2, bias=False) that holds the weight below",
)
def without_bias(t: Trial) -> object:
    return numbers(known_layer(t, "Linear", bias=False).forward(t.tensor(2, IN)))


@check("Linear.forward", "takes one example, with one axis", tried=f"forward(x) of {_LAYER}")
def one_example(t: Trial) -> object:
    return numbers(known_layer(t, "Linear").forward(t.tensor(IN)))


@check("Linear.forward", "takes three axes", tried=f"forward(x) of {_LAYER}")
def three_axes(t: Trial) -> object:
    return numbers(known_layer(t, "Linear").forward(t.tensor(2, 1, IN)))


@check("Linear.forward", "takes four axes", tried=f"forward(x) of {_LAYER}")
def four_axes(t: Trial) -> object:
    return numbers(known_layer(t, "Linear").forward(t.tensor(2, 1, 2, IN)))


@check("Linear.forward", "takes an empty batch", tried=f"forward(x) of {_LAYER}, x of shape (0, 3)")
def empty_batch(t: Trial) -> object:
    return numbers(known_layer(t, "Linear").forward(t.tensor(0, IN)))


@check(
    "Linear.forward",
    "lets gradients reach the weight",
    tried=f"weight.grad after forward(x) of {_LAYER} and backward()",
)
def gradient_of_weight(t: Trial) -> object:
    layer = known_layer(t, "Linear")
    pull_back(t, layer.forward(t.tensor(2, IN)))
    return layer.gradient("weight")


@check(
    "Linear.forward",
    "lets gradients reach the bias",
    tried=f"bias.grad after forward(x) of {_LAYER} and backward()",
)
def gradient_of_bias(t: Trial) -> object:
    layer = known_layer(t, "Linear")
    pull_back(t, layer.forward(t.tensor(2, IN)))
    return layer.gradient("bias")


@check(
    "Linear.forward",
    "lets gradients reach x",
    tried=f"x.grad after forward(x) of {_LAYER} and backward()",
)
def gradient_of_x(t: Trial) -> object:
    x = t.tensor(2, IN, requires_grad=True)
    pull_back(t, known_layer(t, "Linear").forward(x))
    return gradient(x, (2, IN))


@check("Linear.forward", "leaves x as it was", tried=f"x after forward(x) of {_LAYER}")
def leaves_x(t: Trial) -> object:
    x = t.tensor(2, IN)
    known_layer(t, "Linear").forward(x)
    return numbers(x)


@check(
    "Linear.forward",
    "gives the same for the same x",
    tried=f"forward(x) for a second time, of {_LAYER}",
)
def same_again(t: Trial) -> object:
    layer, x = known_layer(t, "Linear"), t.tensor(2, IN)
    layer.forward(x)
    return numbers(layer.forward(x))


answers = answer_checks("Linear")


@check(
    "Linear.forward",
    "refuses x of another width",
    tried="forward of a Linear(3, 2) on x of shape (2, 3), then of shape (2, 6): which raises an "
    "error",
)
def refuses_width(t: Trial) -> object:
    held, fitting = known_layer(t, "Linear"), t.tensor(2, IN, name="x of 3 features")
    other = t.tensor(2, 2 * IN, name="x of 6 features")
    refused = outcome(lambda: shape_of(held.forward(other)))
    return {
        "3 features": outcome(lambda: shape_of(held.forward(fitting))),
        "6 features": "an error" if "raised" in refused else refused["returned"],
    }


@advice(
    "Linear.forward",
    "refuses x of another width with ValueError",
    tried="forward of a Linear(3, 2) on x of shape (2, 6): the kind of the error",
    says="Your Linear refuses an x of the wrong width, but not with a ValueError, which is what "
    "Python calls a wrong argument, and what the matrix product raises by itself. An assert "
    "vanishes when Python runs with -O.",
)
def kind_of_refusal(t: Trial) -> object:
    return t.raised(lambda: known_layer(t, "Linear").forward(t.tensor(2, 2 * IN)))
