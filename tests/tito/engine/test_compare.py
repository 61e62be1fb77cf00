"""When two observations agree."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tito.engine.compare import agrees, compare, tells
from tito.engine.seen import Array, Near, Raised, Thing, decode

floats = st.floats(-1e6, 1e6, width=32)
arrays = hnp.arrays(np.float32, hnp.array_shapes(max_dims=3), elements=floats)


def tensor(values, requires_grad=False):
    return Array("Tensor", np.asarray(values, np.float32), requires_grad)


@given(arrays, st.data())
def test_one_wrong_element_is_a_difference(values, data):
    """A single wrong number must never pass."""
    wrong = values.copy()
    where = data.draw(st.integers(0, values.size - 1))
    wrong.flat[where] += max(1.0, 0.1 * float(np.abs(values).max()))
    assert compare(tensor(values), tensor(wrong)) is not None
    assert compare(tensor(values), tensor(values)) is None


@given(arrays)
def test_nan_never_agrees_by_accident(values):
    """A forward that gives NaN is wrong, whatever was expected."""
    wrong = values.copy()
    wrong.flat[0] = np.nan
    assert compare(tensor(values), tensor(wrong)) is not None
    assert compare(tensor(wrong), tensor(values)) is not None


@given(hnp.array_shapes(min_dims=0), hnp.array_shapes(min_dims=0))
def test_shapes_agree_exactly(left, right):
    """(4, 1) is not (4,): broadcasting hides mistakes."""
    assume(left != right)
    assert compare(tensor(np.ones(left)), tensor(np.ones(right))) is not None


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (tensor([1]), Array("ndarray", np.ones(1, np.float32), None)),
        (tensor([1]), Array("Tensor", np.ones(1, np.float64), False)),
        (tensor([1]), tensor([1], requires_grad=True)),
        (tensor(np.zeros((0, 2))), tensor(np.zeros((0, 3)))),
        ([1, 2], (1, 2)),
        ([1, 2], [1]),
        ([], None),
        (None, []),
        (True, 1),
        (1, True),
        ({"a": 1}, {"b": 1}),
        ("x itself", "another Tensor"),
        (Raised("ValueError", "", None, True), Raised("TypeError", "", None, True)),
        (Raised("ValueError", "", None, True), "no error"),
        (Near(1.0, 1.0, 0.1), Near(1.2, 1.0, 0.1)),
        (Near(1.0, 1.0, 0.1), Near(float("nan"), 1.0, 0.1)),
        (1.0, Thing("a Linear")),
        (0.5, decode({"is": "int", "value": "9" * 400})),
        (0.5, decode({"is": "int", "value": "-" + "9" * 400})),
    ],
)
def test_what_differs(expected, got):
    """Each of these would be a false pass."""
    difference = compare(expected, got)
    assert difference is not None
    assert difference.expected != difference.got


def test_chance_is_allowed_for():
    """A statistic within its tolerance is right; two wrong ones agree when chance explains it."""
    assert compare(Near(1.02, 1.0, 0.1), Near(0.95, 1.0, 0.1)) is None
    assert agrees(Near(1.41, 1.0, 0.1), Near(1.43, 1.0, 0.1))
    assert not agrees(Near(1.41, 1.0, 0.1), Near(31.0, 1.0, 0.1))


def test_errors_of_the_framework_agree_by_their_text():
    """Two different wrong products raise the same type with different shapes."""
    one = Raised("ValueError", "(3, 2) @ (4, 3)", 5, False)
    other = Raised("ValueError", "(2, 3) @ (4, 3)", 5, False)
    assert agrees(one, one)
    assert not agrees(one, other)


def test_a_call_that_does_not_fit_is_no_other_error():
    """Lost otherwise: any TypeError in a method is told as a missing argument."""
    call = Raised("TypeError", "f() got an unexpected keyword argument 'training'", None, False)
    inside = Raised("TypeError", "'Tensor' object does not support item assignment", 3, True)
    assert not agrees(inside, call)
    assert agrees(call, call)


@pytest.mark.parametrize("kind", ["AttributeError", "NameError", "TypeError"])
def test_an_error_is_evidence_of_the_method_that_it_arose_in(kind):
    """Lost otherwise: a missing method is told as an attribute that a method asks for in vain."""
    said = "'Net' object has no attribute 'layers'"
    in_forward = Raised(kind, said, 5, True, inside=("forward",))
    in_call = Raised(kind, said, 5, True, inside=("__call__", "forward"))
    elsewhere = Raised(kind, said, 9, True, inside=("parameters",))
    met_by_the_probe = Raised(kind, said, None, False)
    assert agrees(in_call, in_forward)
    assert not agrees(elsewhere, in_forward)
    assert not agrees(met_by_the_probe, in_forward)


def test_two_type_errors_mean_what_they_say():
    """Lost otherwise: any TypeError of the base is told as `raise NotImplemented`."""
    constant = Raised("TypeError", "exceptions must derive from BaseException", 2, True)
    own = Raised("TypeError", "subclasses must implement forward", 2, True)
    other = Raised("TypeError", "write forward!", 2, True)
    assert not agrees(own, constant)
    assert agrees(own, other)


def test_an_attribute_error_of_ones_own_means_what_its_type_says():
    """Lost otherwise: a refusal by AttributeError is known only by the words of another."""
    one, other, lacks = (
        Raised("AttributeError", text, 3, True)
        for text in ("write it", "not here", "'super' object has no attribute 'forward'")
    )
    assert agrees(one, other)
    assert not agrees(one, lacks)


def test_what_is_as_expected_is_no_evidence():
    """Lost otherwise: an error of one's own gets a name, for something else is as it should be."""
    expected = {"3 features": "shape (2, 2)", "6 features": "an error"}
    one, other = (
        {**expected, "3 features": Raised("ValueError", text, 3, True)}
        for text in ("mine", "another")
    )
    assert not tells(one, other, expected)
    assert tells({**expected, "6 features": "shape (2, 2)"}, other, expected)
