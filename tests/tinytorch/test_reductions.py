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


@pytest.mark.parametrize("name", NAMES)
@given(case=reductions(), seed=st.integers(0, 1000), ties=st.booleans())
def test_as_in_pytorch(check_against_torch, name, case, seed, ties):
    """Ties share the gradient as in PyTorch's amax and amin."""
    shape, axis, keepdims = case
    x = np.round(apart(seed, shape) / 0.3) if ties else apart(seed, shape)
    dims = tuple(range(len(shape))) if axis is None else axis

    def theirs(x):
        options = {"correction": 0} if name == "var" else {}
        return getattr(x, THEIRS.get(name, name))(dim=dims, keepdim=keepdims, **options)

    check_against_torch(lambda x: getattr(x, name)(axis=axis, keepdims=keepdims), theirs, x)


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
            yield from ((name, shape, axis) for name in ("sum", "max", "min", "var"))


@pytest.mark.filterwarnings("ignore:var():UserWarning")
@pytest.mark.parametrize(("name", "shape", "axis"), [*empty_cases()])
def test_empty_tensors_as_in_pytorch(torch, name, shape, axis):
    """The empty last batch of a data set; what has no answer is an error, not a warning."""
    dims = tuple(range(len(shape))) if axis is None else axis
    reduced = math.prod(np.take(shape, dims).flat)
    if name != "sum" and reduced == 0:
        with pytest.raises(ValueError, match=r"zero-size array|expects more than 0 numbers, got 0"):
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


def test_sum_of_many_float32_numbers_is_exact_enough():
    """Adding a million small numbers one by one would lose the last digits."""
    assert Tensor(np.full(10**6, 0.1)).mean().item() == pytest.approx(0.1, rel=1e-6)
