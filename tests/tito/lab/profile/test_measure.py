"""What is measured on a network is what it says it is; what cannot be measured is said."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch import Dropout, Layer, Linear, ReLU, Sequential, Tensor, no_grad
from tinytorch.core import layers
from tito.lab.networks import Network
from tito.lab.profile.figures import Phase
from tito.lab.profile.machine import (
    Reading,
    flops_of,
    moving_scale,
    moving_tasks,
    product_tasks,
    products_of_step,
)
from tito.lab.profile.measure import (
    CannotTrain,
    Step,
    count_backward,
    drop_disturbed,
    empty_update,
    inference,
    measure_batches,
    measure_step,
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
    for task in step.tasks():
        task.times()
    step.update()
    assert len(step.updated()) == 4
    for parameter, old in zip(model.parameters(), before, strict=True):
        assert np.array_equal(parameter.data, old)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Cuts(), "leads back to no parameter"),
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


def test_what_is_beside_a_step_can_be_called():
    """Lost otherwise: an error of ours in the middle of measuring."""
    empty_update(3).times()
    for count in (0, 1, 3_000_000):
        for task in moving_tasks(count, "forward"):
            task.times()
    assert moving_scale(10) == 1
    assert moving_scale(960 << 20) == 10


def test_large_squares_are_left_out_and_the_networks_own_products_never():
    """Lost otherwise: a slow machine is kept busy for minutes, or has nothing to compare with."""
    assert list(product_tasks([(4, 4, 4)], 0)) == [(256,) * 3, (4, 4, 4)]
    assert list(product_tasks([], 1e12)) == [(256,) * 3, (512,) * 3, (1024,) * 3]


def test_the_products_of_a_step_are_those_that_were_counted():
    """Lost otherwise: a network with other products is measured beside those of a chain."""
    sizes = [(32, 784, 256), (32, 256, 128), (32, 128, 10)]
    found = products_of_step(sizes, 7_512_064, 8_601_600)
    assert found["forward"] == sizes
    assert len(found["backward"]) == 5
    assert sum(map(flops_of, found["backward"])) == 17_203_200
    assert products_of_step(sizes, 7_512_065, 1) == {"forward": [], "backward": []}


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


MANY = [Tensor(np.ones((64, 3), np.float32))]


class PlainDropout:
    """Dropout as on the page: it is told by a flag, and knows no eval()."""

    def __call__(self, x, training=True):
        return self.forward(x, training)

    def forward(self, x, training=True):
        return x * np.random.default_rng().integers(0, 2, x.shape) if training else x


class PlainSequential:
    """Hands nothing on."""

    def __init__(self, *layers):
        self.layers = list(layers)

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def alike(run):
    return np.array_equal(run(*MANY).data, run(*MANY).data)


def test_eval_is_called_where_it_is():
    """Lost otherwise: batches are timed with masks that nobody wants then."""
    run, drops = inference(Sequential(Linear(3, 4), Dropout(0.5)), MANY)
    assert not drops
    assert alike(run)


def test_plain_layers_are_told_one_by_one():
    """Lost otherwise: page-style layers are timed as if they were in training."""
    model = PlainSequential(Linear(3, 4), PlainSequential(PlainDropout()), Linear(4, 2))
    run, drops = inference(model, MANY)
    assert not drops
    assert alike(run)


def test_a_network_that_drops_nothing_is_called_as_it_is():
    """Lost otherwise: what a person's own Sequential costs is left out of the figures."""
    model = PlainSequential(Linear(3, 4))
    assert inference(model, MANY) == (model, False)


def test_one_that_nobody_can_tell_is_said():
    """Lost otherwise: "nothing dropped" stands above figures with dropout."""
    hidden = PlainDropout()

    def model(x):
        return hidden(x)

    assert inference(model, MANY) == (model, True)


def measured(model, batch=4):
    def inputs(count):
        return [Tensor(np.ones((count, 3), np.float32))]

    step = Step(model, inputs(batch))
    return measure_step(
        step, lambda: Step(model, inputs(0)), [(4, 3, 2)], 24, 100, 0.0, lambda share: None
    )


def test_a_network_has_all_three_parts():
    """Lost otherwise: a row of the table is missing."""
    times = measured(Sequential(Linear(3, 2), ReLU()))
    assert [phase.name for phase in times.phases] == ["forward", "backward", "update"]
    assert (times.untrained, times.without_gradient) == (None, 0)
    assert [phase.flops for phase in times.phases] == [48, 48, 0]
    assert times.phases[2].moved_bytes == 3 * 4 * 8
    assert times.peak >= max(times.products.values())
    known = {"arithmetic", "memory", "products", "calls"}
    assert all(set(phase.alone) <= known for phase in times.phases)


def test_a_network_that_refuses_an_empty_batch_is_measured():
    """Lost otherwise: an error of ours for a network that is right."""

    class Mean(Linear):
        def forward(self, x):
            if not len(x):
                raise ValueError("empty")
            return super().forward(x)

    times = measured(Mean(3, 2))
    assert all("calls" not in phase.alone for phase in times.phases[:2])


def test_parameters_without_a_gradient_are_counted():
    """Lost otherwise: an update that leaves weights out passes for one of all."""
    model = Sequential(Linear(3, 2))
    spare = Linear(2, 2)
    inner = type(model).parameters
    model.__class__ = type(
        "Spare", (Sequential,), {"parameters": lambda self: inner(self) + spare.parameters()}
    )
    assert measured(model).without_gradient == 2


def test_a_part_that_took_longer_than_the_whole_is_left_out():
    """Lost otherwise: on a busy machine, a part takes a thousand times what all of it takes."""
    reading = Reading(1.0, 1.0, 1.0, 1.0, 3)
    phase = Phase("forward", reading, 1, 1, {"memory": 1.2, "products": 900.0, "calls": 0.1})
    drop_disturbed(phase)
    assert phase.alone == {"memory": 1.2, "calls": 0.1}


def test_batches_stop_where_memory_does():
    """Lost otherwise: an error in place of the batches that fit."""

    def run(size):
        if size > 4:
            raise MemoryError
        return lambda: None

    sweep = measure_batches(run, (1, 2, 4, 8, 16), 0.0, lambda share: None)
    assert sweep.left_out in ("memory", "time")
    assert [batch.size for batch in sweep.batches] == [1, 2, 4][: len(sweep.batches)]
