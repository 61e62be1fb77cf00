"""Autograd: the walk back, what it leaves behind, and how it fails."""

import gc
import weakref

import numpy as np
import pytest

from tinytorch import (
    GELU,
    BinaryCrossEntropyLoss,
    CrossEntropyLoss,
    Dropout,
    Linear,
    MSELoss,
    ReLU,
    Sequential,
    Sigmoid,
    Softmax,
    Tanh,
    Tensor,
)
from tinytorch.core.autograd import DERIVATIVES

# From a matrix of two rows and columns to a number; each operation is in one of them.
FUNCTIONS = [
    lambda x: x.mean(),
    lambda x: x.mean(axis=0).sum(),
    lambda x: x.var(axis=1).sum(),
    lambda x: x.max(axis=1).sum() + x.sum(axis=0).min(),
    lambda x: (x**2 + 2**x + x**x).sum(),
    lambda x: (x.exp() + x.log() + x.sqrt() + abs(x)).sum(),
    lambda x: (x / 3 - 1 / x + x * np.pi).sum(),
    lambda x: (x @ x.T).reshape(4)[:1].sum() - np.einsum("ij,jk->", x, x),
    lambda x: -x.min(),
    lambda x: (GELU()(x) + Sigmoid()(x) + Tanh()(x) + ReLU()(x) + Softmax()(x)).sum(),
    lambda x: CrossEntropyLoss()(x, [0, 1]),
    lambda x: BinaryCrossEntropyLoss()(x, np.ones((2, 2))),
    lambda x: MSELoss()(x, np.ones((2, 2))),
]


def leaf(*numbers):
    return Tensor(numbers, requires_grad=True)


@pytest.fixture
def no_collector():
    """Without the garbage collector only what has no circles is freed."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


class TestWalk:
    """Gradients reach every leaf, each once, whatever the shape of the graph."""

    def test_a_hundred_thousand_operations_in_a_row(self):
        """A recursive walk fails at a thousand: long sequences would not learn."""
        x = y = leaf(1.0, 2.0)
        for _ in range(100_000):
            y = y + 1
        y.sum().backward()
        np.testing.assert_array_equal(x.grad.data, [1, 1])

    def test_sixty_doublings_of_a_shared_node(self):
        """Walking every path would take 2 to the power of 60 steps: for ever."""
        x = y = leaf(1.0)
        for _ in range(60):
            y = y + y
        y.backward()
        assert x.grad.item() == 2.0**60

    def test_a_node_waits_for_all_that_used_it(self, check_gradients):
        """A value used early and late must have both gradients before it hands them on."""

        def function(x):
            early = x * x
            late = early
            for _ in range(3):
                late = late * early + x
            return late * early

        check_gradients(function, [0.5, -0.3])

    def test_gradients_accumulate(self):
        """Two batches before one step is how large batches fit into memory."""
        x = leaf(3.0)
        (x * 2).backward()
        first = x.grad
        (x * 5).backward()
        assert x.grad.item() == 7
        assert first.item() == 2, "a gradient that a person holds was overwritten"

    def test_only_leaves_that_want_one_get_a_gradient(self):
        """A constant costs neither time nor memory."""
        x, constant = leaf(2.0), Tensor([3.0])
        y = x * constant
        y.backward()
        assert constant.grad is None
        assert y.grad is None
        assert type(x.grad) is Tensor
        assert x.grad.shape == x.shape
        assert not x.grad.requires_grad

    def test_a_leaf_itself(self):
        """The shortest graph is none."""
        x = leaf(2.0)
        x.backward()
        assert x.grad.item() == 1


class TestStart:
    """What backward starts with."""

    def test_several_numbers_want_a_gradient(self):
        """A person learns why a loss is one number."""
        x = leaf(1.0, 2.0)
        with pytest.raises(ValueError, match=r"one number.*got shape \(2,\).*give a gradient"):
            (x * 2).backward()
        (x * 2).backward([1.0, 10.0])
        np.testing.assert_array_equal(x.grad.data, [2, 20])
        with pytest.raises(ValueError, match=r"shape \(2,\), got shape \(1, 2\)"):
            (x * 2).backward([[1.0, 1.0]])

    def test_without_a_graph(self):
        """The message says where requires_grad is missing."""
        with pytest.raises(RuntimeError, match="Set requires_grad=True on the weights"):
            Tensor([1.0]).backward()

    def test_a_second_time(self):
        """The graph is gone; a silent zero would be worse than an error."""
        x = leaf(2.0)
        hidden = x * x
        y = hidden * 3
        other = hidden * 5
        y.backward()
        for tensor in (y, other):
            with pytest.raises(RuntimeError, match="Run the forward pass again"):
                tensor.backward()
        assert x.grad.item() == 12, "a backward that failed changed a gradient"


class TestGraph:
    """How long the graph lives."""

    @pytest.mark.usefixtures("no_collector")
    @pytest.mark.parametrize("walked", [True, False])
    def test_freed_without_the_garbage_collector(self, walked):
        """Training would fill the memory between two runs of the collector."""
        layer = Linear(3, 2)
        x = Tensor(np.ones((4, 3)))
        array = weakref.ref(x.data)
        loss = MSELoss()(layer(x), np.zeros((4, 2)))
        del x
        assert array() is not None
        if walked:
            loss.backward()
            assert array() is None, "backward keeps what it no longer needs"
        del loss
        assert array() is None
        leaf_data = weakref.ref(layer)
        del layer
        assert leaf_data() is None

    @pytest.mark.usefixtures("no_collector")
    @pytest.mark.parametrize("walked", [True, False])
    @pytest.mark.parametrize("function", FUNCTIONS)
    def test_nothing_is_left_for_the_garbage_collector(self, function, walked):
        """What points to itself stays until the collector comes: by then the memory may be full."""
        model = Sequential(Linear(2, 2), Dropout(0.1), Sigmoid())
        gc.collect()
        loss = function(model(Tensor([[0.25, 0.5], [0.75, 1.0]])))
        if walked:
            loss.backward()
        del loss
        assert gc.collect() == 0


class TestTable:
    """The table of derivatives is what an operation's name leads to."""

    def test_an_operation_without_a_rule(self):
        """A gradient that is silently missing looks like a network that does not learn."""
        x = leaf(2.0)
        y = Tensor.recorded("cube", x.data**3, (x,), (x.data,)) * 1.0
        with pytest.raises(NotImplementedError, match="derivative for each input of 'cube'"):
            y.backward()
        assert x.grad is None

    @pytest.mark.parametrize("function", FUNCTIONS)
    def test_float32_all_the_way(self, monkeypatch, function):
        """One float64 number in a rule makes all of backward twice as slow and as large."""
        seen = []
        monkeypatch.setitem(DERIVATIVES, "spy", (lambda g: seen.append(g.dtype) or g,))
        x = Tensor([[0.25, 0.5], [0.75, 1.0]], requires_grad=True)
        result = function(Tensor.recorded("spy", x.data, (x,)))
        assert result.dtype == np.float32
        result.backward()
        assert seen == [np.float32]

    def test_a_new_rule_is_one_line(self, monkeypatch):
        """People extend the framework with operations of their own."""
        monkeypatch.setitem(DERIVATIVES, "cube", (lambda g, x: g * 3 * x**2,))
        x = leaf(2.0)
        Tensor.recorded("cube", x.data**3, (x,), (x.data,)).backward()
        assert x.grad.item() == 12
