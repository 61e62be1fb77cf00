"""Checks of Dense: sizes under their other names, Glorot's first weights, otherwise as Linear."""

from __future__ import annotations

from tito.lesson.model import advice, check
from tito.lesson.trial import Trial
from tito.lessons.layers.checks.answers import answer_checks, result_check
from tito.lessons.layers.checks.build import kind, members, numbers, pull_back, shared, weights_of
from tito.lessons.layers.checks.held import IN, gradient, known_layer
from tito.lessons.layers.checks.kept import apart_check, bias_checks, weight_checks

_SIZES = {"input_size": 3, "output_size": 2}
_LAYER = "a Dense(3, 2) that holds the weight and bias below"


@check(
    "Dense.__init__",
    "keeps the right sizes as input_size and output_size",
    tried="Dense(3, 2), then its input_size and output_size, where it has them",
)
def keeps_sizes(t: Trial) -> object:
    layer = t.module.Dense(3, 2)
    return {name: getattr(layer, name, size) for name, size in _SIZES.items()}


@check(
    "Dense.__init__",
    "takes its sizes by name",
    tried="Dense(input_size=3, output_size=2): whether it makes a layer",
)
def takes_names(t: Trial) -> object:
    t.module.Dense(**_SIZES)
    return "a layer"


@advice(
    "Dense.__init__",
    "keeps its sizes under their names",
    tried="whether Dense(3, 2) has input_size and output_size",
    says="Your Dense does not keep its sizes as input_size and output_size, the names under which "
    "it takes them. Whoever prints or inspects a network looks for them there.",
)
def names_of_sizes(t: Trial) -> object:
    layer = t.module.Dense(3, 2)
    return [hasattr(layer, name) for name in _SIZES]


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
apart = apart_check("Dense", "input_size", "output_size")
own_result = result_check("Dense")


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
    return layer.gradient("weight")


@check(
    "Dense.forward",
    "lets gradients reach x",
    tried=f"x.grad after forward(x) of {_LAYER} and backward()",
)
def gradient_of_x(t: Trial) -> object:
    x = t.tensor(2, IN, requires_grad=True)
    pull_back(t, known_layer(t, "Dense").forward(x))
    return gradient(x, (2, IN))


answers = answer_checks("Dense")


@check("Dense.parameters", "returns a list", tried="parameters() of a Dense(3, 2)")
def returns_list(t: Trial) -> object:
    return kind(known_layer(t, "Dense").parameters())


@check(
    "Dense.parameters",
    "holds nothing of another layer",
    tried="a = Dense(3, 2), b = Dense(3, 2): whether a.parameters() has Tensors of b, which was "
    "asked before",
)
def holds_its_own(t: Trial) -> object:
    return shared(known_layer(t, "Dense"), known_layer(t, "Dense"))


@check(
    "Dense.parameters",
    "holds no more when asked again",
    tried="how many more items parameters() of a Dense(3, 2) has at the second call",
)
def no_more_again(t: Trial) -> object:
    layer = known_layer(t, "Dense")
    before = len(list(layer.parameters()))
    return f"{len(list(layer.parameters())) - before} more"


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
