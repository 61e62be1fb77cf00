"""Random masks: how exact their probability is, and that no place knows of another."""

import threading

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tinytorch import Dropout, Tensor, manual_seed, rng
from tinytorch.core.given import kernels

# One probability for each kind of random word: a bit, then 8, 16, 32 and 64 bits.
KINDS = [0.5, 0.25, 0.3, 0.98, 1e-7]
# Standard deviations that a statistic may be off; 1 in 3 million for each.
SIGMAS = 5.1


def wide(probability, rows=1024, columns=1024, seed=1):
    """A large mask, as numbers with mean 0 and variance 1."""
    manual_seed(seed)
    return standardised(rng.bernoulli(probability, (rows, columns)), probability)


def standardised(mask, probability):
    return (mask - probability) / np.sqrt(probability * (1 - probability))


def correlation(a, b):
    """The mean product, in standard deviations of its noise."""
    return float((a * b).mean(dtype=np.float64) * np.sqrt(a.size))


@given(p=st.floats(0, 1, exclude_min=True, exclude_max=True))
@example(p=1 / 3)
@example(p=0.1)
@example(p=1e-9)
@example(p=1 - 1e-9)
@example(p=2**-17)
@example(p=1 - 2**-53)
def test_the_probability_of_a_word_is_that_asked_for(p):
    """Within 2^-16, and within 1 in 10,000 of the rarer outcome: a rate of 1e-6 stays one."""
    limit = rng.limit_for(p)
    words = 2 ** (8 * limit.itemsize)
    kept = int(limit) / words
    assert abs(kept - p) <= 2**-16
    if min(p, 1 - p) > 2**-50:
        assert abs(kept - p) <= 1e-4 * min(p, 1 - p)


@pytest.mark.parametrize("p", [0.5, 0.25, 0.1, 0.3, 0.7, 0.999, 1e-3, 1e-5])
def test_so_many_are_kept(p):
    """A mask that drops a little too much shifts every activation: 16 million places."""
    manual_seed(3)
    kept = rng.bernoulli(p, (4096, 4096)).mean(dtype=np.float64)
    assert abs(kept - p) <= 2**-16 + SIGMAS * np.sqrt(p * (1 - p)) / 4096


@pytest.mark.parametrize("p", KINDS[:4])
@pytest.mark.parametrize("lag", [1, 2, 3, 4, 7, 8, 16, 31, 32, 63, 64, 128, 512])
def test_neighbours_are_independent(p, lag):
    """Words cut from one random number must not look alike: whole features would drop together."""
    mask = wide(p)
    flat = mask.reshape(-1)
    assert abs(correlation(flat[lag:], flat[:-lag])) < SIGMAS
    assert abs(correlation(mask[lag:], mask[:-lag])) < SIGMAS


@pytest.mark.parametrize("p", KINDS[:4])
def test_no_row_column_or_half_stands_out(p):
    """A feature dropped more often than others learns less; the halves have their own streams."""
    mask = wide(p)
    for axis in (0, 1):
        sums = mask.sum(axis=axis) / np.sqrt(1024)
        assert np.abs(sums).max() < SIGMAS + 1
        # The variance of 1024 sums: 1, give or take the noise of a chi-square.
        assert abs(sums.var() - 1) < SIGMAS * np.sqrt(2 / 1024)
    upper, lower = np.split(mask, 2)
    assert abs(correlation(upper, lower)) < SIGMAS


@pytest.mark.parametrize("p", KINDS[:4])
@pytest.mark.parametrize("shape", [(64, 256), (1024, 1024)])
def test_calls_are_independent(p, shape):
    """The same mask twice would train the same small network twice."""
    manual_seed(5)
    masks = [standardised(rng.bernoulli(p, shape), p) for _ in range(6)]
    for place, mask in enumerate(masks):
        for other in masks[:place]:
            assert abs(correlation(mask, other)) < SIGMAS


@pytest.mark.parametrize("p", KINDS)
@pytest.mark.parametrize("shape", [(3, 5), (600, 700)])
def test_one_processor_gives_the_same_mask(p, shape, monkeypatch):
    """A run on another machine would not repeat."""
    manual_seed(7)
    first = rng.bernoulli(p, shape)
    monkeypatch.setattr(kernels, "two_processors", lambda: False)
    manual_seed(7)
    assert (rng.bernoulli(p, shape) == first).all()


def test_a_thread_has_a_generator_of_its_own():
    """Two threads that draw from one stream would each get what the other leaves."""
    manual_seed(11)
    alone = rng.normal((100,))
    manual_seed(11)
    drawn, other = [], []
    ready = threading.Barrier(2)

    def draw():
        ready.wait()
        other.extend([rng.normal((100,)), rng.generator()])
        manual_seed(11)
        other.append(rng.normal((100,)))
        ready.wait()

    thread = threading.Thread(target=draw)
    thread.start()
    ready.wait()
    ready.wait()
    drawn.append(rng.normal((100,)))
    thread.join()
    assert other[1] is not rng.generator()
    np.testing.assert_array_equal(drawn[0], alone)
    np.testing.assert_array_equal(other[2], alone)
    assert (other[0] != alone).any()


@pytest.mark.parametrize("p", [0.5, 0.2])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_what_is_kept_is_scaled(p, dtype):
    """Exactly by 1 / (1 - p), as far as the dtype can say."""
    manual_seed(0)
    result = Dropout(p)(Tensor(np.ones((700, 700)), dtype=dtype)).data
    assert result.dtype == dtype
    assert set(np.unique(result)) == {0, dtype(1 / (1 - p))}


def test_the_other_thread_s_error_is_raised():
    """Half a result, and nobody told."""

    def fails():
        raise MemoryError("no room")

    with pytest.raises(MemoryError, match="no room"):
        kernels.at_once(int, fails)
    with pytest.raises(MemoryError, match="no room"):
        kernels.at_once(fails, int)


def test_halves_of_any_shape():
    """An odd number of rows, one row, or an input of one row for all."""
    for shape in [(3, 2**18), (1, 2**19), (2**19,), (2**18 + 1, 1)]:
        x = np.arange(np.prod(shape), dtype=np.float64).reshape(shape)
        row = np.ones((1, *shape[1:]))
        result = kernels.in_halves(lambda out, a, b: np.add(a, b, out=out), np.empty(shape), x, row)
        np.testing.assert_array_equal(result, x + 1)
