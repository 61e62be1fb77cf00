"""Arithmetic: values, gradients, broadcasting, and how numbers and arrays join in."""

import operator
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, mutually_broadcastable_shapes

from tinytorch import Tensor, no_grad

seeds = st.integers(0, 2**32 - 1)
shapes = array_shapes(min_dims=0, max_dims=3, min_side=1, max_side=4)
pairs = mutually_broadcastable_shapes(num_shapes=2, min_dims=0, max_dims=3, max_side=3)

OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]
TWO = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "power": operator.pow,
    "the same twice": lambda a, b: (a * b + a) * a - b / a,
}
ONE = {
    "negative": operator.neg,
    "abs": lambda x: abs(x - 1.0),
    "exp": lambda x: x.exp(),
    "log": lambda x: x.log(),
    "sqrt": lambda x: x.sqrt(),
    "square": lambda x: x**2,
    "cube root": lambda x: x ** (1 / 3),
    "reciprocal": lambda x: 1 / x,
    "number first": lambda x: 2 - x,
    "number to a power": lambda x: 2.0**x,
    "power 0": lambda x: x**0,
    "power -1": lambda x: x**-1,
}


def positive(seed, *shapes):
    """Numbers from 0.5 to 2 that keep away from 1, where abs(x - 1) has a corner."""
    rng = np.random.default_rng(seed)
    for shape in shapes:
        yield rng.uniform(0.5, 0.9, shape) + rng.integers(0, 2, shape) * 0.7


@pytest.mark.parametrize("name", TWO)
@given(shapes=pairs, seed=seeds)
def test_gradients_of_two_operands(check_gradients, name, shapes, seed):
    """Training goes the wrong way if one of these derivatives is wrong."""
    check_gradients(TWO[name], *positive(seed, *shapes.input_shapes))


@pytest.mark.parametrize("name", ["maximum", "minimum"])
@given(shapes=pairs, seed=seeds)
def test_the_larger_and_the_smaller_as_in_pytorch(check_against_torch, torch, name, shapes, seed):
    """The obvious ReLU, x.maximum(0), would have another slope; where two tie, they share it."""
    rng = np.random.default_rng(seed)
    several = [rng.integers(-2, 3, shape) for shape in shapes.input_shapes]
    ours, theirs = getattr(Tensor, name), getattr(torch, name)
    assert check_against_torch(ours, theirs, *several, seed=seed) == {name}
    with_nan = getattr(Tensor([np.nan, 1.0]), name)([2.0, np.nan])
    assert np.isnan(with_nan.data).all()


@pytest.mark.parametrize("name", ONE)
@given(shape=shapes, seed=seeds)
def test_gradients_of_one_operand(check_gradients, name, shape, seed):
    """Training goes the wrong way if one of these derivatives is wrong."""
    check_gradients(ONE[name], *positive(seed, shape))


@pytest.mark.parametrize(
    ("function", "other"),
    [
        *product(OPERATORS, [2.0, 2, np.float64(2), [1.0, 2.0], np.array([1.0, 2.0])]),
        *product([operator.matmul], [[1.0, 2.0], np.array([1.0, 2.0])]),
    ],
)
def test_numbers_lists_and_arrays_on_either_side(function, other):
    """`mask * x` would be an array without a graph, and learning would stop silently."""
    x = Tensor([3.0, 4.0], requires_grad=True)
    for result, expected in (
        (function(x, other), function(x.data, np.asarray(other))),
        (function(other, x), function(np.asarray(other), x.data)),
    ):
        assert type(result) is Tensor
        assert result.requires_grad
        assert result.dtype == np.float32
        np.testing.assert_allclose(result.data, expected, rtol=1e-6)


@pytest.mark.parametrize("function", COMPARISONS)
def test_comparisons_give_boolean_tensors(function):
    """`(prediction == label).mean()` is how accuracy is counted."""
    a, b = np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0])
    for x, y in ((Tensor(a), Tensor(b)), (Tensor(a), b), (a, Tensor(b)), (Tensor(a), 2.0)):
        result = function(x, y)
        assert type(result) is Tensor
        assert result.dtype == np.bool_
        np.testing.assert_array_equal(result.data, function(np.asarray(x), np.asarray(y)))
    assert (Tensor(a) == Tensor(b)).mean().item() == pytest.approx(1 / 3)


def test_equality_with_what_is_no_number_is_false_and_hash_is_identity():
    """A tensor could not be kept in a set, or compared with None."""
    x, y = Tensor([1.0, 2.0]), Tensor([1.0, 2.0])
    assert (x == None) is False  # noqa: E711
    assert (x != "word") is True
    assert len({x, y, x}) == 2


def test_in_looks_for_a_number():
    """`3 in labels` asks all numbers, not whether all are 3."""
    x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    assert 3 in x
    assert Tensor(4.0) in x
    assert 5 not in x
    assert None not in x


@pytest.mark.parametrize("function", OPERATORS + COMPARISONS)
def test_shapes_that_do_not_broadcast_are_both_named(function):
    """A beginner sees which two shapes met, and what would fit."""
    with pytest.raises(ValueError, match=r"Cannot broadcast \(2, 3\) .* \(4,\): counted"):
        function(Tensor(np.ones((2, 3))), Tensor(np.ones(4)))


def test_float64_stays_float64_and_whole_numbers_become_float32():
    """Precision would be lost silently, or 0.5 would be cut to 0."""
    assert (Tensor([1.0], dtype=np.float64) * np.pi).dtype == np.float64
    assert (Tensor([1.0], dtype=np.float64) * np.pi).item() == np.pi
    whole = Tensor([1, 2], dtype=np.int64)
    for result in (whole * 0.5, whole / 2, whole + whole, -whole, whole.sum(), whole.exp()):
        assert result.dtype == np.float32
    np.testing.assert_array_equal((whole * 0.5).data, [0.5, 1.0])
    assert (Tensor([True, True], dtype=bool) + Tensor([True, False], dtype=bool)).data[0] == 2


def test_a_subclass_of_tensor_keeps_the_graph():
    """A person's own `class Parameter(Tensor)` meets plain tensors on both sides."""

    class Parameter(Tensor):
        pass

    p, x = Parameter([2.0], requires_grad=True), Tensor([3.0], requires_grad=True)
    (p * x + x * p).backward()
    assert (p.grad.item(), x.grad.item()) == (6.0, 4.0)


def test_gradients_keep_the_dtype_of_their_tensor():
    """A float64 gradient would make every later step slower and larger."""
    x = Tensor([1.0, 2.0], requires_grad=True)
    (x * Tensor([1.0, 2.0], dtype=np.float64)).sum().backward()
    assert x.grad.dtype == np.float32


class TestInPlace:
    """`x += 1` and its like."""

    @pytest.mark.parametrize(
        "function", [operator.iadd, operator.isub, operator.imul, operator.itruediv]
    )
    def test_a_parameter_inside_no_grad_stays_itself(self, torch, function):
        """A loop of one's own, as in PyTorch, would run and change no weight."""
        w, theirs = Tensor([4.0, 6.0], requires_grad=True), torch.tensor([4.0, 6.0])
        same, held, before = w, w.data, w.data.copy()
        with no_grad():
            w = function(w, Tensor([2.0, 1.0]))
            w = function(w, np.float64(0.5))
        assert w is same
        assert (w.requires_grad, w.node, w.dtype) == (True, None, np.float32)
        function(function(theirs, torch.tensor([2.0, 1.0])), 0.5)
        np.testing.assert_array_equal(w.data, theirs.numpy())
        np.testing.assert_array_equal(held, before)

    def test_a_change_of_another_shape(self):
        """A gradient of a whole batch would turn a bias into a matrix."""
        w = Tensor([1.0, 2.0], requires_grad=True)
        with no_grad(), pytest.raises(ValueError, match=r"own shape \(2,\), got .* \(3, 2\)"):
            w -= np.ones((3, 2))
        np.testing.assert_array_equal(w.data, [1, 2])

    def test_everything_else_is_named_anew(self):
        """What a graph has saved, or another name stands for, would change with it."""
        x = y = Tensor([1.0, 2.0], requires_grad=True)
        y *= 3
        z = y
        z += 1
        (y * z).sum().backward()
        np.testing.assert_array_equal(x.grad.data, 3 * (z.data + y.data))
        a = b = Tensor([1.0])
        with no_grad():
            b += 1
        assert (a.item(), b.item()) == (1, 2)
