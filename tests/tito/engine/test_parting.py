"""Where two observations part, in numbers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tito.engine.compare import measured, parting
from tito.engine.seen import Array, Near

halves = st.integers(-6, 6).map(lambda n: n / 2)
arrays = hnp.arrays(np.float32, hnp.array_shapes(max_dims=3), elements=halves)


@given(arrays, st.data())
def test_the_first_number_that_differs(values, data):
    """Lost otherwise: a person is sent to a number that is right."""
    place = tuple(data.draw(st.integers(0, n - 1)) for n in values.shape)
    other = values.copy()
    other[place] += 7
    found = parting({"y": Array("Tensor", values, True)}, {"y": Array("Tensor", other, True)})
    assert found["place"] == f"y [{', '.join(map(str, place))}]"
    assert float(found["got"]) - float(found["expected"]) == 7
    assert found["differ"] == f"1 of {values.size:,}"
    assert parting(Array("Tensor", values, True), Array("Tensor", values.copy(), True)) is None


def test_what_differs_in_shape_or_kind_has_no_first_number():
    """Lost otherwise: numbers of different places are compared with each other."""
    one, other = np.ones((2, 3), np.float32), np.ones((3, 2), np.float32)
    assert parting(Array("Tensor", one, True), Array("Tensor", other, True)) is None
    assert parting(Array("Tensor", one, True), Array("ndarray", one * 2, None)) is None
    assert parting(Array("Tensor", one, True), "words") is None


def test_a_statistic_beside_theory():
    """Lost otherwise: of what is random nobody can say how far off it is."""
    right, wrong = {"zeros": Near(0.21, 0.2, 0.1)}, {"zeros": Near(0.52, 0.2, 0.1)}
    (found,) = measured(right, wrong)
    assert found == {
        "what": "zeros",
        "got": "0.52",
        "expected": "0.2",
        "from": "0.1",
        "to": "0.3",
        "fits": "no",
    }
    assert measured(right, {"zeros": "everything at once"}) == []
    assert measured(right, "words") == []
