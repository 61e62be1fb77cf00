"""Checks of the whole file: Linear, Dense, Dropout and Sequential as one network."""

from __future__ import annotations

import math
from typing import Any

from tinytorch.core.activations import ReLU, Sigmoid, Tanh
from tinytorch.core.losses import CrossEntropyLoss
from tinytorch.core.tensor import Tensor
from tito.lesson.model import check
from tito.lesson.trial import Trial
from tito.lessons.layers.checks.build import numbers

_LINEAR = ("Linear.__init__", "Linear.forward")
_DENSE = ("Dense.__init__", "Dense.forward")
_DROPOUT = ("Dropout.__init__", "Dropout.forward")
_SEQUENTIAL = ("Sequential.__init__", "Sequential.forward")
_PARAMETERS = ("Linear.parameters", "Sequential.parameters")


def _needs(*groups: tuple[str, ...]) -> tuple[str, ...]:
    """What a network of these needs, in the order in which it is written."""
    names = ("Layer.__call__", *(name for group in groups for name in group))
    parts = ("Layer", "Linear", "Dense", "Dropout", "Sequential")
    return tuple(sorted(names, key=lambda name: parts.index(name.partition(".")[0])))


def filled(t: Trial, layer: Any) -> Any:
    """The layer with weights and bias of its own, written in place."""
    layer.weight.data[...] = t.values(*layer.weight.shape)
    layer.bias.data[...] = t.values(*layer.bias.shape)
    return layer


def linear(t: Trial, in_features: int, out_features: int) -> Any:
    """A Linear layer with numbers that are the same in every process."""
    return filled(t, t.module.Linear(in_features, out_features))


def dense(t: Trial, input_size: int, output_size: int) -> Any:
    """A Dense layer with numbers that are the same in every process."""
    return filled(t, t.module.Dense(input_size, output_size))


@check(
    "Sequential.forward",
    "carries a batch through Linear, ReLU, Dropout and Linear",
    tried="Sequential(Linear(6, 4), ReLU(), Dropout(0.5), Linear(4, 2)).forward(x): the shape",
    needs=_needs(_LINEAR, _DROPOUT, _SEQUENTIAL),
)
def carries_batch(t: Trial) -> object:
    m = t.module
    model = m.Sequential(m.Linear(6, 4), ReLU(), m.Dropout(0.5), m.Linear(4, 2))
    return list(model.forward(t.tensor(5, 6)).shape)


@check(
    "Sequential.forward",
    "works with ReLU, Sigmoid and Tanh in between",
    tried="Linear, ReLU, Linear, Sigmoid, Linear, Tanh in one Sequential",
    needs=_needs(_LINEAR, _SEQUENTIAL),
)
def works_with_activations(t: Trial) -> object:
    first, second, third = linear(t, 3, 4), linear(t, 4, 3), linear(t, 3, 2)
    model = t.module.Sequential(first, ReLU(), second, Sigmoid(), third, Tanh())
    return numbers(model.forward(t.tensor(2, 3)))


@check(
    "Sequential.forward",
    "chains Dense layers",
    tried="Sequential(Dense(3, 4), ReLU(), Dense(4, 2)).forward(x)",
    needs=_needs(_DENSE, _SEQUENTIAL),
)
def chains_dense(t: Trial) -> object:
    model = t.module.Sequential(dense(t, 3, 4), ReLU(), dense(t, 4, 2))
    return numbers(model.forward(t.tensor(2, 3)))


@check(
    "Sequential.parameters",
    "counts 235,146 numbers in 784-256-128-10",
    tried="Linear(784, 256), ReLU, Linear(256, 128), ReLU, Linear(128, 10) in one Sequential",
    needs=_needs(_LINEAR, _SEQUENTIAL, _PARAMETERS),
)
def counts_parameters(t: Trial) -> object:
    m = t.module
    model = m.Sequential(m.Linear(784, 256), ReLU(), m.Linear(256, 128), ReLU(), m.Linear(128, 10))
    return sum(math.prod(parameter.shape) for parameter in model.parameters())


def gradients(model: Any, x: Tensor) -> list[Any]:
    """The gradients of the parameters after one backward of a loss."""
    labels = [0, 1, 1]
    loss = CrossEntropyLoss()(model.forward(x), labels)
    loss.backward()
    return [parameter.grad for parameter in model.parameters()]


@check(
    "Sequential.parameters",
    "all get their gradient from loss.backward()",
    tried="CrossEntropyLoss on Sequential(Linear(3, 4), ReLU(), Linear(4, 2)), loss.backward()",
    needs=_needs(_LINEAR, _SEQUENTIAL, _PARAMETERS),
)
def gradients_arrive(t: Trial) -> object:
    model = t.module.Sequential(linear(t, 3, 4), ReLU(), linear(t, 4, 2))
    return [numbers(gradient) for gradient in gradients(model, t.tensor(3, 3))]


@check(
    "Sequential.parameters",
    "all get a gradient, also those before a Dropout",
    tried="the same with a Dropout(0.5) after the ReLU: whether each parameter has a gradient",
    needs=_needs(_LINEAR, _DROPOUT, _SEQUENTIAL, _PARAMETERS),
)
def gradients_pass_dropout(t: Trial) -> object:
    model = t.module.Sequential(linear(t, 3, 4), ReLU(), t.module.Dropout(0.5), linear(t, 4, 2))
    found = gradients(model, t.tensor(3, 3))
    return ["none" if gradient is None else "a gradient" for gradient in found]
