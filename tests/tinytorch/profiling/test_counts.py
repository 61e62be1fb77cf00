"""The counts of a summary are laws: they add up, follow the formulas, and agree with PyTorch."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinytorch import Dense, Dropout, Linear, ReLU, Sequential, Tanh, Tensor
from tinytorch.profiling import summary

few = settings(max_examples=40, deadline=None)


@st.composite
def networks(draw):
    """A network of random layers, nested at random, with some of them shared; and its sizes."""
    sizes = draw(st.lists(st.integers(1, 9), min_size=2, max_size=5))
    layers, linears = [], []
    for before, after in itertools.pairwise(sizes):
        kind = draw(st.sampled_from([Linear, Dense]))
        linears.append(kind(before, after, bias=draw(st.booleans())))
        layers.append(linears[-1])
        between = st.sampled_from([ReLU(), Tanh(), Dropout(0.3), Sequential()])
        layers += draw(st.lists(between, max_size=2))
        if before == after and draw(st.booleans()):
            layers.append(linears[-1])
    for _ in range(draw(st.integers(0, 2))):
        start = draw(st.integers(0, len(layers) - 1))
        stop = draw(st.integers(start + 1, len(layers)))
        layers[start:stop] = [Sequential(layers[start:stop])]
    return Sequential(layers), sizes[0]


def flat(model):
    """The layers of nested Sequentials in the order in which they run."""
    for layer in model:
        yield from flat(layer) if isinstance(layer, Sequential) else (layer,)


@few
@given(networks(), st.integers(0, 6), st.lists(st.integers(1, 3), max_size=2))
def test_multiply_adds_are_those_of_the_formula(network, batch, more):
    """batch x in x out for each Linear, each time that it is called."""
    model, size = network
    lead = (batch, *more)
    costs = summary(model, (*lead, size))
    linears = [layer for layer in flat(model) if isinstance(layer, Linear)]
    assert costs.multiply_adds == math.prod(lead) * sum(each.weight.size for each in linears)


@few
@given(networks(), st.integers(1, 4))
def test_totals_are_sums(network, batch):
    """What a person adds up by hand has to give the last line."""
    model, size = network
    costs = summary(model, (batch, size))
    for name in ("parameters", "parameter_bytes", "multiply_adds", "kept_bytes"):
        assert getattr(costs, name) == sum(getattr(row, name) for row in costs.rows)
    outputs = sum(row.activation_bytes for row in costs.rows)
    assert costs.activation_bytes == costs.input_bytes + outputs
    assert sum(row.share for row in costs.rows) == pytest.approx(1)


@few
@given(networks())
def test_parameters_are_those_of_the_model_each_once(network):
    """The count of the table is the count that an optimizer gets."""
    model, size = network
    costs = summary(model, (2, size))
    assert costs.parameters == sum(each.size for each in model.parameters())
    assert costs.parameter_bytes == sum(each.data.nbytes for each in model.parameters())
    assert all(row.path for row in costs.rows)


@few
@given(networks(), st.integers(1, 5))
def test_the_first_wrong_layer_is_marked(network, batch):
    """Wherever the sizes stop fitting, the table ends there."""
    model, size = network
    end = summary(model, (batch, size)).rows[-1].output_shape[-1]
    wrong = Linear(end + 1, 2)
    costs = summary(Sequential(model, wrong, ReLU()), (batch, size))
    assert (costs.rows[-1].path, costs.rows[-1].failed) == ("1", True)
    assert not any(row.failed for row in costs.rows[:-1])
    assert costs.rows[-1].input_shape == (batch, end)


SHAPES = [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4))]
SHAPES += [((2, 3), (5, 3, 4)), ((5, 1, 2, 3), (6, 3, 4)), ((5, 2, 3), (3,)), ((0, 3), (3, 4))]


@pytest.mark.parametrize(("left", "right"), SHAPES)
def test_products_of_all_shapes(left, right):
    """Each number of a product is a sum of as many products as the inner axis is long."""
    costs = summary(lambda a, b: a @ b, [left, right])
    result = np.ones(left) @ np.ones(right)
    assert costs.multiply_adds == np.size(result) * left[-1]


@pytest.mark.parametrize(
    ("letters", "left", "right", "count"),
    [
        ("ij,jk->ik", (2, 3), (3, 4), 24),
        ("bhqd,bhkd->bhqk", (2, 3, 4, 5), (2, 3, 6, 5), 2 * 3 * 4 * 6 * 5),
        ("...i,io->...o", (2, 7, 3), (3, 4), 2 * 7 * 3 * 4),
        ("i,j", (3,), (4,), 12),
        ("...i,...i->...", (1, 3), (5, 3), 15),
    ],
)
def test_einsum(letters, left, right, count):
    """A learner's attention may be written in letters."""
    assert summary(lambda a, b: np.einsum(letters, a, b), [left, right]).multiply_adds == count


def test_work_on_each_number_is_not_counted():
    """The pages count products only, and so does the table."""
    costs = summary(lambda x: ((x * 2 + 1).exp() / 3).sum(), (5, 4))
    assert costs.multiply_adds == 0


torch_networks = pytest.mark.parametrize(
    ("sizes", "lead"),
    [((784, 256, 128, 10), (32,)), ((3, 5), (7,)), ((4, 4, 4), (2, 6)), ((9, 1, 9), (1,))],
)


@torch_networks
def test_flops_are_those_of_pytorch(sizes, lead):
    """PyTorch's own counter says twice our multiply-adds, for the same network."""
    torch = pytest.importorskip("torch")
    from torch.utils.flop_counter import FlopCounterMode

    ours, theirs = [], []
    for before, after in itertools.pairwise(sizes):
        ours += [Linear(before, after), ReLU()]
        theirs += [torch.nn.Linear(before, after), torch.nn.ReLU()]
    with FlopCounterMode(display=False) as counter:
        torch.nn.Sequential(*theirs)(torch.ones(*lead, sizes[0]))
    costs = summary(Sequential(ours), (*lead, sizes[0]))
    assert 2 * costs.multiply_adds == counter.get_total_flops()


def test_flops_of_attention_are_those_of_pytorch():
    """Products of stacks of matrices are counted alike, too."""
    torch = pytest.importorskip("torch")
    from torch.utils.flop_counter import FlopCounterMode

    x = torch.ones(2, 3, 5, 8)
    with FlopCounterMode(display=False) as counter:
        torch.softmax(x @ x.mT, -1) @ x
    costs = summary(lambda t: (t @ t.T) @ t, Tensor(np.ones((2, 3, 5, 8))))
    assert 2 * costs.multiply_adds == counter.get_total_flops()
