"""summary on functions: as models, as layers, and as helpers of either."""

import functools

import numpy as np

import tests.plain_layers as plain
from tinytorch import Layer, Linear, ReLU, Sequential, Tensor
from tinytorch.profiling import summary


def seen(costs):
    """The rows in few words: where, what, its multiply-adds."""
    return [(row.path, row.name, row.multiply_adds) for row in costs.rows]


class Block(Layer):
    """A layer with a function as a helper."""

    def __init__(self):
        self.weight = Tensor(np.ones((4, 4)), requires_grad=True)
        self.product = lambda x: x @ self.weight

    def forward(self, x):
        return self.product(x)


def test_a_function_of_layers_outside():
    """The page calls its layers one by one; that is a model, too, and its layers have names."""
    first, relu, second = Linear(4, 3), ReLU(), Linear(3, 2)

    def network(x):
        return second(relu(first(x)))

    costs = summary(network, (5, 4))
    assert seen(costs) == [("first", "Linear", 60), ("relu", "ReLU", 0), ("second", "Linear", 30)]
    assert (costs.name, costs.parameters) == ("network", 15 + 8)


def test_functions_as_layers():
    """A Sequential takes plain functions, of Python's and NumPy's."""
    model = Sequential(Linear(4, 3), lambda x: x * 2, np.exp, abs, functools.partial(abs))
    costs = summary(model, (5, 4))
    assert [row.path for row in costs.rows] == ["0", "1", "2", "3", "4"]
    assert [row.output_shape for row in costs.rows] == [(5, 3)] * 5
    assert costs.rows[1].repr == "function <lambda>"
    assert [row.sources for row in costs.rows] == [(-1,), (0,), (1,), (2,), (3,)]


def test_functions_that_look_alike():
    """Two functions of one text are two layers."""

    def scaled(by):
        return lambda x: x * by

    rows = summary(Sequential(scaled(2.0), scaled(3.0)), (5, 4)).rows
    assert [row.calls for row in rows] == [1, 1]


def test_numpy_functions_in_a_plain_sequential():
    """The learner's own loop calls them; only NumPy tells that it did."""
    rows = summary(plain.Sequential(plain.Linear(4, 3), np.exp), (5, 4)).rows
    assert [(row.path, row.output_shape) for row in rows] == [("0", (5, 3)), ("1", (5, 3))]


def test_a_helper_is_no_layer():
    """A function that a layer keeps for itself is part of the layer."""
    assert seen(summary(Sequential(Block()), (5, 4))) == [("0", "Block", 80)]


def test_functions_that_call_functions():
    """The layers of a helper function have names, too."""
    first, second = Linear(4, 3), Linear(3, 2)

    def hidden(x):
        return ReLU()(first(x))

    costs = summary(lambda x: second(hidden(x)), (5, 4))
    assert [row.path for row in costs.rows] == ["first", "", "second"]
