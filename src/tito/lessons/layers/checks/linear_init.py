"""Checks of Linear's construction: sizes, first weights, first bias."""

from __future__ import annotations

from tito.lesson.model import advice, check
from tito.lesson.trial import Trial
from tito.lessons.layers.checks.build import weights_of
from tito.lessons.layers.checks.kept import apart_check, bias_checks, weight_checks


@check("Linear.__init__", "keeps in_features", tried="Linear(3, 2).in_features")
def keeps_in_features(t: Trial) -> object:
    return t.module.Linear(3, 2).in_features


@check("Linear.__init__", "keeps out_features", tried="Linear(3, 2).out_features")
def keeps_out_features(t: Trial) -> object:
    return t.module.Linear(3, 2).out_features


weight_kept = weight_checks("Linear", "(in_features, out_features)")


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
    "draws weights of many sizes",
    tried="the weights of Linear(1000, 10): drawn normally or evenly, or otherwise",
    about="weight",
    measure="known_law",
)
def by_a_known_law(t: Trial) -> object:
    return weights_of(t, "Linear", 1000, 10)


@advice(
    "Linear.__init__",
    "draws the weights from the normal distribution",
    tried="the weights of Linear(1000, 10)",
    says="Your Linear draws its first weights evenly, with the right standard deviation. The "
    "page's are normally distributed; the network learns just as well with either.",
    weigh="evenly_drawn",
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


bias_kept = bias_checks("Linear", "(out_features,)")
apart = apart_check("Linear", "in_features", "out_features")
