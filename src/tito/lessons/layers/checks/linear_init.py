"""Checks of Linear's construction: sizes, first weights, first bias."""

from __future__ import annotations

from tito.engine.lesson import check
from tito.engine.trial import Trial
from tito.lessons.layers.checks.build import kind, numbers, pull_back, shape_of, weights_of


@check("Linear.__init__", "keeps in_features", tried="Linear(3, 2).in_features")
def keeps_in_features(t: Trial) -> object:
    return t.module.Linear(3, 2).in_features


@check("Linear.__init__", "keeps out_features", tried="Linear(3, 2).out_features")
def keeps_out_features(t: Trial) -> object:
    return t.module.Linear(3, 2).out_features


@check("Linear.__init__", "makes weight a Tensor", tried="Linear(3, 2).weight", about="weight")
def weight_is_tensor(t: Trial) -> object:
    return kind(t.module.Linear(3, 2).weight)


@check(
    "Linear.__init__",
    "gives weight the shape (in_features, out_features)",
    tried="Linear(3, 2).weight.shape",
    about="weight",
)
def weight_shape(t: Trial) -> object:
    return shape_of(t.module.Linear(3, 2).weight)


@check(
    "Linear.__init__",
    "asks for the gradient of weight",
    tried="Linear(3, 2).weight.requires_grad",
    about="weight",
)
def weight_wants_gradient(t: Trial) -> object:
    return t.module.Linear(3, 2).weight.requires_grad


@check(
    "Linear.__init__",
    "lets gradients arrive at weight",
    tried="Linear(3, 2).weight.grad after (weight * 2).backward()",
    about="weight",
)
def weight_collects_gradient(t: Trial) -> object:
    weight = t.module.Linear(3, 2).weight
    pull_back(t, weight * 2)
    return shape_of(getattr(weight, "grad", None))


@check(
    "Linear.__init__",
    "draws a row of its own for each input",
    tried="the rows of Linear(5, 4).weight",
    about="weight",
    measure="rows_alike",
)
def rows_differ(t: Trial) -> object:
    return weights_of(t, "Linear", 5, 4)


@check(
    "Linear.__init__",
    "draws a column of its own for each output",
    tried="the columns of Linear(5, 4).weight",
    about="weight",
    measure="columns_alike",
)
def columns_differ(t: Trial) -> object:
    return weights_of(t, "Linear", 5, 4)


@check(
    "Linear.__init__",
    "makes weights small where inputs are many",
    tried="the weights of Linear(1000, 10)",
    about="weight",
    measure="spread",
)
def spread_of_many_inputs(t: Trial) -> object:
    return weights_of(t, "Linear", 1000, 10)


@check(
    "Linear.__init__",
    "makes weights larger where inputs are few",
    tried="the weights of Linear(10, 1000)",
    about="weight",
    measure="spread",
)
def spread_of_few_inputs(t: Trial) -> object:
    return weights_of(t, "Linear", 10, 1000)


@check(
    "Linear.__init__",
    "centres the weights on zero",
    tried="the weights of Linear(1000, 10)",
    about="weight",
    measure="centre",
)
def centred(t: Trial) -> object:
    return weights_of(t, "Linear", 1000, 10)


@check(
    "Linear.__init__",
    "draws the weights from the normal distribution",
    tried="the weights of Linear(1000, 10)",
    about="weight",
    measure="normal_law",
)
def normally_distributed(t: Trial) -> object:
    return weights_of(t, "Linear", 1000, 10)


@check(
    "Linear.__init__",
    "draws new weights for each layer",
    tried="the weights of two layers, each made by Linear(3, 2)",
    about="weight",
    measure="layers_alike",
)
def layers_differ(t: Trial) -> object:
    return [weights_of(t, "Linear", 3, 2) for _ in range(2)]


@check("Linear.__init__", "makes bias a Tensor", tried="Linear(3, 2).bias", about="bias")
def bias_is_tensor(t: Trial) -> object:
    return kind(t.module.Linear(3, 2).bias)


@check(
    "Linear.__init__",
    "gives bias the shape (out_features,)",
    tried="Linear(3, 2).bias.shape",
    about="bias",
)
def bias_shape(t: Trial) -> object:
    return shape_of(t.module.Linear(3, 2).bias)


@check(
    "Linear.__init__",
    "starts bias at zero",
    tried="the numbers in Linear(3, 2).bias",
    about="bias",
    measure="every_bias",
)
def bias_is_zero(t: Trial) -> object:
    return numbers(t.module.Linear(3, 2).bias)


@check(
    "Linear.__init__",
    "asks for the gradient of bias",
    tried="Linear(3, 2).bias.requires_grad",
    about="bias",
)
def bias_wants_gradient(t: Trial) -> object:
    return t.module.Linear(3, 2).bias.requires_grad


@check(
    "Linear.__init__",
    "has no bias where bias=False",
    tried="Linear(3, 2, bias=False).bias",
    about="bias",
)
def no_bias(t: Trial) -> object:
    return kind(t.module.Linear(3, 2, bias=False).bias)
