"""The facts that a file of layers has to show, class by class: the first that fails is to mend."""

from __future__ import annotations

from functools import partial

from tinytorch.core.activations import ReLU
from tito.lesson import families
from tito.lesson.families import Facts, about
from tito.lesson.model import Probe
from tito.lesson.probes import kind, numbers
from tito.lesson.trial import Trial
from tito.lessons.layers import probes
from tito.lessons.layers.probes import PROBABILITIES, X
from tito.lessons.layers.standins import (
    ALIKE,
    IN,
    doubling,
    dropout,
    known_layer,
    littles,
    sequential,
    training_run,
    weights_of,
    with_parameters,
)

CALL = ("Layer.__call__",)


def needs(*parts: str, learned: bool = False) -> tuple[str, ...]:
    """What a network of these needs, in the order in which it is written."""
    both = ("__init__", "forward")
    methods = {part: both + ("parameters",) * (learned and part != "Dropout") for part in parts}
    return CALL + tuple(f"{part}.{name}" for part in parts for name in methods[part])


# What Linear and Dense have in common.


def made(part: str, *sizes: int, **asked: bool) -> families.Make:
    return lambda t: getattr(t.module, part)(*sizes, **asked)


def construction(part: str) -> Facts:
    return about(f"{part}.__init__", make=made(part, 3, 2), made=f"{part}(3, 2)")


def held(part: str, method: str, holds: str = "") -> Facts:
    make, words = partial(known_layer, part=part), f"{part}(3, 2)"
    return about(f"{part}.{method}", make=make, made=words, on=f"a {words}{holds}")


def computed(t: Trial, part: str, rows: int = 2, bias: bool = True) -> object:
    return numbers(known_layer(t, part, bias).forward(t.tensor(rows, IN)))


def weights(part: str, *sizes: int) -> Probe:
    return lambda t: weights_of(t, part, *sizes)


drawn = partial(families.drawn, about="weight")


# fmt: off
def two_layers_and_bias(f: Facts, *sizes: str) -> None:
    drawn(f, f"the weights of two layers, each made by {f.made}",
          lambda t: [weights_of(t, f.part, 3, 2) for _ in range(2)],
          {"draws new weights for each layer": "layers_alike"})
    families.keeps_tensor(f, "bias", f"({sizes[1]},)", starts="every_bias")
    f("has no bias where bias=False", lambda t: kind(made(f.part, 3, 2, bias=False)(t).bias),
      tried=f"{f.part}(3, 2, bias=False).bias", about="bias")
    families.keeps_apart(f, f"{f.part}(5, 4)", made(f.part, 5, 4), *sizes, "weight", "bias")


def tensor_and_no_bias(f: Facts) -> None:
    families.gives_tensor(f)
    f("works without a bias", lambda t: computed(t, f.part, bias=False),
      tried=f"forward(x) of a {f.part}(3, 2, bias=False) that holds the weight below")


def answers(f: Facts) -> None:
    """Nothing stays from one call, from old weights, or from another layer; a call is a forward."""
    families.own_answers(f)
    f("uses the weight and bias that it has now", lambda t: probes.present_weights(t, f.part),
      tried=f"forward(x) of {f.on}, then weight.data and bias.data become other arrays, as an "
      "optimizer makes them, and forward(x) again")
    f("uses the weight and bias of its own layer", lambda t: probes.own_weights(t, f.part),
      tried=f"a = {f.made}, b = {f.made} with other numbers: a.forward(x), b.forward(x), "
      "and a.forward(x) again")
    families.called(f, to="weight", needs=CALL)


def nothing_of_another(f: Facts) -> None:
    f("holds nothing of another layer",
      lambda t: known_layer(t, f.part).shares_with(known_layer(t, f.part)),
      tried=f"a = {f.made}, b = {f.made}: whether a.parameters() has Tensors of b, which was asked "
      "before")


def the_very_tensors(f: Facts) -> None:
    f("holds the weight itself, then the bias itself",
      lambda t: known_layer(t, f.part).members(), tried=f"the items of parameters() of {f.on}")
    f("holds only the weight where there is no bias",
      lambda t: known_layer(t, f.part, bias=False).members(),
      tried=f"the items of parameters() of a {f.part}(3, 2, bias=False)")


# Layer.

call = about("Layer.__call__")
call("returns what forward returns", lambda t: numbers(doubling(t)(t.tensor(2, 3))),
     tried="layer(x), where the layer's forward returns x * 2")
call("hands x itself to forward", probes.x_itself,
     tried="layer(x), where forward notes what it is given")
call("hands back the result of forward itself", probes.result_itself,
     tried="whether layer(x) is the very Tensor that forward returned")
call("calls forward once", probes.times_run,
     tried="layer(x), where forward counts its calls")
call("runs forward anew for each x and for each layer", probes.run_anew,
     tried="layer(x), layer(z), layer(w) with one number more, layer(x) with other numbers in x, "
     "and another(x), whose forward returns 3x")
call("hands on further positional arguments", lambda t: str(probes.handed_on(t, 5, 7)[0][1]),
     tried="layer(x, 5, 7), where forward notes what else it is given")
call("hands on keyword arguments", lambda t: str(probes.handed_on(t, training=False)[0][2]),
     tried="layer(x, training=False), where forward notes what else it is given")
call("runs the forward of each layer's own class", probes.own_forward,
     tried="two classes derived from Layer: one returns x + 1, one derived from that returns x - 1")

base = about("Layer.forward")
base("refuses with NotImplementedError", probes.base_refuses,
     tried="forward(x) of a layer that has no forward of its own, if such a layer can be made")

of_base = about("Layer.parameters")
of_base("has nothing of another layer", probes.base_has_nothing_of_others,
        tried="a Linear(3, 2) and its parameters(), then parameters() of a layer without Tensors")
of_base("is an empty list where there is nothing to learn, or refuses", probes.base_parameters,
        tried="parameters() of a layer without Tensors, which has no parameters of its own")


# Linear.

init = construction("Linear")
families.keeps(init, "in_features", "out_features")
families.keeps_tensor(init, "weight", "(in_features, out_features)")
families.arrives(init, "weight")
drawn(init, "the rows of Linear(5, 4).weight", weights("Linear", 5, 4),
      {"draws a row of its own for each input": "rows_alike"})
drawn(init, "the columns of Linear(5, 4).weight", weights("Linear", 5, 4),
      {"draws a column of its own for each output": "columns_alike"})
drawn(init, "the weights of Linear(1000, 10)", weights("Linear", 1000, 10),
      {"makes weights small where inputs are many": "spread"})
drawn(init, "the weights of Linear(10, 1000)", weights("Linear", 10, 1000),
      {"makes weights larger where inputs are few": "spread"})
drawn(init, "the weights of Linear(1000, 10)", weights("Linear", 1000, 10),
      {"centres the weights on zero": "centre"})
drawn(init, "the weights of Linear(1000, 10): drawn normally or evenly, or otherwise",
      weights("Linear", 1000, 10), {"draws weights of many sizes": "known_law"})
two_layers_and_bias(init, "in_features", "out_features")

linear = held("Linear", "forward", " that holds the weight and bias below")
families.own_result(linear)
linear("keeps the weight that the layer has", probes.keeps_weight,
       tried="whether weight is still the same Tensor after a forward(x)")
linear("multiplies x by the weight", probes.multiplies,
       tried="forward(x) of a Linear(3, 2) whose bias is zero")
linear("adds the bias to every row", lambda t: computed(t, "Linear"))
tensor_and_no_bias(linear)
families.takes(linear, (IN,), (2, 1, IN), (2, 1, 2, IN), (0, IN))
families.gradients(linear, "weight", "bias", "x")
families.leaves_x(linear)
families.same_again(linear)
answers(linear)
linear("refuses x of another width", probes.refuses_width,
       tried="forward of a Linear(3, 2) on x of shape (2, 3), then of shape (2, 6): which raises "
       "an error")

learned = held("Linear", "parameters")
families.gives_list(learned)
families.no_more_again(learned)
nothing_of_another(learned)
learned("holds two parameters", lambda t: len(list(known_layer(t, "Linear").parameters())),
        tried="how many items parameters() of a Linear(3, 2) has")
the_very_tensors(learned)

# Dense.

dense_init = construction("Dense")
dense_init("keeps the right sizes as input_size and output_size", probes.sizes_of_dense,
           tried="Dense(3, 2), then its input_size and output_size, where it has them")
dense_init("takes its sizes by name", probes.dense_by_name,
           tried="Dense(input_size=3, output_size=2): whether it makes a layer")
families.keeps_tensor(dense_init, "weight", "(input_size, output_size)")
families.arrives(dense_init, "weight")
drawn(dense_init, "the weights of Dense(60, 240)", weights("Dense", 60, 240),
      {"keeps the weights within Glorot's limit": "glorot_limit",
       "centres the weights on zero": "centre",
       "makes all weights within the limit equally likely": "uniform_law"})
two_layers_and_bias(dense_init, "input_size", "output_size")

dense = held("Dense", "forward", " that holds the weight and bias below")
families.own_result(dense)
dense("computes xW + b", lambda t: computed(t, "Dense", 4))
tensor_and_no_bias(dense)
families.takes(dense, (2, 2, IN))
families.gradients(dense, "weight", "x")
answers(dense)

of_dense = held("Dense", "parameters")
families.gives_list(of_dense)
nothing_of_another(of_dense)
families.no_more_again(of_dense)
the_very_tensors(of_dense)

# Dropout.

dropout_init = about("Dropout.__init__")
dropout_init("keeps p", probes.keeps_p, about="p",
             tried="Dropout(p=0.3), then its attribute p; or a forward, where p has another name")
dropout_init("keeps its own p when another layer is made", probes.keeps_its_own_p, about="p",
             tried="a = Dropout(0.2), then b = Dropout(0.8): whether a.p is what it was, where a "
             "has one")
dropout_init("takes p = 0.5 when none is given", lambda t: getattr(t.module.Dropout(), "p", 0.5),
             tried="Dropout(), then its attribute p, where it has one", about="p")
families.refuses(dropout_init, "refuses p below 0", *probes.good_and(-0.1))
families.refuses(dropout_init, "refuses p above 1", *probes.good_and(1.1))
dropout_init("accepts p = 0", lambda t: t.raised(lambda: t.module.Dropout(0.0)),
             tried="Dropout(0.0)")
dropout_init("accepts p = 1", lambda t: t.raised(lambda: t.module.Dropout(1.0)),
             tried="Dropout(1.0)")

drops = about("Dropout.forward")
drops("gives a Tensor of the input's shape", probes.shapes_of_dropout, measure="shapes",
      tried="Dropout(0.5).forward(x, training=True) for an x of one, two and three axes")
drops("changes no value when training=False", lambda t: probes.fate_at_rest(t, 0.2, 10, 15),
      tried="Dropout(0.2).forward(x, training=False)", measure="fate")
drops("drops when nothing is said about training", probes.dropped_bare, measure="any_zeros",
      tried="Dropout(0.5).forward(x), without the argument training, ten times on 30 elements")
drops("zeroes elements with probability p", probes.shares_of_zeros, measure="share_of_zeros",
      tried="forward(x, training=True), twice for each of p = 0.2, 0.5 and 0.8")
drops("multiplies the others by 1 / (1 - p)",
      lambda t: [training_run(t, p, 10, 15, calls=5) for p in PROBABILITIES],
      measure="scale_of_survivors",
      tried="y = forward(x, training=True), for p = 0.2, 0.5 and 0.8: y / x where y is not 0")
drops("leaves the input as it was", probes.fate_of_input, measure="fate",
      tried="Dropout(0.5).forward(x, training=True), then x itself")
drops("draws anew in each call", lambda t: training_run(t, 0.5, 10, 20, calls=3)["y"],
      tried="Dropout(0.5).forward(x, training=True), called three times on 200 elements",
      measure="masks_of_calls")
drops("draws for each row by itself", lambda t: training_run(t, 0.5, 20, 60)["y"][0],
      tried="Dropout(0.5).forward(x, training=True) on 20 rows of 60 elements",
      measure="masks_of_rows")
drops("draws for each column by itself", lambda t: training_run(t, 0.5, 60, 20)["y"][0],
      tried="Dropout(0.5).forward(x, training=True) on 60 rows of 20 elements",
      measure="masks_of_columns")
drops("leaves to chance how many are zero", lambda t: training_run(t, 0.5, 10, 10, calls=20)["y"],
      tried="Dropout(0.5).forward(x, training=True), 20 calls on 100 elements: how many are zero",
      measure="counts_of_calls")
drops("draws for each layer by itself",
      lambda t: [training_run(t, 0.5, 10, 20)["y"][0] for _ in range(3)],
      tried="three layers Dropout(0.5), and the first call of each", measure="masks_of_layers")
drops("drops by its own p, whatever other layers have", probes.share_by_own_p,
      tried="a = Dropout(0.2), b = Dropout(0.8), a forward of b, then a.forward(x, training=True) "
      "twice", measure="share_of_zeros")
drops("forgets the flag of the call before", lambda t: probes.dropped_bare(t, rest_before=True),
      tried="Dropout(0.5).forward(x, training=False), then forward(x), ten times on 30 elements",
      measure="any_zeros")
drops("works on the x that it is given",
      lambda t: probes.fate_of_z(t, lambda layer, x: layer.forward(x, training=False)),
      tried="Dropout(0.2).forward(x, training=False), then the same with z of the same shape: its "
      "values", measure="fate")
drops("changes no value when p = 0", lambda t: probes.fate_in_training(t, 0.0),
      tried="Dropout(0.0).forward(x, training=True)", measure="fate")
drops("makes everything zero when p = 1", lambda t: probes.fate_in_training(t, 1.0),
      tried="Dropout(1.0).forward(x, training=True)", measure="fate")
drops("changes no value when training=False, even with p = 1",
      lambda t: probes.fate_at_rest(t, 1.0, 3, 4),
      tried="Dropout(1.0).forward(x, training=False)", measure="fate")
drops("hands the gradient back through the mask", probes.gradient_of_mask,
      tried="y = Dropout(0.2).forward(x, training=True), y.sum().backward(), then x.grad and y / x",
      measure="gradient_of_mask")
drops("takes the flag through a call",
      lambda t: probes.fate_of_z(t, lambda layer, x: layer(x, training=False)),
      tried="layer = Dropout(0.2), then layer(x, training=False), and the same with z of the same "
      "shape: its values", measure="fate", about="__call__", needs=CALL)
drops("drops when the layer is called", probes.dropped_by_call,
      tried="layer = Dropout(0.5), then layer(x), layer(x, training=True), and layer(x) after "
      "layer(x, training=False), each ten times on 30 elements that want gradients",
      measure="any_zeros_when", about="__call__", needs=CALL)

of_dropout = about("Dropout.parameters", make=lambda t: dropout(t, 0.5), made="Dropout(0.5)")
families.learns_nothing(of_dropout, training=True)
families.nothing_of_others(of_dropout, "Linear(3, 2)", made("Linear", 3, 2))

# Sequential.

THREE = ("first", "second", "third")
chain_init = about("Sequential.__init__")
chain_init("keeps its layers apart from those of others", probes.keeps_apart, about="layers",
           tried="a = Sequential(first, second, third), then b = Sequential(second): whether a "
           "still has the layers that it had")
chain_init("keeps the layers in order", lambda t: probes.kept(t, *THREE),
           tried="Sequential(first, second, third), then the layers that it keeps, or else that it "
           "runs", about="layers")
chain_init("takes one list of layers", lambda t: probes.kept(t, *THREE, listed=True),
           tried="Sequential([first, second, third]), then the layers that it keeps, or else that "
           "it runs", about="layers")
chain_init("keeps a layer that is given twice",
           lambda t: len(probes.kept(t, "first", "second", "first")),
           tried="Sequential(first, second, first): how many layers it has", about="layers")
chain_init("takes a single layer", lambda t: probes.kept(t, "first"),
           tried="Sequential(first), then the layers that it keeps, or else that it runs",
           about="layers")

chain = about("Sequential.forward", make=lambda t: sequential(t, *littles(t)), shape=X)
chain("gives no result of another Sequential", probes.result_of_another,
      tried="a = Sequential(first), b = Sequential(second): whether b.forward(x) is the very "
      "Tensor that a.forward(x) gave")
chain("runs every layer once, in order", lambda t: probes.which_ran(t, 1),
      tried="Sequential(first, second, third).forward(x): which layers ran")
chain("gives each layer the output of the one before", lambda t: probes.chained(t, 1),
      tried="forward(x) with three layers that compute 2x + 1, then 3 - x, then 3x - 2")
chain("runs again as the first time", lambda t: probes.chained(t, 2),
      tried="forward(x) twice on the same Sequential: the second result")
families.own_answers(chain, "forward of the same Sequential")
chain("runs its layers anew in each call", lambda t: probes.which_ran(t, 2),
      tried="forward(x) twice on the same Sequential(first, second, third): which layers ran")
chain("answers for its own layers", probes.answers_apart,
      tried="a = Sequential(first, second), b = Sequential(third, first): a.forward(x), "
      "b.forward(x), and a.forward(x) again")
chain("gives the same when the model is called", probes.called_model, about="__call__", needs=CALL,
      tried="model(x), then model(z), where a Sequential can be called; sum().backward() from "
      "there, and z.grad")
chain("runs a Sequential inside a Sequential", needs=CALL,
      probe=lambda t: probes.nested(t, *littles(t)).forward(t.tensor(*X)),
      tried="Sequential(Sequential(first, second), third).forward(x)")
chain("lets gradients back through every layer", probes.gradients_back,
      tried="y = Sequential(first, second, third).forward(x), y.sum().backward(), then x.grad")

collects = about("Sequential.parameters")
collects("is a list", probes.kind_of_list,
         tried="the type of Sequential(first, second, third, fourth).parameters()")
collects("has nothing of another Sequential", probes.parameters_apart,
         tried="a = Sequential(first, second), b = Sequential(third, fourth): whether "
         "a.parameters() has Tensors of b, which was asked before")
collects("has the parameters of every layer, in order",
         lambda t: probes.in_order(sequential(t, *with_parameters(t)).parameters()),
         tried="parameters() of four layers that have two, one, none, and one")
collects("has the tensors themselves, not copies",
         lambda t: probes.which_found(t, with_parameters(t)),
         tried="parameters(): whether each is the very tensor of its layer")
collects("tells parameters with equal numbers apart",
         lambda t: probes.which_found(t, with_parameters(t, ALIKE)),
         tried="parameters() of two Linear(1, 1) and two Linear(2, 2), whose weights are equal and "
         "whose biases are zero")
collects("has those of a Sequential inside a Sequential",
         lambda t: probes.in_order(probes.nested(t, *with_parameters(t)).parameters()),
         tried="Sequential(Sequential(first, second), third, fourth).parameters()")
collects("is the same when asked for again", probes.found_again,
         tried="parameters() twice on the same Sequential: the second result")

# A flag that a Sequential takes is heeded.

flag = about("Sequential.forward", needs=needs("Dropout", "Sequential"))
flag("drops nothing when it is told training=False, if it takes the flag",
     lambda t: probes.fate_when_told(t, [ReLU(), dropout(t, 0.5).thing, dropout(t, 0.2).thing]),
     tried="Sequential(ReLU(), Dropout(0.5), Dropout(0.2)).forward(x, training=False)",
     measure="fate")
flag("tells a Sequential inside of it, too",
     lambda t: probes.fate_when_told(t, [sequential(t, dropout(t, 0.5).thing).thing, ReLU()]),
     tried="Sequential(Sequential(Dropout(0.5)), ReLU()).forward(x, training=False), if it takes "
     "the flag", measure="fate")
flag("drops nothing when it is called with training=False, if it takes the flag",
     probes.fate_when_called, measure="fate", about="__call__",
     tried="model = Sequential(ReLU(), Dropout(0.5)), then model(x, training=False)")
flag("drops when it is told training=True, if it takes the flag",
     lambda t: probes.dropped_in_model(t, training=True), measure="any_zeros",
     tried="Sequential(Dropout(0.5)).forward(x, training=True), ten times on 30 elements")
flag("lets its Dropout drop when nothing is said about training",
     probes.dropped_in_model, measure="any_zeros",
     tried="Sequential(Dropout(0.5)).forward(x), ten times on 30 elements")
flag("forgets the flag of the call before, if it takes one", probes.dropped_after_a_rest,
     tried="Sequential(Dropout(0.5)).forward(x, training=False), then forward(x), ten times on 30 "
     "elements; and the same with calls of the model", measure="any_zeros_when")

# The whole file as one network.

whole = about("Sequential.forward")
whole("carries a batch through Linear, ReLU, Dropout and Linear", probes.shape_through_all,
      tried="Sequential(Linear(6, 4), ReLU(), Dropout(0.5), Linear(4, 2)).forward(x): the shape",
      needs=needs("Linear", "Dropout", "Sequential"))
whole("works with ReLU, Sigmoid and Tanh in between", probes.between_activations,
      tried="Linear, ReLU, Linear, Sigmoid, Linear, Tanh in one Sequential",
      needs=needs("Linear", "Sequential"))
whole("chains Dense layers", probes.chain_of_dense, needs=needs("Dense", "Sequential"),
      tried="Sequential(Dense(3, 4), ReLU(), Dense(4, 2)).forward(x)")

trained = about("Sequential.parameters", needs=needs("Linear", "Sequential", learned=True))
trained("counts 235,146 numbers in 784-256-128-10", probes.count_of_parameters,
        tried="Linear(784, 256), ReLU, Linear(256, 128), ReLU, Linear(128, 10) in one Sequential")
trained("all get their gradient from loss.backward()",
        lambda t: [numbers(gradient) for gradient in probes.gradients_of_loss(t)],
        tried="CrossEntropyLoss on Sequential(Linear(3, 4), ReLU(), Linear(4, 2)), loss.backward()")
trained("all get a gradient, also those before a Dropout", probes.gradients_past_dropout,
        tried="the same with a Dropout(0.5) after the ReLU: whether each parameter has a gradient",
        needs=needs("Linear", "Dropout", "Sequential", learned=True))

seen = about("Sequential.forward")
seen("carries 32 digits through 784-256-128-10", probes.shape_of_digits,
     tried="Linear(784, 256), ReLU, Linear(256, 128), ReLU, Linear(128, 10) on 32 rows")
# fmt: on

CHECKS = families.in_order(
    *(call, base, of_base),
    *(init, linear, learned),
    *(dense_init, dense, of_dense),
    *(dropout_init, drops, of_dropout),
    *(chain_init, chain, collects),
    *(flag, whole, trained),
)
#: Run to show the way through a whole network of the learner's; never counted.
(NETWORK,) = families.in_order(seen)
