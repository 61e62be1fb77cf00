"""One step of training: what is timed is what it says, and what cannot train is said."""

import numpy as np
import pytest

from tinytorch import Layer, Linear, ReLU, Sequential, Tensor
from tito.lab.profile.machine import (
    flops_of,
    moving_scale,
    moving_tasks,
    product_tasks,
    products_of_step,
)
from tito.lab.profile.measure import CannotTrain, Step, empty_update

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
