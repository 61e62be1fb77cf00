"""What is measured on a network is what it says it is; what cannot be measured is said."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch import Layer, Linear, ReLU, Sequential, Tensor, no_grad
from tinytorch.core import layers
from tinytorch.core.autograd import DERIVATIVES
from tinytorch.core.given import derivatives
from tito.lab.networks import Network
from tito.lab.profile.measure import (
    CannotTrain,
    Step,
    count_backward,
    measure_batches,
    measure_step,
    updates,
)

X = [Tensor(np.ones((4, 3), np.float32))]


class Cuts(Layer):
    def forward(self, x):
        return Tensor(x.data)


class Several(Layer):
    def __init__(self):
        self.inner = Linear(3, 2)

    def forward(self, x):
        return self.inner(x), x


class Raises(Layer):
    def __init__(self):
        self.inner = Linear(3, 2)

    def forward(self, x):
        return self.inner(x)

    def parameters(self):
        raise KeyError("weight")


def test_a_step_leaves_the_weights_as_they_are():
    """Lost otherwise: repeats do other work, and end in NaN."""
    model = Sequential(Linear(3, 4), ReLU(), Linear(4, 2))
    before = [each.data.copy() for each in model.parameters()]
    step = Step(model, X)
    step.prepare_training()
    for task in [*step.tasks(), *updates(step.optimizer, model.parameters())]:
        task.times()
    for parameter, old in zip(model.parameters(), before, strict=True):
        assert np.array_equal(parameter.data, old)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Several(), "gives a tuple, not one Tensor"),
        (Raises(), "KeyError: 'weight'"),
        (Sequential(Linear(3, 2), Cuts()), "leads back to no parameter"),
    ],
)
def test_what_cannot_train_says_why(model, said):
    """Lost otherwise: figures of a backward that never was."""
    with pytest.raises(CannotTrain, match=said):
        Step(model, X).prepare_training()


def test_an_input_that_learns_is_no_parameter():
    """Lost otherwise: a network without parameters is given an update."""
    with pytest.raises(CannotTrain, match="parameters"):
        Step(lambda x: x * Tensor([2.0], requires_grad=True), X).prepare_training()


def random(*shape, grad=False):
    return Tensor(np.ones(shape, np.float32), requires_grad=grad)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=5), st.integers(1, 4))
def test_a_chain_takes_two_products_a_layer_but_for_the_first(sizes, batch):
    """Lost otherwise: the GFLOP/s of backward are those of other work than it does."""
    output = Network(tuple(sizes)).build(layers)(random(batch, sizes[0]))
    each = [batch * a * b for a, b in itertools.pairwise(sizes)]
    assert count_backward(output)[0] == 2 * sum(each) - each[0]


def test_the_count_is_what_backward_carries_out(monkeypatch):
    """Lost otherwise: the formula and the derivatives part, and nobody sees it."""
    carried_out = []

    def watched(derivative):
        def call(g, a, b):
            carried_out.append(a.shape[0] * a.shape[1] * b.shape[1])
            return derivative(g, a, b)

        return call

    both = tuple(map(watched, (derivatives.matmul_left, derivatives.matmul_right)))
    monkeypatch.setitem(DERIVATIVES, "matmul", both)
    output = Network((7, 5, 3)).build(layers)(random(4, 7))
    counted, _ = count_backward(output)
    output.backward(np.ones(output.shape, np.float32))
    assert sum(carried_out) == counted


def test_an_input_that_wants_its_gradient_is_counted():
    """Lost otherwise: somebody who trains an input sees too few FLOPs."""
    model = Linear(3, 2)
    assert count_backward(model(random(4, 3)))[0] == 24
    assert count_backward(model(random(4, 3, grad=True)))[0] == 48


@pytest.mark.parametrize(
    ("left", "right"), [((2, 4, 3), (3, 5)), ((2, 4, 3), (2, 3, 5)), ((3,), (3, 5)), ((4, 3), (3,))]
)
def test_products_of_any_rank(left, right):
    """Lost otherwise: batches of sequences are counted as one."""
    a, b = random(*left, grad=True), random(*right, grad=True)
    output = a @ b
    assert count_backward(output)[0] == 2 * math.prod(output.shape) * 3


def test_einsum_counts():
    """Lost otherwise: a Linear written with einsum does nothing, by the figures."""
    a, b = random(4, 3, grad=True), random(3, 5, grad=True)
    assert count_backward(np.einsum("ij,jk->ik", a, b))[0] == 2 * 4 * 3 * 5


def test_nothing_recorded_is_nothing_to_do():
    """Lost otherwise: an error of ours where a network keeps no graph."""
    with no_grad():
        assert count_backward(Linear(3, 2)(random(4, 3))) == (0, 0)


def inputs(count):
    return [Tensor(np.ones((count, 3), np.float32))]


def measured(model):
    totals = {"multiply_adds": 24, "parameter_bytes": 60, "activation_bytes": 40}
    return measure_step(model, inputs, 4, totals, 0.0, lambda share: None)


def test_a_network_has_all_three_parts():
    """Lost otherwise: a row of the table is missing."""
    times = measured(Sequential(Linear(3, 2), ReLU()))
    assert times["not_trained_because"] is None
    phases = [times[name] for name in ("forward", "backward", "update")]
    assert [phase["flops"] for phase in phases] == [48, 48, 0]
    assert [phase["moved_bytes"] for phase in phases][::2] == [100, 3 * 4 * 8]
    assert all(set(phase["alone_s"]) <= {"arithmetic", "memory", "calls"} for phase in phases)
    assert all(phase["share_of_peak"] <= 1 for phase in phases[:2])


def test_a_network_that_refuses_an_empty_batch_is_measured():
    """Lost otherwise: an error of ours for a network that is right."""

    class Mean(Linear):
        def forward(self, x):
            if not len(x):
                raise ValueError("empty")
            return super().forward(x)

    times = measured(Mean(3, 2))
    assert all("calls" not in times[name]["alone_s"] for name in ("forward", "backward"))


def test_parameters_without_a_gradient_are_no_part_of_an_update():
    """Lost otherwise: the bytes of an update are those of weights that it leaves out."""

    class Spare(Sequential):
        def parameters(self):
            return [*super().parameters(), *Linear(2, 2).parameters()]

    assert measured(Spare(Linear(3, 2)))["update"]["moved_bytes"] == 3 * 4 * 8


def test_batches_stop_where_memory_does():
    """Lost otherwise: an error in place of the batches that fit."""

    def upto_four(size):
        if size > 4:
            raise MemoryError
        return [size]

    sweep = measure_batches(lambda size: None, upto_four, 0.0, lambda share: None)
    assert sweep["larger_left_out_because"] in ("memory", "time")
    sizes = [row["batch"] for row in sweep["rows"]]
    assert sizes == [1, 2, 4][: len(sizes)]
