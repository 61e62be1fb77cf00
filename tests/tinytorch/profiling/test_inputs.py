"""What a summary runs a model with: shapes, tensors, several of them, options."""

import numpy as np
import pytest

from tinytorch import Dropout, Linear, ReLU, Sequential, Tensor
from tinytorch.profiling import summary


def test_indices_as_input():
    """An embedding takes whole numbers, not numbers from -1 to 1."""
    table = Tensor(np.ones((10, 4)), requires_grad=True)
    for indices in (np.zeros((3, 5), int), Tensor(np.zeros((3, 5)), dtype=np.int64)):
        costs = summary(lambda places: table[places], indices)
        assert (costs.error, costs.output_shape) == (None, (3, 5, 4))


def test_inputs_of_every_form():
    """A shape, a tensor, a dict, several, none, and options of the forward."""
    layer = Linear(4, 2)
    assert summary(layer, [5, 4]).output_shape == (5, 2)
    assert summary(layer, Tensor(np.ones((3, 5, 4)))).output_shape == (3, 5, 2)
    assert (
        summary(lambda both: layer(both["a"]) + both["b"], {"a": (5, 4), "b": (5, 2)}).error is None
    )
    assert summary(lambda pair: layer(pair[0]) + pair[1], [((5, 4), (5, 2))]).error is None
    assert summary(lambda: layer(Tensor(np.ones(4))), []).output_shape == (2,)
    dropped = summary(Sequential(Dropout(0.5)), (5, 4), training=False)
    assert (dropped.rows[0].activation_bytes, dropped.rows[0].output_shape) == (0, (5, 4))


def test_made_inputs_have_the_models_dtype():
    """A network in double precision is not measured with single ones mixed in."""
    costs = summary(Sequential(Linear(4, 2)).to(np.float64), (5, 4))
    assert (costs.input_bytes, costs.parameter_bytes) == (160, 80)
    assert costs.rows[0].activation_bytes == 80


@pytest.mark.parametrize("model", [Sequential(), Linear(4, 2).forward, abs, Linear(4, 2).__call__])
def test_a_model_may_be_a_single_thing(model):
    """An empty network, one method, one function: each is a row."""
    costs = summary(model, (5, 4))
    assert (len(costs.rows), costs.error) == (1, None)


def test_an_empty_batch():
    """Nothing to compute is no fault."""
    costs = summary(Sequential(Linear(4, 2), ReLU()), (0, 4))
    assert (costs.error, costs.multiply_adds, costs.rows[0].share) == (None, 0, 0.0)
