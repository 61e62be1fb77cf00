"""summary on models of every build: whatever calls layers, in whatever way, is counted once."""

import numpy as np
import pytest

import tests.plain_layers as plain
from tinytorch import Layer, Linear, ReLU, Sequential, Softmax, Tensor
from tinytorch.profiling import summary


def seen(costs):
    """The rows in few words: where, what, its multiply-adds."""
    return [(row.path, row.name, row.multiply_adds) for row in costs.rows]


class Branches(Layer):
    """Layers in a dict and a list, a loop, forward called directly, two inputs, a dict out."""

    def __init__(self):
        self.parts = {"left": Linear(4, 2), "right": [Linear(4, 2), Linear(4, 2)]}
        self.spare = Linear(7, 7)

    def forward(self, x, y):
        out = self.parts["left"].forward(x)
        for _ in range(3):
            for layer in self.parts["right"]:
                out = out + layer(y)
        return {"sum": out, "pair": (x, y)}


class Residual(Layer):
    """A layer that computes besides calling another, with a parameter of its own."""

    def __init__(self):
        self.inner = Linear(4, 4)
        self.scale = Tensor([2.0], requires_grad=True)

    def forward(self, x):
        return x + self.inner(x) * self.scale


class Doubled(Linear):
    """A layer that leaves its work to the class it is made from."""

    def forward(self, x):
        return super().forward(x * 2)


class Slotted(Layer):
    """A layer without a dict of attributes."""

    __slots__ = ("weight",)

    def __init__(self):
        self.weight = Tensor(np.ones((4, 4)), requires_grad=True)

    def parameters(self):
        return [self.weight]

    def forward(self, x):
        return np.einsum("bi,io->bo", x, self.weight)


class ListOfLayers(list):
    """A Sequential that is a list itself; its __call__ hands on whatever it is given."""

    @property
    def layers(self):
        return list(self)

    def forward(self, x):
        for layer in self:
            x = layer(x)
        return x

    __call__ = lambda self, *args, **kwargs: self.forward(*args, **kwargs)  # noqa: E731


class Hidden:
    """A Sequential that keeps its layers under another name than it shows them."""

    def __init__(self, *layers):
        self._layers = tuple(layers)

    @property
    def layers(self):
        return list(self._layers)

    forward = lambda self, x: self._layers[1](self._layers[0](x))  # noqa: E731


class Plain:
    """A layer without a base class."""

    def __init__(self):
        self.weight = Tensor(np.ones((4, 4)), requires_grad=True)

    def forward(self, x):
        return x @ self.weight

    __call__ = forward

    def parameters(self):
        return [self.weight]


def test_branches_loops_and_dicts():
    """Real networks are no chains."""
    costs = summary(Branches(), [(5, 4), (5, 4)])
    assert seen(costs) == [
        ("parts.left", "Linear", 40),
        ("parts.right.0", "Linear", 120),
        ("parts.right.1", "Linear", 120),
        ("", "Branches", 0),
        ("spare", "Linear", 0),
    ]
    assert [row.calls for row in costs.rows] == [1, 3, 3, 1, 0]
    assert costs.output_shape == {"sum": (5, 2), "pair": [(5, 4), (5, 4)]}
    assert costs.input_shape == [(5, 4), (5, 4)]
    assert "not called" in costs.text(120)
    assert costs.output_sources == (-1, 0, 1, 2)


def test_layers_within_layers_count_once():
    """A block and the layers inside it must not both claim the same work."""
    model = Sequential(Sequential(Linear(4, 4), ReLU()), Sequential(Sequential(Linear(4, 2))))
    costs = summary(model, (5, 4))
    assert seen(costs) == [("0.0", "Linear", 80), ("0.1", "ReLU", 0), ("1.0.0", "Linear", 40)]
    assert costs.parameters == sum(each.size for each in model.parameters())
    assert costs.containers == {
        "": "Sequential",
        "0": "Sequential",
        "1": "Sequential",
        "1.0": "Sequential",
    }


def test_what_a_block_does_itself_has_a_row():
    """Otherwise its own parameters and sums are in no row, and the totals are wrong."""
    costs = summary(Sequential(Residual(), ReLU()), (5, 4))
    assert seen(costs) == [("0.inner", "Linear", 80), ("0", "Residual", 0), ("1", "ReLU", 0)]
    own = costs.rows[1]
    assert (own.container, own.parameters, own.activation_bytes) == (True, 1, 80)
    assert [row.sources for row in costs.rows] == [(-1,), (-1,), (-1, 0)]


def test_a_shared_layer_counts_its_parameters_once():
    """Twice would promise a network that is larger than it is."""
    shared = Linear(4, 4)
    costs = summary(Sequential(shared, ReLU(), shared), (5, 4))
    assert seen(costs) == [("0", "Linear", 160), ("1", "ReLU", 0)]
    assert (costs.rows[0].calls, costs.rows[0].also, costs.parameters) == (2, ("2",), 20)
    assert "its parameters count once" in costs.text(100)


def test_a_shared_weight_counts_once():
    """Two layers may learn one weight."""
    first, second = Linear(4, 4), Linear(4, 4)
    second.weight = first.weight
    rows = summary(Sequential(first, second), (5, 4)).rows
    assert [row.parameters for row in rows] == [20, 4]


def test_layers_as_plain_as_the_page():
    """The first layers of a learner have no base class, and their Sequential no __call__."""
    model = plain.Sequential(
        plain.Linear(784, 256), ReLU(), plain.Dropout(0.5), plain.Linear(256, 10)
    )
    costs = summary(model, (32, 784))
    assert seen(costs) == [
        ("0", "Linear", 6_422_528),
        ("1", "ReLU", 0),
        ("2", "Dropout", 0),
        ("3", "Linear", 81_920),
    ]
    assert costs.rows[0].repr == "Linear(weight=(784, 256), bias=(256,))"
    assert costs.rows[2].repr == "Dropout(p=0.5)"
    assert costs.parameters == 200_960 + 2_570


def test_super_is_the_same_call():
    """A class that hands on to its base is called once."""
    rows = summary(Doubled(4, 2), (5, 4)).rows
    assert [(row.calls, row.multiply_adds, row.activation_bytes) for row in rows] == [(1, 40, 40)]


def test_slots():
    """A layer without a dict is watched like any other."""
    rows = summary(Sequential(Slotted(), Slotted()), (5, 4)).rows
    assert [(row.multiply_adds, row.parameters) for row in rows] == [(80, 16), (80, 16)]


def test_attention_by_hand():
    """Products of two activations are work, though no layer holds a weight for them."""
    q, k = Linear(8, 8), Linear(8, 8)
    costs = summary(lambda x: Softmax()(q(x) @ k(x).T) @ x, (2, 5, 8))
    assert costs.multiply_adds == 2 * (2 * 5 * 8 * 8) + 2 * (2 * 5 * 5 * 8)
    own = costs.rows[-1]
    assert (own.container, own.multiply_adds) == (True, 2 * 2 * 5 * 5 * 8)


@pytest.mark.parametrize("kind", [ListOfLayers, Hidden])
def test_layers_have_their_numbers_however_they_are_kept(kind):
    """A learner may keep the list as they like; the page asks for `layers` only."""
    layers = [Linear(4, 4), Linear(4, 2)]
    costs = summary(kind(layers) if kind is ListOfLayers else kind(*layers), (5, 4))
    assert seen(costs) == [("0", "Linear", 80), ("1", "Linear", 40)]
    assert [(row.also, row.input_shape) for row in costs.rows] == [((), (5, 4))] * 2


def test_layers_that_all_know_each_other():
    """To follow each to all others, on every way, would take for ever."""
    layers = [Plain() for _ in range(12)]
    model = plain.Sequential(*layers)
    for layer in layers:
        layer.others, layer.above = layers, model
    assert [row.path for row in summary(model, (5, 4)).rows] == [str(n) for n in range(12)]
    assert [row.path for row in summary(layers[0], (5, 4)).rows] == [""]
