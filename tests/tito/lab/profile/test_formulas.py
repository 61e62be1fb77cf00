"""Every number on the lesson's pages, from the running network and from the formula beside it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch import Dropout, Linear, ReLU, Sequential, Tanh
from tinytorch.core import layers
from tinytorch.profiling import summary
from tito.lab.networks import Network
from tito.lab.profile.formulas import formula_lines, products


def counted(model, *shapes):
    return summary(model, list(shapes)).to_dict()


def lines_of(model, *shapes):
    costs = counted(model, *shapes)
    return formula_lines(products(costs["rows"]), shapes, costs["totals"])


@pytest.fixture(scope="module")
def page():
    """What stands beside the pages' network at a batch of 32."""
    return lines_of(Network.parse("784-256-128-10").build(layers), (32, 784))


@pytest.mark.parametrize(
    "line",
    [
        "  0  784 × 256 + 256 = 200,960  802,816 + 1,024 = 803,840 bytes",
        "  2  256 × 128 + 128 =  32,896    131,072 + 512 = 131,584 bytes",
        "  4  128 × 10 + 10   =   1,290       5,120 + 40 =   5,160 bytes",
        "  together 235,146 × 4 bytes = 940,584 bytes",
        "  0  32 × 784 × 256 = 6,422,528  12,845,056 FLOPs",
        "  2  32 × 256 × 128 = 1,048,576   2,097,152 FLOPs",
        "  4  32 × 128 × 10  =    40,960      81,920 FLOPs",
        "  together 7,512,064 multiply-adds = 15,024,128 FLOPs",
        "  0  32 × 256 = 8,192  the product is 784 times that",
        "  input  32 × 784 = 100,352 bytes",
        "  0      32 × 256 =  32,768 bytes",
        "  together 150,784 bytes, with the input",
    ],
)
def test_a_number_of_the_pages(page, line):
    """Lost otherwise: a figure on the screen is not that of the lesson, or a slip of theirs."""
    assert line in page


def test_a_layer_without_bias_has_no_bias_in_its_formula():
    """Lost otherwise: a term that is not there is counted."""
    lines = lines_of(Linear(3, 2, bias=False), (5, 3))
    assert "3 × 2 = 6" in lines[1]
    assert "Biases: none" in lines


def test_batches_of_sequences_have_both_in_front():
    """Lost otherwise: the formula gives another figure than the one beside it."""
    lines = lines_of(Linear(3, 2), (5, 7, 3))
    assert any("5 × 7 × 3 × 2 = 210" in line for line in lines)


def test_a_layer_called_twice_has_no_formula():
    """Lost otherwise: a formula stands beside a figure that it does not give."""
    shared = Linear(3, 3)
    assert products(counted(Sequential(shared, shared), (5, 3))["rows"]) == []


def test_no_formula_for_a_network_without_products():
    """Lost otherwise: headings with nothing below."""
    assert lines_of(Sequential(ReLU(), Tanh()), (5, 3)) == []


@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=6),
    st.integers(1, 5),
    st.sampled_from(["relu", "none"]),
)
def test_formulas_give_what_was_counted(sizes, batch, activation):
    """Lost otherwise: the figures and the formulas beside them part for some network."""
    model = Network(tuple(sizes), activation=activation).build(layers)
    costs = counted(model, (batch, sizes[0]))
    network, totals = products(costs["rows"]), costs["totals"]
    assert len(network) == len(sizes) - 1
    assert sum(each.parameters for each in network) == totals["parameters"]
    assert sum(each.multiply_adds for each in network) == totals["multiply_adds"]
    flowing = formula_lines(network, [(batch, sizes[0])], totals)[-1]
    assert flowing == f"  together {totals['formula_bytes']:,} bytes, with the input"


def test_many_layers_are_not_all_listed():
    """Lost otherwise: a deep network's formulas take hundreds of lines."""
    lines = lines_of(Network((2,) * 50).build(layers), (1, 2))
    assert len(lines) < 60
    assert "  and 41 more in the same way" in lines


def test_layers_that_keep_the_shape_are_no_products():
    """Lost otherwise: dropout is shown as a matrix."""
    costs = counted(Sequential(Linear(4, 4), Dropout(0.5)), (3, 4))
    assert [each.place for each in products(costs["rows"])] == ["0"]
