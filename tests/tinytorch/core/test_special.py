"""The error function of tensors: what a learner's GELU is made of."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from tinytorch import Tensor
from tinytorch.core.given.special import erf

shapes = array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3)


@given(shape=shapes, seed=st.integers(0, 2**32 - 1))
def test_value_and_gradient_as_in_pytorch(check_against_torch, torch, shape, seed):
    """A GELU that is right would be refused, or one that is wrong would pass."""
    x = np.random.default_rng(seed).normal(size=shape) * 3
    assert check_against_torch(erf, torch.erf, x, seed=seed) == {"erf"}


def test_far_from_zero_and_nan():
    """No warning and no NaN for a large score, and a NaN stays one (warnings are errors here)."""
    y = erf(Tensor([-np.inf, -1e4, 0.0, 1e4, np.nan], requires_grad=True))
    np.testing.assert_array_equal(y.data, [-1, -1, 0, 1, np.nan])
    x = Tensor([-1e4, 1e4], requires_grad=True)
    erf(x).sum().backward()
    np.testing.assert_array_equal(x.grad.data, [0, 0])


def test_float64_is_exact(check_gradients):
    """`gradcheck` of a layer made of it would fail by rounding."""
    x = np.linspace(-7, 7, 1001)
    y = erf(Tensor(x, dtype=np.float64)).data
    np.testing.assert_allclose(y, [math.erf(value) for value in x], atol=1e-12)
    check_gradients(erf, x[::50])


@pytest.mark.parametrize("x", [np.ones(2), 0.5, None])
def test_what_is_no_tensor_is_refused(x):
    """A learner who hands over x.data would lose the gradient without a word."""
    with pytest.raises(TypeError, match=f"erf expects a Tensor, got {type(x).__name__}"):
        erf(x)
