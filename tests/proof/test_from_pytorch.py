"""What PyTorch's users type: each row of the page in both libraries; the page is current."""

import numpy as np
import pytest

from proof import pytorch_habits
from proof.pytorch_habits import Row, arrays, here, outcome, page, rows, run, world
from tinytorch import Tensor
from tinytorch.core.given.module import Module

ROWS = list(rows())
# What a bare error of Python's says, which names nothing to write.
BARE = ("unexpected keyword", "positional argument", "takes no arguments", "not an iterator")
BARE += ("not callable", "not subscriptable", "'NoneType' object", "not iterable")


@pytest.fixture(scope="module")
def torch():
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    return torch


def there(torch, ours):
    """The names that rows use, in PyTorch, with the numbers of the model here."""
    from tinytorch.torch import to_torch

    return world(torch, "torch", to_torch(ours["model"]), arrays())


def plain(value):
    """A value of either library as arrays, numbers, texts, and lists of these."""
    if isinstance(value, Tensor):
        return value.data
    kind = type(value)
    if kind.__module__.startswith("torch"):
        if hasattr(value, "detach"):
            return value.detach().numpy()
        if kind.__name__ == "dtype":
            return str(value).removeprefix("torch.")
        return list(value) if kind.__name__ == "Size" else kind.__name__
    if isinstance(value, np.dtype):
        return value.name
    if isinstance(value, type) and issubclass(value, np.generic):
        return np.dtype(value).name
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if value is None or isinstance(value, bool | int | float | str | np.ndarray):
        return value
    return kind.__name__


def assert_same(ours, theirs, random):
    """Equal values and shapes; of random numbers the shapes alone."""
    ours, theirs = plain(ours), plain(theirs)
    assert isinstance(ours, np.ndarray | np.generic) <= isinstance(theirs, np.ndarray)
    if isinstance(theirs, list):
        assert isinstance(ours, list)
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            assert_same(one, other, random)
    elif isinstance(theirs, np.ndarray):
        assert np.shape(ours) == theirs.shape
        if not random:
            np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=1e-6)
    elif isinstance(theirs, float):
        assert ours == pytest.approx(theirs, rel=1e-5)
    else:
        assert ours == theirs


def test_there_are_many_rows():
    """The first count of what beginners type was 319."""
    assert len(ROWS) > 400
    assert len({row.code for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)
@pytest.mark.filterwarnings("ignore")
def test_a_row(torch, row: Row):
    """What a name of PyTorch's means here in silence is the worst that can happen to its user."""
    told = outcome(row)
    if not told.startswith(("the same", "works")):
        assert not any(bare in told for bare in BARE), told
        assert len(told) > 40, told
        return
    ours = here()
    theirs = there(torch, ours)
    own, other = run(row.code, ours), run(row.code, theirs)
    if row.note:
        with pytest.raises(AssertionError):
            assert_same(own, other, row.random)
        return
    assert_same(own, other, row.random)
    if not isinstance(own, Tensor) or row.random:
        return
    assert own.requires_grad == other.requires_grad
    if own.requires_grad and not own.is_leaf:
        weights = np.random.default_rng(1).uniform(0.5, 1.5, own.shape)
        own.backward(weights)
        other.backward(torch.tensor(weights, dtype=other.dtype))
        for name in ("x", "v", "w"):
            mine, gradient = ours[name].grad, theirs[name].grad
            assert (mine is None) == (gradient is None)
            if gradient is not None:
                assert_same(mine, gradient, False)


def test_the_page_is_current():
    """A page that says what was true once sends people the wrong way."""
    assert pytorch_habits.PAGE.read_text(encoding="utf-8") == page()


def test_what_is_answered_is_not_there():
    """`hasattr`, `getattr` with a default and tab completion see only what works."""
    x = Tensor([1.0])
    assert not hasattr(x, "cuda")
    assert getattr(x, "device", "none") == "none"
    assert "cuda" not in dir(x)
    assert "view" in dir(x)
    assert "cuda" not in dir(Module())


def test_what_one_sets_comes_before_an_answer():
    """A layer of one's own may have an attribute that PyTorch uses for something else."""

    class Own(Module):
        def __init__(self):
            self.type = "mine"

        def compile(self):
            return "compiled"

    assert (Own().type, Own().compile()) == ("mine", "compiled")
