"""The two oracles of the framework's tests: finite differences, and PyTorch."""

import numpy as np
import pytest
from hypothesis import settings

from tinytorch import Tensor

settings.register_profile("tinytorch", deadline=None, max_examples=25)
settings.load_profile("tinytorch")


@pytest.fixture(scope="session")
def torch():
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    return torch


def gradients(function, arrays, weights):
    """The gradients of sum(function(arrays) * weights) by TinyTorch, in the arrays' own dtype."""
    tensors = [Tensor(array, requires_grad=True, dtype=array.dtype) for array in arrays]
    result = function(*tensors)
    result.backward(weights.astype(result.dtype))
    return result, [tensor.grad for tensor in tensors]


def differences(function, arrays, weights, step):
    """The same gradients by finite differences: each number moved a little both ways."""

    def value():
        tensors = [Tensor(array, dtype=np.float64) for array in arrays]
        return float((function(*tensors).data * weights).sum())

    for array in arrays:
        slopes = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            before = array[place]
            array[place] = before + step
            above = value()
            array[place] = before - step
            below = value()
            array[place] = before
            slopes[place] = (above - below) / (2 * step)
        yield slopes


@pytest.fixture(scope="session")
def check_gradients():
    """Compare a function's gradients with finite differences, in float64."""

    def check(function, *arrays, seed=0, step=1e-5):
        arrays = [np.array(array, dtype=np.float64) for array in arrays]
        shape = function(*[Tensor(array, dtype=np.float64) for array in arrays]).shape
        weights = np.random.default_rng(seed).uniform(0.5, 1.5, shape)
        _, found = gradients(function, arrays, weights)
        for gradient, expected in zip(
            found, differences(function, arrays, weights, step), strict=True
        ):
            assert gradient.shape == expected.shape
            assert gradient.dtype == np.float64
            np.testing.assert_allclose(gradient.data, expected, rtol=1e-5, atol=1e-7)

    return check


@pytest.fixture(scope="session")
def check_against_torch(torch):
    """Compare a function's result and gradients with PyTorch's, in float32."""

    def check(ours, theirs, *arrays, seed=0, rtol=1e-4, atol=1e-5):
        arrays = [np.asarray(array, dtype=np.float32) for array in arrays]
        leaves = [torch.tensor(array, requires_grad=True) for array in arrays]
        expected = theirs(*leaves)
        weights = np.random.default_rng(seed).uniform(0.5, 1.5, tuple(expected.shape))
        expected.backward(torch.tensor(weights, dtype=torch.float32))
        result, found = gradients(ours, arrays, weights)
        assert result.shape == tuple(expected.shape)
        assert result.dtype == np.float32
        close = {"rtol": rtol, "atol": atol}
        np.testing.assert_allclose(result.data, expected.detach().numpy(), **close)
        for gradient, leaf in zip(found, leaves, strict=True):
            assert gradient.dtype == np.float32
            np.testing.assert_allclose(gradient.data, leaf.grad.numpy(), **close)

    return check
