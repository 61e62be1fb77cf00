"""The two oracles of the framework's tests: finite differences, and PyTorch."""

import numpy as np
import pytest
from hypothesis import settings

from tinytorch import Tensor, gradcheck
from tinytorch.core.given.graph import Node

settings.register_profile("tinytorch", deadline=None, max_examples=25)
settings.load_profile("tinytorch")


@pytest.fixture(scope="session")
def torch():
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    return torch


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
    """Compare a function's result and gradients with PyTorch's, in float32.

    The arrays lie in memory in ways that depend on the seed. Without `atol`, a number may be off
    by 2e-6 of the largest number that takes part: sums are rounded in another order. Gives back
    the names of the operations that were recorded.
    """

    def check(ours, theirs, *arrays, seed=0, rtol=1e-5, atol=None):
        rng = np.random.default_rng(seed)
        arrays = [np.array(array, np.float32) for array in arrays]
        leaves = [torch.tensor(array, requires_grad=True) for array in arrays]
        expected = theirs(*leaves)
        shape = tuple(expected.shape)
        weights = rng.uniform(0.5, 1.5, shape) * rng.choice([-1, 1], shape)
        expected.backward(torch.tensor(weights, dtype=torch.float32))
        wanted = [each.numpy() for each in (expected.detach(), *(leaf.grad for leaf in leaves))]

        tensors = [Tensor(array, requires_grad=True) for array in arrays]
        for tensor in tensors:
            tensor.data = laid_out(tensor.data, rng)
        result = ours(*tensors)
        operations = recorded(result)
        result.backward(laid_out(weights, rng))
        for tensor, array in zip(tensors, arrays, strict=True):
            np.testing.assert_array_equal(tensor.data, array, "the data has changed")
        if atol is None:
            atol = 2e-6 * max(map(largest, [*arrays, *wanted]))
        found = [result, *(tensor.grad for tensor in tensors)]
        for tensor, numbers in zip(found, wanted, strict=True):
            assert tensor.shape == numbers.shape
            assert tensor.dtype == np.float32
            np.testing.assert_allclose(tensor.data, numbers, rtol=rtol, atol=atol)
        return operations

    return check


def laid_out(array, rng):
    """The same numbers in another order in memory: by columns, backwards, or with gaps."""
    way = rng.integers(4)
    if way == 1:
        return np.array(array, order="F")
    if way == 2:
        return np.flip(np.flip(array).copy())
    if way == 3 and array.ndim:
        return np.repeat(array, 2, axis=-1)[..., ::2]
    return array.copy()


def recorded(tensor):
    """The names of all operations that led to a tensor."""
    names, waiting = set(), [tensor.node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Node):
            names.add(node.operation)
            waiting.extend(node.sources)
    return names


def largest(array):
    """The largest finite number, at least 1."""
    return np.abs(array, where=np.isfinite(array), out=np.ones_like(array)).max(initial=1)
