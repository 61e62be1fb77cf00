"""TinyTorch, used as its README shows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import tinytorch
from benchmarks import inputs
from benchmarks.sides import Job
from benchmarks.workloads import LEARNING_RATE, Work
from tinytorch import (
    SGD,
    Adam,
    CrossEntropyLoss,
    Dropout,
    Linear,
    ReLU,
    Sequential,
    Tensor,
    manual_seed,
    no_grad,
)
from tinytorch.core import layers
from tito.lab.train.digits import train
from tito.lab.train.recipe import DIGITS

VERSION = f"NumPy {np.__version__}"
OPTIMIZERS = {"SGD": SGD, "Adam": Adam}


def network(sizes: tuple[int, ...]) -> Sequential:
    """Linear layers with a ReLU between each two, and the weights that all sides start from."""
    model = Sequential()
    for weight, bias in inputs.weights(sizes):
        if len(model):
            model.append(ReLU())
        linear = Linear(*weight.shape)
        assert linear.bias is not None
        linear.weight.data[...], linear.bias.data[...] = weight, bias
        model.append(linear)
    return model


def forward(work: Work) -> Job:
    """The network's outputs, without a graph."""
    model, x = network(work.sizes), Tensor(inputs.examples(work.batch, work.sizes[0]))
    return Job(lambda: model(x), lambda: [model(x).numpy()], mode=no_grad)


def step(work: Work) -> Job:
    """One step of training: forward, cross-entropy, backward, update."""
    model, x = network(work.sizes), Tensor(inputs.examples(work.batch, work.sizes[0]))
    y, loss = inputs.labels(work.batch, work.sizes[-1]), CrossEntropyLoss()
    optimizer = OPTIMIZERS[work.name](model.parameters(), lr=LEARNING_RATE[work.name])

    def run() -> None:
        optimizer.zero_grad()
        loss(model(x), y).backward()
        optimizer.step()

    def outcome() -> list[object]:
        return [parameter.numpy() for parameter in model.parameters()]

    return Job(run, outcome, optimizer.zero_grad)


def dropout(work: Work) -> Job:
    """A mask at p = 0.5 in training, and its product with the input."""
    manual_seed(0)
    layer, x = Dropout(0.5), Tensor(inputs.examples(*work.sizes))
    return Job(lambda: layer(x), lambda: [layer(x).numpy()], mode=no_grad)


def function(work: Work) -> Callable[[Tensor], Tensor]:
    """An activation, or the loss with its labels."""
    if work.name != "cross-entropy":
        return getattr(tinytorch, work.name)()
    loss, y = CrossEntropyLoss(), inputs.labels(*work.sizes)
    return lambda x: loss(x, y)


def forward_of(work: Work) -> Job:
    """An activation or loss without a graph."""
    compute, x = function(work), Tensor(inputs.examples(*work.sizes))
    return Job(lambda: compute(x), lambda: [compute(x).numpy()], mode=no_grad)


def forward_and_backward_of(work: Work) -> Job:
    """An activation or loss, and the gradient of its input."""
    compute, x = function(work), Tensor(inputs.examples(*work.sizes), requires_grad=True)
    alone = work.name == "cross-entropy"
    gradient = None if alone else Tensor(inputs.examples(*work.sizes, seed=4))

    def run() -> None:
        x.grad = None
        compute(x).backward(gradient)

    def outcome() -> list[object]:
        assert x.grad is not None
        return [x.grad.numpy()]

    return Job(run, outcome)


def recogniser(work: Work) -> Job:
    """The training behind `tito train digits`, with its measurements after each epoch."""
    reached: list[object] = []

    def run() -> None:
        reached[:] = [train(layers, DIGITS).held_out[-1]]

    return Job(run, lambda: reached)


KINDS: dict[str, Callable[[Work], Job]] = {
    "forward": forward,
    "step": step,
    "dropout": dropout,
    "forward of": forward_of,
    "forward and backward of": forward_and_backward_of,
    "digits": recogniser,
}
