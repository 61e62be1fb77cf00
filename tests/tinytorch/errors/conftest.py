"""What tests of errors share: whatever a person may give, and what may come of it."""

import itertools
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import strategies as st

from tinytorch import Tensor

# Sizes are either small, or so large that they are refused: 10**12 numbers are 4 terabytes. What
# lies between would be made, as it should be. Endless iterators would be read for ever.
NUMBERS = [0, 1, 2, 3, -1, -7, True, 10**12, -(10**12), 2**63, 2**64, 10**30, 10**400, 10**5000]
NUMBERS += [0.0, 0.5, 1.5, -0.5, 1e-320, 1e300, float("inf"), -float("inf"), float("nan"), 1j]
NUMBERS += [np.float16(2), np.int8(-1), np.bool_(True), np.longdouble(2), np.complex64(1)]
NUMBERS += [Fraction(1, 3), Decimal(1), np.datetime64("2020"), np.str_("nine")]
LISTS = [[], [[]], (), {}, set(), [1, 2], [1.5, None], [1, "nine"], [[1], [2, 3]], [[[1]], 2]]
LISTS += [(0, 1), (1, 0), (0, 0), (0, 7), (-1, 1.5), ("nine",), {"weight": None}, {0: [1]}, {1, 2}]
LISTS += [[10**400], [np.ones(2), np.ones(3)], [Tensor([1.0])], range(3), memoryview(b"ab")]
LISTS += [np.array("nine"), np.array([None, 1]), np.zeros((0, 3)), np.empty(0, object)]
OTHERS = [None, "", "nine", b"ab", "ij,jk->ik", object(), ..., slice(None, 1.5), int, len, Tensor]
OTHERS += [np.float32, "float16", "int8", complex, object, "f4,f4", np.dtype("M8[s]"), np.exp]
OTHERS += [lambda *_, **__: None, lambda *_, **__: 1.5, lambda x: x]


def with_gradient():
    """A leaf as an optimizer meets it."""
    leaf = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    leaf.grad = Tensor([[0.1, 0.2], [0.3, 0.4]])
    return leaf


@st.composite
def arrays(draw):
    """Arrays of any kind of number and any small shape, as they are or as tensors."""
    shape = draw(st.lists(st.integers(0, 3), max_size=3))
    dtype = draw(st.sampled_from(["f4", "f8", "f2", "i8", "u1", "?", "c8", "O", ">f4"]))
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    kind = draw(st.sampled_from(["array", "tensor", "leaf", "turned", "result", "list"]))
    if kind == "list":
        return array.tolist()
    if kind == "array" or dtype in ("c8", "O"):
        return array
    tensor = Tensor(array.T if kind == "turned" else array, dtype=dtype)
    if kind in ("leaf", "result") and tensor.dtype.kind == "f":
        tensor.requires_grad = True
    return tensor * 2 if kind == "result" else tensor


@pytest.fixture(scope="session")
def anything():
    """A strategy for what a person may give by mistake."""
    return st.sampled_from([*NUMBERS, *LISTS, *OTHERS]) | arrays() | st.builds(with_gradient)


@pytest.fixture(scope="session")
def outcome():
    """Call something: its result is used, and it may refuse with a ValueError or a TypeError."""

    def outcome(call, *places, **names):
        # Infinity and NaN are results; whether NumPy warns of them is set with np.errstate.
        with np.errstate(all="ignore"):
            try:
                result = call(*places, **names)
                if isinstance(result, Iterator):
                    list(itertools.islice(result, 3))
                elif isinstance(result, AbstractContextManager):
                    with result:
                        pass
            except (ValueError, TypeError):
                return "refused"
        return "result"

    return outcome


@pytest.fixture(autouse=True)
def no_download(tmp_path, monkeypatch):
    """No server is asked for data, and nobody's cache is looked into."""
    monkeypatch.setenv("TINYTORCH_MNIST_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("TINYTORCH_CACHE", str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture(autouse=True)
def no_files(tmp_path, monkeypatch):
    """What is saved under any name is not saved among the sources."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def no_hang():
    """An error, where the system can, in place of a test that never ends."""

    def stop(*_):
        raise TimeoutError

    if hasattr(signal, "SIGALRM"):
        before = signal.signal(signal.SIGALRM, stop)
        signal.alarm(100)
    yield
    if hasattr(signal, "SIGALRM"):
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
