"""The two oracles of the framework's tests: finite differences, and PyTorch."""

import numpy as np
import pytest
from hypothesis import settings

from tinytorch import Tensor, gradcheck

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


@pytest.fixture(scope="session")
def check_gradients():
    """Compare a function's gradients with finite differences, in float64."""

    def check(function, *arrays):
        inputs = [Tensor(array, requires_grad=True, dtype=np.float64) for array in arrays]
        assert gradcheck(function, *inputs)
        result = function(*inputs)
        result.backward(np.ones(result.shape))
        assert all(tensor.grad.dtype == np.float64 for tensor in inputs)

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
