"""summary: the pages' numbers, and what holds for every model."""

import itertools
import json

import pytest

from tinytorch import Dense, Dropout, Layer, Linear, ReLU, Sequential, Tanh, Tensor
from tinytorch.profiling import summary

PAGE = (784, 256, 128, 10)


def network(sizes=PAGE, activation=ReLU):
    """A network of Linears with an activation between each two of them."""
    layers = []
    for before, after in itertools.pairwise(sizes):
        layers += [Linear(before, after), activation()]
    return Sequential(layers[:-1])


def test_the_page_on_one_layer():
    """A learner who counts by hand as the page does has to find the same numbers here."""
    row = summary(Linear(784, 256), (32, 784)).rows[0]
    assert (row.parameters, row.parameter_bytes) == (200_960, 803_840)
    assert row.activation_bytes == 32_768
    assert row.multiply_adds == 6_422_528
    twice = summary(Linear(784, 512), (32, 784))
    assert (twice.parameters, twice.parameter_bytes) == (401_920, 1_607_680)


@pytest.mark.parametrize("activation", [ReLU, Tanh])
def test_the_page_on_the_whole_network(activation):
    """The numbers that the page adds up, layer by layer, are those of the table."""
    costs = summary(network(activation=activation), (32, 784))
    linears = [row for row in costs.rows if row.name == "Linear"]
    assert [row.parameters for row in linears] == [200_960, 32_896, 1_290]
    assert (costs.parameters, costs.parameter_bytes) == (235_146, 940_584)
    assert [row.multiply_adds for row in linears] == [6_422_528, 1_048_576, 40_960]
    assert costs.multiply_adds == 7_512_064
    assert costs.input_bytes == 100_352
    assert costs.formula_bytes == 150_784
    assert [row.path for row in costs.rows] == ["0", "1", "2", "3", "4"]


def test_the_formula_is_what_the_graph_keeps_and_the_output():
    """Input and outputs of the Linears, by the page's formula, are what memory really holds."""
    costs = summary(network(), (32, 784))
    assert costs.kept_bytes + costs.rows[-1].activation_bytes == costs.formula_bytes


def test_a_failure_ends_the_table_where_it_happened():
    """Which layer did not fit, and the shapes there, is what a person wants to see."""
    costs = summary(Sequential(Linear(784, 256), ReLU(), Linear(128, 10)), (32, 784))
    assert [row.failed for row in costs.rows] == [False, False, True]
    last = costs.rows[-1]
    assert (last.input_shape, last.output_shape) == ((32, 256), None)
    assert "Inner dimensions must match: 256 ≠ 128" in last.error
    assert costs.error == last.error


def test_it_is_data_that_json_can_hold():
    """Other programs read it."""
    model = Sequential(Dense(4, 3), Dropout(0.5), Sequential(Linear(3, 2)))
    told = json.loads(json.dumps(summary(model, (5, 4)).to_dict()))
    assert told["rows"][0]["input_shape"] == [5, 4]
    assert told["totals"]["parameters"] == 15 + 8


def test_the_work_grows_with_the_layers_not_with_their_square():
    """A network of ten thousand layers would be waited for, for hours."""
    asked = []

    class Counted(Sequential):
        def parameters(self):
            asked.append(self)
            return super().parameters()

    def nested(depth):
        model = Linear(2, 2)
        for _ in range(depth):
            model = Counted(model)
        asked.clear()
        assert summary(model, (1, 2)).parameters == 6
        return len(asked)

    assert nested(60) <= 2.5 * nested(30)

    class Chain(Layer):
        def __init__(self, count):
            self.blocks = [Linear(2, 2) for _ in range(count)]

        def forward(self, x):
            for block in self.blocks:
                x = x + block(x) * 0.1
            return x

    rows = summary(Chain(150), (1, 2)).rows
    assert rows[3].sources == (-1, 0, 1, 2)
    assert rows[140].sources == tuple(range(40, 140))


def test_more_parameters_in_a_layer_than_ten_thousand():
    """Those beyond would be missing from the total."""

    class Many:
        def __init__(self):
            self.all = [Tensor([1.0], requires_grad=True) for _ in range(10_050)]
            self.all.append(self.all)  # what is inside itself is looked into once

        def forward(self, x):
            return x + self.all[0]

    assert summary(Many(), (1, 1)).parameters == 10_050
