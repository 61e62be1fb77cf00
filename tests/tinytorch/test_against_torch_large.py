"""Arrays so large that two threads share the work, against PyTorch: no half is missed or mixed."""

import numpy as np
import pytest

from tinytorch import (
    GELU,
    SGD,
    Adam,
    AdamW,
    CrossEntropyLoss,
    Dropout,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
    Tensor,
)
from tinytorch.core.given.kernels import LARGE

SHAPES = [(601, 437), (2, 3, 43_721), (1, LARGE + 1), (LARGE + 1,)]
ACTIVATIONS = {"ReLU": ReLU(), "Sigmoid": Sigmoid(), "Tanh": Tanh(), "GELU": GELU()}


def numbers(shape, seed=0):
    """Numbers as scores are, some of them far out."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(shape, dtype=np.float32) * 3
    return np.where(rng.random(shape) < 0.01, x * 1000, x)


@pytest.mark.parametrize("seed", [0, 1, 2, 3])  # each with another order in memory
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(check_against_torch, torch, name, shape, seed):
    """A network would be right on small examples, and wrong on those that matter."""
    theirs = getattr(torch.nn, name)()
    check_against_torch(ACTIVATIONS[name], theirs, numbers(shape), seed=seed, atol=2e-6)


@pytest.mark.parametrize(
    ("shape", "axis"), [((601, 437), 0), ((601, 437), 1), ((2, 3, 43_721), 1), ((1, LARGE + 1), 1)]
)
def test_softmax(check_against_torch, shape, axis):
    """The halves are cut along the first axis, whatever axis adds up to 1."""
    ours, theirs = Softmax(axis), lambda x: x.softmax(axis)
    check_against_torch(ours, theirs, numbers(shape), atol=2e-6)


def test_cross_entropy(check_against_torch, torch):
    """Two thousand examples of two hundred classes."""
    labels = np.arange(2001) % 200
    ours, theirs = CrossEntropyLoss(), torch.nn.CrossEntropyLoss()
    check_against_torch(
        lambda x: ours(x, labels),
        lambda x: theirs(x, torch.tensor(labels)),
        numbers((2001, 200)),
        atol=1e-9,
    )


def test_dropout():
    """The same numbers stay in the result and in the gradient, in both halves."""
    x = Tensor(np.full((601, 437), 2.0), requires_grad=True)
    y = Dropout(0.25)(x)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.data * 2, y.data)
    assert set(np.unique(y.data)) == {0, np.float32(2 / 0.75)}
    for half in (y.data[:300], y.data[300:]):
        assert (half == 0).mean() == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize(
    ("kind", "options"), [(SGD, {}), (SGD, {"momentum": 0.9}), (Adam, {}), (AdamW, {})]
)
def test_optimizers(torch, kind, options, order):
    """Half of a weight matrix would stay as it was, or learn from the other half's gradient."""
    start = numbers((601, 437))
    w, theirs = Tensor(start, requires_grad=True), torch.tensor(start, requires_grad=True)
    w.data = np.array(start, order=order)
    ours = kind([w], lr=0.01, **options)
    their_optimizer = getattr(torch.optim, kind.__name__)([theirs], lr=0.01, **options)
    for step in range(3):
        gradient = numbers(start.shape, seed=step)
        w.grad, theirs.grad = Tensor(gradient), torch.tensor(gradient)
        ours.step()
        their_optimizer.step()
    np.testing.assert_allclose(w.data, theirs.detach().numpy(), rtol=1e-5, atol=1e-5)
