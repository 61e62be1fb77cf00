"""What a value is in a few words: bounded, on one line, and never by asking the value."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tinytorch.core.layers import Dropout, Linear
from tinytorch.core.tensor import Tensor
from tito.engine.glimpse import attribute, glimpse, layer_words, shape_of

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | hnp.arrays(hnp.scalar_dtypes(), hnp.array_shapes(min_dims=0, max_dims=5, max_side=3))
    | hnp.scalar_dtypes().map(lambda dtype: np.zeros((), dtype)[()]),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.lists(inner, max_size=5).map(tuple)
        | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(anything)
def test_whatever_is_in_scope_is_a_few_printable_characters(value):
    """Lost otherwise: one variable fills the screen, or moves the cursor."""
    words = glimpse(value)
    assert words.isprintable()
    assert 0 < len(words) <= 100


@given(hnp.arrays(np.float32, hnp.array_shapes(max_dims=4)))
def test_shapes_are_those_of_numpy(values):
    """Lost otherwise: the shape, which is what most mistakes here are about."""
    assert glimpse(values) == f"array {values.shape}"
    assert glimpse(Tensor(values)) == f"Tensor {values.shape}"
    assert shape_of(Tensor(values)) == values.shape


def leave(*_arguments, **_more):
    raise SystemExit("a learner's code ran")


def traps():
    """Classes that leave the program whatever is asked of them."""

    class LyingMeta(type):
        def __getattribute__(cls, name):
            leave()

        __instancecheck__ = __subclasscheck__ = __repr__ = leave

    class Trap(metaclass=LyingMeta):
        __repr__ = __str__ = __len__ = __bool__ = __eq__ = __hash__ = __getattribute__ = leave
        __class__ = shape = data = weight = property(leave)

    class TrapTensor(Tensor):
        __slots__ = ()
        data = shape = property(leave)
        __repr__ = __getattribute__ = __len__ = leave

    class TrapArray(np.ndarray):
        shape = dtype = property(leave)
        __repr__ = __getattribute__ = __len__ = leave

    class TrapInt(int):
        __repr__ = __str__ = __format__ = leave

    class TrapList(list):
        __repr__ = __len__ = __iter__ = __getitem__ = leave

    return {kind: value for kind, value in locals().items() if kind != "LyingMeta"}


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda t: t["Trap"](), "a Trap"),
        (lambda t: t["Trap"], "class Trap"),
        (lambda t: object.__new__(t["TrapTensor"]), "Tensor"),
        (lambda t: np.ndarray.__new__(t["TrapArray"], (2, 3)), "array (2, 3)"),
        (lambda t: t["TrapInt"](3), "a TrapInt"),
        (lambda t: t["TrapList"]([1]), "a TrapList"),
    ],
    ids=["object", "class", "tensor", "array", "int", "list"],
)
def test_no_code_of_a_learner_runs(make, words):
    """Lost otherwise: an object in scope ends the test, hangs it, or lies about itself."""
    shown = glimpse(make(traps()))
    assert shown == words


def test_an_attribute_is_what_the_instance_itself_holds():
    """Lost otherwise: looking at a layer runs its properties, or takes a method for a value."""

    class Slotted:
        __slots__ = ("kept", "unset")
        shared = 1

        def __init__(self):
            self.kept = 5

    class Open:
        shared = 1
        computed = property(leave)

        def __init__(self):
            self.kept = 6

    assert attribute(Slotted(), "kept") == (True, 5)
    assert attribute(Open(), "kept") == (True, 6)
    for thing, name in ((Slotted(), "unset"), (Open(), "computed"), (Open(), "shared"), (3, "x")):
        assert attribute(thing, name) == (False, None)


def test_a_layer_is_named_by_its_sizes():
    """Lost otherwise: of three Linear layers nobody knows which one is meant."""
    assert layer_words(Linear(784, 128)) == "Linear(784→128)"
    assert layer_words(Dropout(0.2)) == "Dropout(0.2)"
    bare = Linear(3, 2)
    del bare.in_features
    assert layer_words(bare) == "Linear(3→2)"
    bare.weight = "no tensor"
    assert layer_words(bare) == "Linear"
