"""What a graph keeps until backward, measured, beside the formula for it."""

import itertools
import math
import tracemalloc

import numpy as np
import pytest

from tinytorch import (
    GELU,
    CrossEntropyLoss,
    Dropout,
    Linear,
    MSELoss,
    ReLU,
    Sequential,
    Sigmoid,
    Softmax,
    Tanh,
    Tensor,
    no_grad,
)
from tinytorch.profiling import kept_by_graph, summary

BATCH = 6


def inputs(size, dtype=np.float32):
    return Tensor(np.ones((BATCH, size)), dtype=dtype)


@pytest.mark.parametrize("activation", [ReLU, Tanh, Sigmoid])
@pytest.mark.parametrize("bias", [True, False])
def test_input_and_output_of_each_layer(activation, bias):
    """The page's formula, but for the last output: that belongs to the caller."""
    model = Sequential(Linear(9, 7, bias), activation(), Linear(7, 5, bias), activation())
    model.append(Linear(5, 3, bias))
    assert kept_by_graph(model(inputs(9))) == 4 * BATCH * (9 + 7 + 5)
    costs = summary(model, (BATCH, 9))
    assert costs.formula_bytes == costs.kept_bytes + 4 * BATCH * 3


def test_without_activations():
    """What a Linear gives is what the next one needs."""
    model = Sequential(Linear(9, 7), Linear(7, 5))
    assert kept_by_graph(model(inputs(9))) == 4 * BATCH * (9 + 7)


def test_double_precision_takes_twice_as_much():
    """8 bytes a number."""
    model = Sequential(Linear(9, 7), ReLU(), Linear(7, 5)).to(np.float64)
    assert kept_by_graph(model(inputs(9, np.float64))) == 8 * BATCH * (9 + 7)
    costs = summary(model, (BATCH, 9))
    assert costs.formula_bytes == costs.kept_bytes + 8 * BATCH * 5


def test_dropout_keeps_its_mask():
    """A byte a number; what it gives is kept by the layer after it."""
    model = Sequential(Linear(9, 7), ReLU(), Dropout(0.5), Linear(7, 5))
    masks, relu = BATCH * 7, 4 * BATCH * 7
    assert kept_by_graph(model(inputs(9))) == 4 * BATCH * (9 + 7) + masks + relu
    costs = summary(model, (BATCH, 9))
    assert [row.kept_bytes for row in costs.rows] == [4 * BATCH * 9, relu, masks, 4 * BATCH * 7]
    assert kept_by_graph(model.eval()(inputs(9))) == 4 * BATCH * (9 + 7)


def test_what_other_activations_keep():
    """Softmax keeps what it gives, GELU what it got and the probability below it."""
    x = Tensor(np.ones((BATCH, 9)), requires_grad=True)
    assert kept_by_graph(Softmax()(x)) == 4 * BATCH * 9
    assert kept_by_graph(GELU()(x * 2.0)) == 2 * 4 * BATCH * 9 + 4  # and the number 2


def test_an_addition_keeps_nothing():
    """Only the shapes, which its derivative sums to."""
    x = Tensor(np.ones((BATCH, 9)), requires_grad=True)
    assert kept_by_graph(x + x) == 0
    assert kept_by_graph(x * x) == 0  # both sides are the parameter itself


def test_the_loss_keeps_its_own():
    """Cross-entropy keeps the powers, their sums and where the labels lie."""
    model = Sequential(Linear(9, 5))
    logits = model(inputs(9))
    loss = CrossEntropyLoss()(logits, [0] * BATCH)
    places = BATCH * np.dtype(np.intp).itemsize
    assert kept_by_graph(loss) == kept_by_graph(logits) + 4 * BATCH * (5 + 1) + places
    squared = MSELoss()(model(inputs(9)), np.ones((BATCH, 5)))
    assert kept_by_graph(squared) == 4 * BATCH * (9 + 5)


def test_what_two_keep_counts_once():
    """One array in memory is one array, however many operations and outputs need it."""
    first, second = Linear(9, 5), Linear(9, 4)
    x = inputs(9)
    assert kept_by_graph((first(x), {"b": [second(x)]})) == 4 * BATCH * 9
    assert kept_by_graph(first(x) + first(x)) == 4 * BATCH * 9


def test_a_view_keeps_all_that_it_is_a_view_of():
    """A slice of a large array keeps the large array."""
    x = Tensor(np.ones((1000, 9)))
    assert kept_by_graph(Linear(9, 2)(x[:2])) == 4 * 1000 * 9


def test_weights_that_do_not_learn_are_no_activations():
    """A frozen layer's weight is there before and after."""
    model = Sequential(Linear(9, 7), ReLU(), Linear(7, 5))
    model[2].weight.requires_grad = False
    assert summary(model, (BATCH, 9)).kept_bytes == 4 * BATCH * 9 + 4 * BATCH * 7


def test_an_input_that_wants_a_gradient_is_an_activation():
    """It is no parameter, though nothing made it."""
    x = Tensor(np.ones((BATCH, 9)), requires_grad=True)
    costs = summary(Linear(9, 7), x)
    assert costs.kept_bytes == costs.input_bytes == 4 * BATCH * 9


def test_nothing_is_kept_without_a_graph():
    """Inside no_grad, and after backward."""
    model = Sequential(Linear(9, 5))
    with no_grad():
        assert kept_by_graph(model(inputs(9))) == 0
        assert summary(model, (BATCH, 9)).kept_bytes is None
    loss = model(inputs(9)).sum()
    loss.backward()
    assert kept_by_graph(loss) == 0


def test_what_is_no_output():
    """A number or an array remembers nothing."""
    for wrong in (3, np.ones(2), None, []):
        with pytest.raises(TypeError, match="kept_by_graph expects a tensor"):
            kept_by_graph(wrong)


def test_memory_that_python_sees_is_what_is_counted():
    """Python's own account of memory agrees, to a hundredth, for a large network."""
    sizes = (784, 512, 256, 10)
    layers = []
    for before, after in itertools.pairwise(sizes):
        layers += [Linear(before, after), ReLU()]
    model = Sequential(layers[:-1])
    x = Tensor(np.ones((512, 784)))
    model(x)  # what is made once and kept, such as the zeros of ReLU, is there now
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        output = model(x)
        seen = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    counted = kept_by_graph(output) - x.data.nbytes + output.data.nbytes
    assert seen == pytest.approx(counted, rel=0.01)
    costs = summary(model, x)
    assert costs.formula_bytes == counted + x.data.nbytes
    assert costs.formula_bytes == 4 * 512 * math.fsum(sizes)
