"""Whatever an attribute was set to, and whatever NumPy's functions are given beside a tensor."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinytorch import SGD, AdamW, Dropout, Linear, Softmax, Tensor
from tinytorch.core.given.interop import METHODS


def leaf():
    """A parameter with a gradient."""
    tensor = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    tensor.grad = Tensor([[0.1, 0.2], [0.3, 0.4]])
    return tensor


# What is read when something is used: it may have been set to anything since it was made.
ATTRIBUTES = [
    (leaf, Tensor.exp, ("data", "grad", "requires_grad")),
    (lambda: Linear(2, 2), lambda layer: layer(Tensor([[0.5, 1.0]])), ("weight", "bias")),
    (lambda: Dropout(0.5), lambda layer: layer(Tensor([[0.5, 1.0]])), ("training",)),
    (Softmax, lambda layer: layer(Tensor([[0.5, 1.0]])), ("dim",)),
    (lambda: SGD([leaf()], momentum=0.9), SGD.step, ("lr", "momentum", "nesterov")),
    (lambda: AdamW([leaf()]), AdamW.step, ("lr", "betas", "eps", "weight_decay")),
]


@pytest.mark.parametrize(
    ("make", "use", "attribute"),
    [(make, use, attribute) for make, use, attributes in ATTRIBUTES for attribute in attributes],
)
@settings(max_examples=20)
@given(data=st.data())
def test_attributes_that_were_set_to_anything(make, use, attribute, anything, outcome, data):
    """A schedule may set lr to None, and a person .data to a list."""
    owner, value = make(), data.draw(anything)
    before = pickle.dumps(owner)
    if outcome(setattr, owner, attribute, value) == "refused":
        assert pickle.dumps(owner) == before, "what failed changed something"
    else:
        parameters = pickle.dumps(getattr(owner, "params", None))
        if outcome(use, owner) == "refused":
            assert pickle.dumps(getattr(owner, "params", None)) == parameters


# np.dot of what is no array is left to NumPy, which multiplies any two objects.
FUNCTIONS = [function for function in METHODS if function is not np.dot]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
@settings(max_examples=20)
@given(data=st.data())
def test_functions_of_numpy(function, anything, outcome, data):
    """People write np.sum(x, axis) as they always did."""
    tensor, other = leaf(), data.draw(anything)
    outcome(function, tensor, other)
    if getattr(function, "nin", 1) == 2:
        outcome(function, other, tensor)
