"""Activations: values, gradients, and what happens far from zero."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from tinytorch import GELU, ReLU, Sigmoid, Softmax, Tanh, Tensor

NAMES = ["ReLU", "Sigmoid", "Tanh", "Softmax", "GELU"]
OURS = {"ReLU": ReLU(), "Sigmoid": Sigmoid(), "Tanh": Tanh(), "Softmax": Softmax(), "GELU": GELU()}
shapes = array_shapes(min_dims=1, max_dims=3, max_side=4)
seeds = st.integers(0, 2**32 - 1)


def numbers(seed, shape):
    """Numbers at least 0.01 away from 0, where ReLU has its corner."""
    x = np.random.default_rng(seed).normal(size=shape) * 3
    return x + np.sign(x) * 0.01


def theirs(torch, name):
    return torch.nn.Softmax(dim=-1) if name == "Softmax" else getattr(torch.nn, name)()


@pytest.mark.parametrize("name", NAMES)
@given(shape=shapes, seed=seeds)
def test_gradients(check_gradients, name, shape, seed):
    """A network learns only as well as these slopes are right."""
    check_gradients(OURS[name], numbers(seed, shape))


@pytest.mark.parametrize("name", NAMES)
def test_zero_and_far_from_zero_as_in_pytorch(check_against_torch, torch, name):
    """No overflow warning and no NaN, however large the scores (warnings are errors here)."""
    x = [[-1e4, -100.0, -6.0, 0.0], [0.0, 6.0, 100.0, 1e4]]
    check_against_torch(OURS[name], theirs(torch, name), x)


@pytest.mark.parametrize("name", NAMES)
def test_nan_stays_nan(name):
    """A broken number must show up, not be turned into a plausible one."""
    y = OURS[name](Tensor([[np.nan, 1.0], [1.0, 2.0]]))
    assert np.isnan(y.data[0, 0])
    assert not np.isnan(y.data[1]).any()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_to_learn(name):
    """An optimizer finds nothing to change in an activation; the graph passes through it."""
    activation = OURS[name]
    x = Tensor([[1.0, 2.0]], requires_grad=True)
    assert activation.parameters() == []
    assert activation(x).requires_grad
    assert activation.forward(x).shape == activation(x).shape == (1, 2)
    assert activation(Tensor([[1, 2]], dtype=np.int64)).dtype == np.float32
    assert repr(activation).startswith(f"{name}(")


@pytest.mark.parametrize("dim", [0, 1, -1])
@given(seed=seeds, shift=st.floats(-100, 100))
def test_softmax_adds_up_to_one_and_ignores_a_shift(dim, seed, shift):
    """Probabilities that do not add up to 1 are none."""
    x = np.random.default_rng(seed).normal(size=(7, 1000)).astype(np.float32)
    p = Softmax(dim)(Tensor(x))
    np.testing.assert_allclose(p.sum(axis=dim).data, 1, atol=1e-6)
    np.testing.assert_allclose(Softmax(dim)(Tensor(x + np.float32(shift))).data, p.data, rtol=1e-3)


@pytest.mark.parametrize("dim", [0, 1])
def test_softmax_over_many_numbers(dim):
    """Added up one by one, a million probabilities are 1% too large."""
    x = np.full((1_000_000, 2) if dim == 0 else (2, 1_000_000), -0.3)
    p = Softmax(dim)(Tensor(x))
    np.testing.assert_allclose(p.data, 1e-6, rtol=2e-5)


def test_gelu_of_float64_is_exact():
    """The exact form, not the tanh approximation: they differ by 5e-4."""
    x = np.linspace(-10, 10, 10001)
    y = GELU()(Tensor(x, dtype=np.float64))
    normal = [0.5 * math.erfc(-value / math.sqrt(2)) for value in x]
    np.testing.assert_allclose(y.data, x * normal, atol=1e-11)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", [(0, 3), (2, 0), (0,), ()])
def test_empty_batches_and_single_numbers_as_in_pytorch(torch, name, shape):
    """The empty last batch of a data set passes through every network."""
    x = np.full(shape, 0.5, dtype=np.float32)
    expected = theirs(torch, name)(torch.tensor(x)).numpy()
    y = OURS[name](Tensor(x))
    assert y.shape == shape
    np.testing.assert_allclose(y.data, expected, rtol=1e-6)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("x", [np.ones(2), [1.0, 2.0], 1.0, None])
def test_what_is_no_tensor_is_refused(name, x):
    """An array from a layer that left the graph: everything before it would learn nothing."""
    with pytest.raises(TypeError, match=f"{name} expects a Tensor, got {type(x).__name__}"):
        OURS[name](x)
