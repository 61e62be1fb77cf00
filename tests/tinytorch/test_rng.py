"""Random numbers: they repeat with a seed, and follow the laws they are named after."""

import numpy as np
import pytest

from tinytorch import (
    Adam,
    Dense,
    Dropout,
    Linear,
    ReLU,
    Sequential,
    Tensor,
    manual_seed,
    rng,
)
from tinytorch.training import batches, fit


def draws():
    order = [labels for _, labels in batches(np.zeros((10, 1)), np.arange(10), size=4)]
    return [
        Linear(3, 2).weight.data,
        Dense(3, 2).weight.data,
        Dropout(0.5)(Tensor(np.ones(100))).data,
        np.random.randn(3),
        np.concatenate(order),
    ]


@pytest.mark.parametrize("seed", [0, 2**31, 2**40, 2**130, -1, np.int64(3), np.uint8(7)])
def test_a_seed_makes_everything_repeat(seed):
    """A result that cannot be repeated cannot be checked; page-style code uses np.random."""
    manual_seed(seed)
    first = draws()
    manual_seed(seed)
    second, third = draws(), draws()
    for a, b, c in zip(first, second, third, strict=True):
        np.testing.assert_array_equal(a, b)
        assert (a != c).any()


def test_a_training_repeats_bit_for_bit():
    """A result that is only nearly the same leaves open what made the difference."""

    def trained():
        manual_seed(5)
        model = Sequential(Linear(8, 16), ReLU(), Dropout(0.3), Dense(16, 3))
        x = np.random.rand(50, 8).astype(np.float32)
        losses = fit(model, x, np.arange(50) % 3, Adam(model.parameters()), epochs=3)
        return losses, *[parameter.data.tobytes() for parameter in model.parameters()]

    assert trained() == trained()


@pytest.mark.parametrize("seed", [1.5, np.float64(2), "1", None, [1]])
def test_what_is_no_whole_number_is_no_seed(seed):
    """A seed that is silently rounded, or ignored, would not repeat elsewhere."""
    with pytest.raises(TypeError, match="manual_seed expects a whole number, got"):
        manual_seed(seed)


def test_two_seeds_differ():
    """Twenty runs with twenty seeds would be one run."""
    manual_seed(1)
    first = rng.normal((10,))
    manual_seed(2)
    assert (first != rng.normal((10,))).all()


@pytest.mark.parametrize(
    "probability", [0.0, 1e-12, 1e-6, 0.01, 0.3, 0.5, 0.99, 1 - 1e-6, 1 - 1e-12, 1.0]
)
def test_bernoulli(probability):
    """A mask that drops a little too much shifts every activation."""
    manual_seed(0)
    mask = rng.bernoulli(probability, (1000, 1001))
    assert mask.dtype == np.bool_
    assert mask.shape == (1000, 1001)
    noise = np.sqrt(probability * (1 - probability) / mask.size)
    assert abs(mask.mean(dtype=np.float64) - probability) <= 5 * noise + 1e-12


@pytest.mark.parametrize("shape", [(), (0,), (1,), (3, 0), (5, 7)])
def test_any_shape(shape):
    """Also shapes that do not fill the generator's words."""
    assert rng.bernoulli(0.5, shape).shape == shape
    assert rng.uniform(-1, 1, shape).shape == shape
    assert rng.normal(shape).shape == shape
