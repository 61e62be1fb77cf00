"""What a backward is said to do, against what it does."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch import Linear, Tensor, no_grad
from tinytorch.core import layers
from tito.lab.networks import Network
from tito.lab.profile.graph_counts import count_backward


def random(*shape, grad=False):
    return Tensor(np.ones(shape, np.float32), requires_grad=grad)


def products_of(work, monkeypatch):
    """The multiply-adds of the products of two matrices that NumPy carries out meanwhile."""
    from tinytorch.core.given import derivatives

    seen = []

    def watched(function):
        def call(g, a, b):
            found = function(g, a, b)
            seen.append(a.shape[0] * a.shape[1] * b.shape[1])
            return found

        return call

    from tinytorch.core.autograd import DERIVATIVES

    both = tuple(watched(each) for each in (derivatives.matmul_left, derivatives.matmul_right))
    monkeypatch.setitem(DERIVATIVES, "matmul", both)
    work()
    return sum(seen)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=5), st.integers(1, 4))
def test_a_chain_takes_two_products_a_layer_but_for_the_first(sizes, batch):
    """Lost otherwise: the GFLOP/s of backward are those of other work than it does."""
    output = Network(tuple(sizes)).build(layers)(random(batch, sizes[0]))
    each = [batch * a * b for a, b in itertools.pairwise(sizes)]
    assert count_backward(output).multiply_adds == 2 * sum(each) - each[0]


def test_the_count_is_what_backward_carries_out(monkeypatch):
    """Lost otherwise: the formula and the derivatives part, and nobody sees it."""
    output = Network((7, 5, 3)).build(layers)(random(4, 7))
    counted = count_backward(output).multiply_adds
    gradient = np.ones(output.shape, np.float32)
    assert products_of(lambda: output.backward(gradient), monkeypatch) == counted


def test_an_input_that_wants_its_gradient_is_counted():
    """Lost otherwise: somebody who trains an input sees too few FLOPs."""
    model = Linear(3, 2)
    assert count_backward(model(random(4, 3))).multiply_adds == 24
    assert count_backward(model(random(4, 3, grad=True))).multiply_adds == 48


@pytest.mark.parametrize(
    ("left", "right"), [((2, 4, 3), (3, 5)), ((2, 4, 3), (2, 3, 5)), ((3,), (3, 5)), ((4, 3), (3,))]
)
def test_products_of_any_rank(left, right):
    """Lost otherwise: batches of sequences are counted as one."""
    a, b = random(*left, grad=True), random(*right, grad=True)
    output = a @ b
    assert count_backward(output).multiply_adds == 2 * math.prod(output.shape) * 3


def test_einsum_counts():
    """Lost otherwise: a Linear written with einsum does nothing, by the figures."""
    a, b = random(4, 3, grad=True), random(3, 5, grad=True)
    assert count_backward(np.einsum("ij,jk->ik", a, b)).multiply_adds == 2 * 4 * 3 * 5


def test_nothing_recorded_is_nothing_to_do():
    """Lost otherwise: an error of ours where a network keeps no graph."""
    with no_grad():
        walk = count_backward(Linear(3, 2)(random(4, 3)))
    assert (walk.multiply_adds, walk.moved_bytes) == (0, 0)
