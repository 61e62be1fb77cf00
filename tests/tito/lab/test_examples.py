"""`--input`: the shape of one example as a person writes it."""

import pytest

from tito.lab.networks import NetworkError, shape_of


@pytest.mark.parametrize(
    ("text", "shape"),
    [("784", (784,)), ("1,28,28", (1, 28, 28)), ("28x28", (28, 28)), (" (3, 2) ", (3, 2))],
)
def test_a_shape(text, shape):
    """Lost otherwise: a network of images cannot be measured."""
    assert shape_of(text) == shape


@pytest.mark.parametrize(
    "text", ["", "a", "0", "-3", "3,,2", "1.5", "99999999999", "9999,9999,9999"]
)
def test_what_is_no_shape(text):
    """Lost otherwise: a slip of the hand ends in an error of ours, or a full memory."""
    with pytest.raises(NetworkError, match="Write it like --input 784"):
        shape_of(text)
