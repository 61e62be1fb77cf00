"""gradcheck: it finds what is wrong with a gradient, and raises no false alarm."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch import (
    GELU,
    BinaryCrossEntropyLoss,
    CrossEntropyLoss,
    Dense,
    GradcheckError,
    Linear,
    MSELoss,
    ReLU,
    Sequential,
    Sigmoid,
    Softmax,
    Tanh,
    Tensor,
    gradcheck,
    manual_seed,
)
from tinytorch.core.autograd import DERIVATIVES
from tinytorch.core.given.special import masked

# One use of each operation, of two inputs above 0; no number ties or lies at a bend.
EXAMPLES = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "power": lambda a, b: a**b,
    "matmul": lambda a, b: a @ b.T,
    "einsum": lambda a, b: np.einsum("ij,kj->ik", a, b),
    "negative": lambda a, b: -a,
    "exp": lambda a, b: a.exp(),
    "log": lambda a, b: a.log(),
    "sqrt": lambda a, b: a.sqrt(),
    "absolute": lambda a, b: abs(a),
    "sum": lambda a, b: a.sum(axis=0),
    "mean": lambda a, b: a.mean(axis=1, keepdims=True),
    "max": lambda a, b: a.max(axis=1),
    "min": lambda a, b: a.min(),
    "var": lambda a, b: a.var(axis=0),
    "reshape": lambda a, b: a.reshape(-1),
    "transpose": lambda a, b: a.transpose(0, 1),
    "index": lambda a, b: a[[0, 0, 1], 1:],
    "masked": lambda a, b: masked(a, np.eye(3, dtype=bool), scale=1.25),
    "relu": lambda a, b: ReLU()(a),
    "sigmoid": lambda a, b: Sigmoid()(a),
    "tanh": lambda a, b: Tanh()(a),
    "softmax": lambda a, b: Softmax()(a),
    "gelu": lambda a, b: GELU()(a),
    "cross_entropy": lambda a, b: CrossEntropyLoss()(a, [2, 0, 1]),
    "binary_cross_entropy": lambda a, b: BinaryCrossEntropyLoss()(a, b),
}


def leaf(data, dtype=np.float64):
    return Tensor(data, requires_grad=True, dtype=dtype)


def pair(seed=0):
    return map(leaf, np.random.default_rng(seed).uniform(0.3, 0.9, (2, 3, 3)))


class TestSharpness:
    """What it finds, and what it lets pass."""

    def test_there_is_an_example_of_every_operation(self):
        """A derivative that nobody checks is wrong sooner or later."""
        assert EXAMPLES.keys() == DERIVATIVES.keys()

    @pytest.mark.parametrize("name", EXAMPLES)
    @given(seed=st.integers(0, 2**32 - 1))
    def test_no_false_alarm(self, name, seed):
        """A check that is wrong once in a thousand runs is switched off."""
        assert gradcheck(EXAMPLES[name], *pair(seed))

    @pytest.mark.parametrize("name", EXAMPLES)
    def test_an_error_of_one_in_a_hundred_thousand(self, monkeypatch, name):
        """Training goes on with a slightly wrong gradient, only worse: nobody sees why."""
        rules = DERIVATIVES[name]
        for place, rule in enumerate(rules):
            wrong = list(rules)
            wrong[place] = lambda g, *saved, rule=rule: rule(g, *saved) * (1 + 1e-5)
            monkeypatch.setitem(DERIVATIVES, name, tuple(wrong))
            with pytest.raises(GradcheckError, match=f"got input {place} at"):
                gradcheck(EXAMPLES[name], *pair())

    @pytest.mark.parametrize("spoiled", [np.ones_like, np.abs, np.square])
    def test_what_comes_in_must_be_used(self, monkeypatch, spoiled):
        """A derivative that is right for a gradient of 1 is right for the last operation only."""
        rules = (lambda g, power: spoiled(g) * power,)
        monkeypatch.setitem(DERIVATIVES, "exp", rules)
        with pytest.raises(GradcheckError):
            gradcheck(Tensor.exp, leaf([1.0, 2.0, 3.0]))

    def test_relu_networks(self):
        """Bends of hidden units lie close to some numbers: that is no error."""
        manual_seed(0)
        model = Sequential(Linear(8, 64), ReLU(), Linear(64, 64), ReLU(), Linear(64, 3))
        x = leaf(np.random.default_rng(0).normal(size=(6, 8)))
        parameters = [p for p in model.parameters() if p.size < 600]
        assert gradcheck(lambda x, *_: model(x), x, *parameters)

    def test_numbers_of_any_size(self):
        """Steps fit the number: 1e6 + 1e-6 and 1e-4 - 1e-6 would both be useless."""
        assert gradcheck(lambda x: x.log() + 1 / x, leaf([1e-4, 1.0, 1e6]))
        assert gradcheck(lambda x: (x * x).mean(), leaf([1e6, -1e6]))


class TestInputs:
    """What may be given, and that it comes back as it was."""

    def test_inputs_come_back_as_they_were(self):
        """A check between two steps of a training must not change the training."""
        layer = Dense(3, 2)
        x = Tensor(np.ones((4, 3)))
        MSELoss()(layer(x), np.zeros((4, 2))).backward()
        before = [(p.data, p.grad, p.data.copy(), p.grad.data.copy()) for p in layer.parameters()]
        function = lambda *_: layer(x)  # noqa: E731
        assert gradcheck(function, *layer.parameters())
        with pytest.raises(GradcheckError):
            gradcheck(lambda *_: layer(x).exp() + layer(x).detach(), *layer.parameters())
        with pytest.raises(ZeroDivisionError):
            gradcheck(lambda *_: 1 // 0, *layer.parameters())
        for p, (data, grad, numbers, slopes) in zip(layer.parameters(), before, strict=True):
            assert p.data is data
            assert p.grad is grad
            assert p.dtype == np.float32
            np.testing.assert_array_equal(data, numbers)
            np.testing.assert_array_equal(grad.data, slopes)

    def test_others_are_handed_on(self):
        """Labels, options and constants belong to a function, too."""
        x, constant, table = leaf([[1.0, 2.0]]), Tensor([[3.0, 4.0]]), np.arange(2)

        def function(x, constant, labels, table, scale=None):
            assert constant.dtype == np.float32
            assert table.dtype == np.intp
            assert scale is None
            return CrossEntropyLoss()(x * constant, labels)

        assert gradcheck(function, x, constant, [1], table)

    def test_several_results(self):
        """A layer may give a result and a state; both have gradients."""
        a, b = pair()
        assert gradcheck(lambda a, b: (a * b, [], a.exp())[::2], a, b)
        assert gradcheck(lambda a, b: [(a * b).sum(), b, a.T], a, b)
        with pytest.raises(GradcheckError, match="input 1 at"):
            gradcheck(lambda a, b: (a * b, a * b.detach()), a, b)

    @pytest.mark.parametrize("shape", [(), (1,), (0,), (2, 0), (2, 1, 3)])
    def test_any_shape(self, shape):
        """A single number and an empty batch are inputs like others."""
        assert gradcheck(lambda x: x * x, leaf(np.full(shape, 3.0)))

    def test_a_tensor_given_twice(self):
        """Both uses count: its gradient is their sum."""
        x = leaf([1.0, 2.0])
        assert gradcheck(lambda a, b: a * b, x, x)

    def test_an_input_that_is_not_used(self):
        """No gradient is as good as 0 where nothing depends on the input."""
        assert gradcheck(lambda a, b: a.exp(), *pair())

    def test_a_transposed_array(self):
        """Gradients do not depend on how numbers lie in memory."""
        x = leaf(0)
        x.data = np.arange(6.0).reshape(2, 3).T
        assert gradcheck(lambda x: x.exp() @ x.T, x)
