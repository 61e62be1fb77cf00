"""summary on models that fail, or that do what it cannot count: it says so, at the layer."""

import sys

import numpy as np
import pytest

from tinytorch import Layer, Linear, ReLU, Sequential, Tensor
from tinytorch.profiling import summary


class OnArrays:
    """A layer that leaves tensors for arrays."""

    def __init__(self, in_features, out_features):
        self.weight = Tensor(np.ones((in_features, out_features)), requires_grad=True)

    def forward(self, x):
        return Tensor(x.data @ self.weight.data)

    def __call__(self, x):
        return self.forward(x)

    def parameters(self):
        return [self.weight]


class Forgetful(Layer):
    """A layer whose forward has no return."""

    def __init__(self):
        self.inner = Linear(4, 4)

    def forward(self, x):
        self.inner(x)


class Cautious(Layer):
    """A layer that tries one thing, and does another where that fails."""

    def __init__(self):
        self.narrow, self.wide = Linear(3, 3), Linear(4, 4)

    def forward(self, x):
        try:
            return self.narrow(x)
        except ValueError:
            return self.wide(x)


class Endless(Layer):
    """A layer that calls itself for ever."""

    def forward(self, x):
        return self.forward(x)


def test_work_on_arrays_is_named():
    """A count of 0 for a product that took place would be a lie."""
    costs = summary(Sequential(OnArrays(784, 256), ReLU()), (32, 784))
    assert [row.unseen for row in costs.rows] == [True, False]
    assert "By the shape of its weight they are 6,422,528" in costs.rows[0].notes[0]
    assert "besides those that were not seen" in costs.text(200)


def test_no_return():
    """The commonest slip in a forward is seen at the next layer; the table names the right one."""
    costs = summary(Sequential(Forgetful(), Linear(4, 2)), (5, 4))
    assert costs.rows[-1].failed
    assert costs.rows[1].notes == ("gives None back. Is there a return in its forward?",)


def test_an_error_that_was_caught_is_no_failure():
    """What ran in the end is what counts."""
    costs = summary(Sequential(Cautious(), Linear(4, 2)), (5, 4))
    assert costs.error is None
    assert [row.failed for row in costs.rows] == [False, False, False]
    assert costs.rows[0].notes == ("raised an error, which was caught",)


def test_a_recursion_without_end():
    """Python stops it; the layer that called itself is the one marked."""
    costs = summary(Sequential(Linear(4, 4), Endless()), (5, 4))
    assert [row.failed for row in costs.rows] == [False, True]
    assert "RecursionError" in costs.error


class Rescued(Layer):
    """A layer that survives a recursion without end."""

    def __init__(self):
        self.endless, self.inner = Endless(), Linear(4, 4)

    def forward(self, x):
        try:
            return self.endless(x)
        except RecursionError:
            return self.inner(x)


class Unwatched(Layer):
    """A layer that ends all profiling, as a profiler of its own may."""

    def forward(self, x):
        sys.setprofile(None)
        return x


@pytest.mark.parametrize("first", [Rescued(), Unwatched()], ids=["recursion", "profiler"])
def test_numbers_that_lack_something_say_so(first):
    """Where Python itself stops reporting, what comes after is not seen."""
    costs = summary(Sequential(first, Linear(4, 2)), (5, 4))
    assert costs.error is None
    assert "what came after is not counted" in costs.notes[0]
    assert "not counted" in costs.text(200)
    assert "not counted" in costs._repr_html_()
    assert summary(Sequential(Linear(4, 2)), (5, 4)).notes == ()


class NumberByNumber(Linear):
    """A Linear written as sums of products of numbers."""

    def forward(self, x):
        terms = [x[..., k : k + 1] * self.weight[k] for k in range(self.in_features)]
        return sum(terms[1:], terms[0]) + self.bias


def test_products_number_by_number_are_named():
    """The work is the same as that of a product of matrices; only it cannot be told apart."""
    row = summary(NumberByNumber(8, 6), (4, 8)).rows[0]
    assert (row.unseen, row.multiply_adds) == (True, 0)
    assert row.notes[0].endswith("By the shape of its weight they are 192.")
    table = Tensor(np.ones((6, 4)), requires_grad=True)
    assert not summary(lambda places: table[places], np.zeros((3, 6), int)).rows[0].unseen
