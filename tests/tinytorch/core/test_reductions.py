"""Reductions: values and gradients over every choice of axes."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from tinytorch import Tensor

NAMES = ["sum", "mean", "max", "min", "var"]
THEIRS = {"max": "amax", "min": "amin"}


@st.composite
def reductions(draw):
    """A shape, an axis (None, a number or several, also negative), and keepdims."""
    shape = draw(array_shapes(min_dims=1, max_dims=3, min_side=2, max_side=4))
    axes = st.integers(-len(shape), len(shape) - 1)
    several = st.lists(axes, min_size=1, unique_by=lambda axis: axis % len(shape)).map(tuple)
    return shape, draw(st.none() | axes | several), draw(st.booleans())


def apart(seed, shape):
    """Numbers that lie at least 0.1 apart, so that finite differences see no ties."""
    rng = np.random.default_rng(seed)
    return rng.permutation(int(np.prod(shape))).reshape(shape) * 0.1


@pytest.mark.parametrize("name", NAMES)
@given(case=reductions(), seed=st.integers(0, 1000))
def test_gradients(check_gradients, name, case, seed):
    """Every loss is a mean: a wrong gradient here spoils all training."""
    shape, axis, keepdims = case
    check_gradients(lambda x: getattr(x, name)(axis, keepdims), apart(seed, shape))


def test_var_with_correction(check_gradients, check_against_torch):
    """The estimate from a sample divides by n - 1."""
    x = [[1.0, 2.0, 4.0], [0.0, 3.0, 5.0]]
    check_gradients(lambda x: x.var(axis=1, correction=1), x)
    check_against_torch(
        lambda x: x.var(axis=1, correction=1), lambda x: x.var(dim=1, correction=1), x
    )
    with pytest.raises(ValueError, match="expects more than 1 numbers, got 1"):
        Tensor([[1.0], [2.0]]).var(axis=1, correction=1)


def empty_cases():
    for shape in [(0, 3), (2, 0), (0,)]:
        for axis in [None, *range(-len(shape), len(shape))]:
            yield from ((name, shape, axis) for name in NAMES)


@pytest.mark.filterwarnings("ignore:var():UserWarning")
@pytest.mark.parametrize(("name", "shape", "axis"), [*empty_cases()])
def test_empty_tensors_as_in_pytorch(torch, name, shape, axis):
    """The empty last batch of a data set; what has no answer is an error, not a warning."""
    dims = tuple(range(len(shape))) if axis is None else axis
    reduced = math.prod(np.take(shape, dims).flat)
    if name != "sum" and reduced == 0:
        with pytest.raises(
            ValueError, match=r"zero-size array|expects (more than 0|at least 1) number"
        ):
            getattr(Tensor(np.ones(shape)), name)(axis)
    else:
        expected = getattr(torch, THEIRS.get(name, name))(torch.ones(shape), dim=dims)
        result = getattr(Tensor(np.ones(shape)), name)(axis)
        assert result.shape == tuple(expected.shape)
        np.testing.assert_array_equal(result.data, expected.numpy())


def test_nan_is_not_lost():
    """A NaN in the data must show in the result, not vanish."""
    x = Tensor([1.0, np.nan], requires_grad=True)
    assert np.isnan(x.max().item())
    x.max().backward()
    assert np.isnan(x.grad.data).all()


@pytest.mark.parametrize("axis", [None, 0, 1, (0, 1)])
@pytest.mark.parametrize("shape", [(200_000, 5), (5, 200_000)])
def test_sums_of_many_float32_numbers_are_exact(axis, shape):
    """Added up one by one, a million times 0.1 is 1% too much."""
    x = Tensor(np.full(shape, 0.1))
    exact = x.data.sum(axis=axis, dtype=np.float64)
    np.testing.assert_allclose(x.sum(axis).data, exact, rtol=1e-6)
    np.testing.assert_allclose(x.mean(axis).data, 0.1, rtol=1e-6)
    np.testing.assert_allclose(x.var(axis).data, 0, atol=1e-12)
    assert x.sum(axis).dtype == np.float32


def test_a_bias_gets_an_exact_gradient_from_a_large_batch():
    """The more examples, the worse a sum would be that adds them one by one."""
    bias = Tensor(np.zeros(3), requires_grad=True)
    (Tensor(np.zeros((100_000, 3))) + bias).backward(np.full((100_000, 3), 0.1, np.float32))
    np.testing.assert_allclose(bias.grad.data, 10_000, rtol=1e-6)


def test_the_variance_of_numbers_that_are_nearly_equal():
    """The mean is rounded: of numbers close to it, that would be all that is left."""
    x = np.array([[1e4, 1e4 + 2**-9], [-1.0, np.nextafter(np.float32(-1), 0)]], dtype=np.float32)
    np.testing.assert_allclose(Tensor(x).var(1).data, x.var(axis=1, dtype=np.float64), rtol=1e-6)
