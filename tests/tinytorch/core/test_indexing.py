"""Indexing: numbers are taken as NumPy takes them, and gradients go back to their places."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays, basic_indices, integer_array_indices

from tinytorch import Tensor


@st.composite
def places(draw):
    """A shape, and an index of it: slices and new axes, arrays with repeats, or a mask."""
    shape = draw(array_shapes(max_dims=3, max_side=4))
    basic = basic_indices(shape, allow_newaxis=True)
    return shape, draw(basic | integer_array_indices(shape) | arrays(bool, shape))


@given(case=places(), seed=st.integers(0, 2**32 - 1))
def test_any_index(check_gradients, case, seed):
    """A row that is taken twice gets its gradient twice, one that is not taken gets none."""
    shape, index = case
    check_gradients(lambda x: x[index], np.random.default_rng(seed).normal(size=shape))


@pytest.mark.parametrize("index", [[0, 0, 2], [], [[0, 1], [1, 1]], ([0, 1], [1, 1]), True])
def test_lists(check_gradients, index):
    """A list of places is as good as an array, also an empty one."""
    x = np.random.default_rng(0).normal(size=(3, 2))
    check_gradients(lambda x: x[index], x)
    np.testing.assert_array_equal(Tensor(x, dtype=np.float64)[index].data, x[index])


def test_an_index_array_may_change_later():
    """The graph remembers the places that were taken, not the array that named them."""
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    places = np.array([0, 0])
    y = x[places]
    places[...] = 2
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.data, [2, 0, 0])


def test_index_by_a_tensor():
    """`x[x > 1]` selects as in PyTorch."""
    x = Tensor([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(x[x > 1].data, [2, 3])
    np.testing.assert_array_equal(x[Tensor([2, 0], dtype=np.int64)].data, [3, 1])


def test_rows():
    """`for row in x` ends, and each row keeps the graph."""
    x = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    rows = list(x)
    assert [row.shape for row in rows] == [(2,), (2,)]
    (rows[0].sum() + (rows[1] * 2).sum()).backward()
    np.testing.assert_array_equal(x.grad.data, [[1, 1], [2, 2]])
    with pytest.raises(TypeError, match="at least one axis"):
        iter(Tensor(1.0))
