"""Checks of Dense: sizes under their other names, Glorot's first weights, otherwise as Linear."""

from __future__ import annotations

from tito.engine.lesson import check
from tito.engine.trial import Trial
from tito.lessons.layers.checks.build import (
    IN,
    OUT,
    gradient,
    kind,
    known_layer,
    members,
    numbers,
    pull_back,
    weights_of,
)
from tito.lessons.layers.checks.kept import bias_checks, weight_checks

_LAYER = "a Dense(3, 2) that holds the weight and bias below"


@check("Dense.__init__", "keeps input_size", tried="Dense(3, 2).input_size")
def keeps_input_size(t: Trial) -> object:
    return t.module.Dense(3, 2).input_size


@check("Dense.__init__", "keeps output_size", tried="Dense(3, 2).output_size")
def keeps_output_size(t: Trial) -> object:
    return t.module.Dense(3, 2).output_size


@check(
    "Dense.__init__",
    "takes its sizes by name",
    tried="Dense(input_size=3, output_size=2), then its input_size",
)
def takes_names(t: Trial) -> object:
    return t.module.Dense(input_size=3, output_size=2).input_size


weight_kept = weight_checks("Dense", "(input_size, output_size)")


@check(
    "Dense.__init__",
    "keeps the weights within Glorot's limit",
    tried="the weights of Dense(60, 240)",
    about="weight",
    measure="glorot_limit",
)
def limit(t: Trial) -> object:
    return weights_of(t, "Dense", 60, 240)


@check(
    "Dense.__init__",
    "centres the weights on zero",
    tried="the weights of Dense(60, 240)",
    about="weight",
    measure="centre",
)
def centred(t: Trial) -> object:
    return weights_of(t, "Dense", 60, 240)


@check(
    "Dense.__init__",
    "makes all weights within the limit equally likely",
    tried="the weights of Dense(60, 240)",
    about="weight",
    measure="uniform_law",
)
def evenly_distributed(t: Trial) -> object:
    return weights_of(t, "Dense", 60, 240)


@check(
    "Dense.__init__",
    "draws new weights for each layer",
    tried="the weights of two layers, each made by Dense(3, 2)",
    about="weight",
    measure="layers_alike",
)
def layers_differ(t: Trial) -> object:
    return [weights_of(t, "Dense", 3, 2) for _ in range(2)]


bias_kept = bias_checks("Dense", "(output_size,)")


@check("Dense.forward", "computes xW + b", tried=f"forward(x) of {_LAYER}")
def computes(t: Trial) -> object:
    return numbers(known_layer(t, "Dense").forward(t.tensor(4, IN)))


@check("Dense.forward", "returns a Tensor", tried=f"forward(x) of {_LAYER}")
def returns_tensor(t: Trial) -> object:
    return kind(known_layer(t, "Dense").forward(t.tensor(2, IN)))


@check(
    "Dense.forward",
    "works without a bias",
    tried="forward(x) of a Dense(3, 2, bias=False) that holds the weight below",
)
def without_bias(t: Trial) -> object:
    return numbers(known_layer(t, "Dense", bias=False).forward(t.tensor(2, IN)))


@check("Dense.forward", "takes three axes", tried=f"forward(x) of {_LAYER}")
def three_axes(t: Trial) -> object:
    return numbers(known_layer(t, "Dense").forward(t.tensor(2, 2, IN)))


@check(
    "Dense.forward",
    "lets gradients reach the weight",
    tried=f"weight.grad after forward(x) of {_LAYER} and backward()",
)
def gradient_of_weight(t: Trial) -> object:
    layer = known_layer(t, "Dense")
    pull_back(t, layer.forward(t.tensor(2, IN)))
    return gradient(layer.weight, (IN, OUT))


@check(
    "Dense.forward",
    "lets gradients reach x",
    tried=f"x.grad after forward(x) of {_LAYER} and backward()",
)
def gradient_of_x(t: Trial) -> object:
    x = t.tensor(2, IN, requires_grad=True)
    pull_back(t, known_layer(t, "Dense").forward(x))
    return gradient(x, (2, IN))


@check("Dense.parameters", "returns a list", tried="parameters() of a Dense(3, 2)")
def returns_list(t: Trial) -> object:
    return kind(known_layer(t, "Dense").parameters())


@check(
    "Dense.parameters",
    "holds the weight itself, then the bias itself",
    tried="the items of parameters() of a Dense(3, 2)",
)
def holds_both(t: Trial) -> object:
    layer = known_layer(t, "Dense")
    return members(layer, layer.parameters())


@check(
    "Dense.parameters",
    "holds only the weight where there is no bias",
    tried="the items of parameters() of a Dense(3, 2, bias=False)",
)
def holds_weight_only(t: Trial) -> object:
    layer = known_layer(t, "Dense", bias=False)
    return members(layer, layer.parameters())
