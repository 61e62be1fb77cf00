"""A model may be any function: its layers are found, whatever holds them."""

import functools
import types

import numpy as np
import pytest

from tinytorch import SGD, Dropout, Layer, Linear, Sequential, Tensor, manual_seed
from tinytorch.training import Checkpoint, EarlyStopping, evaluate, fit, predict

X = np.random.default_rng(0).normal(size=(64, 4)).astype(np.float32)
Y = (X[:, 0] > 0).astype(int)


class Plain:
    """An object of a person's own, which is no layer."""

    def __init__(self, net):
        self.net = net

    def run(self, x):
        return self.again(x)

    def again(self, x):
        return self.net(x)

    def function(self):
        return lambda x: self.run(x)


class Around(Layer):
    def __init__(self, net):
        self.parts = {"net": [net]}

    def forward(self, x):
        return self.parts["net"][0](x)


class Called:
    def __init__(self, net):
        self.net = net

    def __call__(self, x):
        return self.net(x)


def a_default(net):
    def function(x, net=net):
        return net(x)

    return function


def a_module(net):
    module = types.ModuleType("models")
    module.net = net
    return lambda x: module.net(x)


def a_class(net):
    class Models:
        kept = net

    return lambda x: Models.kept(x)


def a_global(net):
    space = {"net": net}
    exec("def model(x): return [net(each) for each in [x]][0]", space)
    return space["model"]


def a_wrapper(net):
    @functools.wraps(net.forward)
    def outer(x):
        return net(x)

    return outer


FUNCTIONS = {
    "a lambda": lambda net: lambda x: net(x),
    "with a reshape": lambda net: lambda x: net(x.reshape(-1, 4)),
    "a partial": functools.partial,
    "a partial of a function": lambda net: functools.partial(lambda model, x: model(x), net),
    "a keyword of a partial": lambda net: functools.partial(lambda x, model: model(x), model=net),
    "a bound method": lambda net: net.forward,
    "__call__": lambda net: net.__call__,
    "a lambda of a lambda": lambda net: (lambda inner: lambda x: inner(x))(lambda x: net(x)),
    "a method of an object": lambda net: Plain(net).run,
    "a closure over an object": lambda net: Plain(net).function(),
    "a layer around it": Around,
    "an object that is called": Called,
    "a dict": lambda net: (lambda models: lambda x: models["a"](x))({"a": net}),
    "a list": lambda net: (lambda models: lambda x: models[0](x))([net]),
    "a default": a_default,
    "a module": a_module,
    "a class": a_class,
    "a global": a_global,
    "a wrapper": a_wrapper,
}
each_function = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)


def network():
    manual_seed(0)
    return Sequential(Linear(4, 32), Dropout(0.9), Linear(32, 2))


@each_function
def test_a_function_is_measured_at_inference(function):
    """Early stopping would follow the loss of a network that drops nine of ten units."""
    net = network()
    right = evaluate(net, X, Y, metrics=["accuracy"])
    assert evaluate(function(net), X, Y, metrics=["accuracy"]) == right
    assert all(layer.training for layer in (net, *net))


@each_function
def test_a_function_is_trained_in_training_mode(function):
    """Without dropout another network is trained than was asked for."""
    histories = []
    for wrap in (lambda net: net, function):
        net = network().eval()
        model = wrap(net)
        history = fit(model, X, Y, SGD(net.parameters(), lr=0.1), epochs=2, validation=(X, Y))
        histories.append((history.losses, [each.validation_loss for each in history.epochs]))
        assert not any(layer.training for layer in (net, *net))
    assert histories[0] == histories[1]


@each_function
def test_a_function_of_a_network_in_double_precision(function):
    """Its inputs would be rounded to single precision, silently."""
    net = Linear(4, 2).to(np.float64)
    x = np.random.default_rng(0).normal(size=(5, 4))
    np.testing.assert_array_equal(predict(function(net), x), net(Tensor(x, dtype=float)).data)


def test_what_the_code_does_not_name_is_left_alone():
    """A teacher beside the network is in the mode that its owner gave it."""
    seen = []

    class Seeing(Layer):
        def forward(self, x):
            seen.append(self.training)
            return x

    holder = Plain(network())
    holder.teacher = Seeing()
    evaluate(lambda x: holder.net(x), X, Y)
    assert holder.teacher.training
    evaluate(lambda x: holder.net(holder.teacher(x)), X, Y)
    assert seen == [False]


def test_a_function_can_be_stopped_and_resumed(tmp_path):
    """All that a training depends on is in its checkpoint, also where a function hides it."""
    pytest.importorskip("safetensors")
    ends = []
    for epochs in ([4], [2, 4]):
        for count in epochs:
            net = network()
            history = fit(
                lambda x, net=net: net(x), X, Y, SGD(net.parameters(), lr=0.1), epochs=count,
                checkpoint=Checkpoint(tmp_path / str(len(epochs))), resume=True,
                early_stopping=EarlyStopping(9),
            )  # fmt: skip
        ends.append((history.losses, [each.data.tolist() for each in net.parameters()]))
    assert ends[0] == ends[1]
