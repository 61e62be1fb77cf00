"""What a probe returned, as data, and back."""

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tinytorch.core.tensor import Tensor
from tito.engine.compare import compare
from tito.engine.observe import observe
from tito.engine.seen import Array, Raised, Thing, decode, words

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | hnp.arrays(st.sampled_from([np.float32, np.float64, np.int64, np.bool_]), hnp.array_shapes())
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(), inner, max_size=4)
    ),
    max_leaves=10,
)


def across(value):
    """The value after its way to the judge."""
    return decode(json.loads(json.dumps(observe(value))))


@given(values)
def test_the_same_value_agrees_with_itself(value):
    """Or a right solution would fail."""
    assert compare(across(value), across(value)) is None


@given(values)
def test_whatever_was_seen_can_be_said(value):
    """Or a failed check would end in a traceback of ours."""
    assert isinstance(words(across(value)), str)


def test_a_tensor_is_told_from_an_array():
    """Returning an array where a Tensor belongs is a misconception of its own."""
    seen = across(Tensor([1.0, 2.0], requires_grad=True))
    assert (seen.kind, seen.requires_grad) == ("Tensor", True)
    assert across(np.ones(2)).kind == "ndarray"
    assert compare(seen, across(np.array([1.0, 2.0], np.float32))) is not None


def test_an_exception_is_known_by_its_built_in_type():
    """A learner may raise a ValueError of their own making."""

    class TooLarge(ValueError):
        pass

    seen = across(TooLarge("p is 3"))
    assert isinstance(seen, Raised)
    assert (seen.type, seen.text) == ("ValueError", "p is 3")


class Hostile:
    """Raises whatever is asked of it."""

    def __getattribute__(self, name):
        raise RuntimeError(name)

    def __str__(self):
        raise RuntimeError

    __repr__ = __len__ = __iter__ = __eq__ = __str__
    __hash__ = None


def test_hostile_objects_are_only_named():
    """An object whose every method raises must not end the worker."""
    assert isinstance(across(Hostile()), Thing)
    assert isinstance(across([Hostile()])[0], Thing)
    assert isinstance(across({"x": Hostile()})["x"], Thing)


def test_what_is_large_is_only_named():
    """A learner's array of a gigabyte must not be sent."""
    assert isinstance(across(np.zeros(1 << 21, np.uint8)), Thing)
    assert isinstance(across(list(range(5000))), Thing)
    nested = []
    for _ in range(100):
        nested = [nested]
    assert across(nested) is not None
    assert isinstance(across(10**10_000), int)
    assert isinstance(across(np.array([object()])), Thing)
    assert isinstance(across(np.ones(3, complex)), Thing)


def test_an_empty_array_keeps_its_shape():
    """An empty batch is a case of its own."""
    seen = across(np.zeros((0, 3), np.float32))
    assert isinstance(seen, Array)
    assert seen.shape == (0, 3)
