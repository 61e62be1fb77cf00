"""A probe watched while it runs: the flow through layers of any make, and a method's steps."""

import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tinytorch.core.activations import ReLU
from tinytorch.core.tensor import Tensor
from tito.engine.explanation import decode_record
from tito.engine.flow import value_words, watched
from tito.say.explanation import flow_lines
from tito.say.terminal import Screen


class Box:
    """A layer that adds its width to the last axis."""

    def __init__(self, more):
        self.in_features, self.out_features = 1, more

    def forward(self, x):
        padding = np.zeros((*x.shape[:-1], self.out_features))
        return Tensor(np.concatenate([x.data, padding], axis=-1))

    def __call__(self, x):
        return self.forward(x)


class Chain:
    def __init__(self, *layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def __call__(self, x):
        return self.forward(x)


class Breaks(Box):
    def forward(self, x):
        try:
            raise ValueError("no")
        finally:
            del x


def record_of(action, name="Chain.forward"):
    """What is noted while ``action`` runs, as the judge has it."""
    try:
        with watched(__file__, name, record_of, endless=False) as record:
            action()
    except ValueError:
        pass
    assert sys.gettrace() is None
    return decode_record(record)


def test_a_way_through_layers_one_after_the_other():
    """Lost otherwise: the picture of shapes, which is what the page is asked for."""
    model = Chain(Box(2), ReLU(), Box(3))
    legs = record_of(lambda: model(Tensor(np.ones((4, 1)))))["flow"]
    assert flow_lines(legs, Screen(), 100) == [
        "(4, 1) → Box(1→2) → (4, 3) → ReLU → (4, 3) → Box(1→3) → (4, 6)"
    ]


def test_it_ends_where_it_broke():
    """Lost otherwise: a layer that was never reached is shown, or the one at fault is not."""
    model = Chain(Box(2), Chain(Breaks(2)), Box(3))
    legs = record_of(lambda: model(Tensor(np.ones((4, 1)))))["flow"]
    assert flow_lines(legs, Screen(), 100) == ["(4, 1) → Box(1→2) → (4, 3) → Breaks(1→2) ✗"]


def test_what_is_not_handed_on_begins_anew():
    """Lost otherwise: a forward that gives x to each layer looks like one that chains them."""

    class Restarts(Chain):
        def forward(self, x):
            return [layer(x) for layer in self.layers][-1]

    model = Restarts(Box(2), Box(3))
    legs = record_of(lambda: model(Tensor(np.ones((4, 1)))))["flow"]
    assert flow_lines(legs, Screen(), 100) == [
        "(4, 1) → Box(1→2) → (4, 3)",
        "(4, 1) → Box(1→3) → (4, 4)",
    ]


trees = st.recursive(
    st.integers(1, 3).map(Box), lambda inner: st.lists(inner, min_size=1, max_size=3), max_leaves=8
)


def built(tree):
    return Chain(*map(built, tree)) if isinstance(tree, list) else tree


@given(trees, st.lists(st.integers(1, 2), max_size=3))
def test_however_networks_are_nested_the_shapes_join(tree, axes):
    """Lost otherwise: a layer inside a Sequential inside a Sequential is missing or shown twice."""
    model, x = built([tree]), Tensor(np.ones((*axes, 1)))
    legs = record_of(lambda: model(x))["flow"]
    assert all(leg["joined"] for leg in legs[1:])
    assert [leg["in"] for leg in legs[1:]] == [leg["out"] for leg in legs[:-1]]
    assert legs[-1]["out"] == str(model(x).shape)


def test_a_method_step_by_step():
    """Lost otherwise: one sees that the result is wrong, but not at which line it became so."""
    first = Chain.forward.__code__.co_firstlineno
    steps = record_of(lambda: Chain(Box(1))(Tensor([[2.0]])))["steps"]
    own = [step for step in steps if step["in"] == "Chain.forward"]
    assert own[0]["names"] == {"layer": "Box(1→1)"}
    assert (own[1]["line"], own[1]["names"]) == (first + 2, {"x": "Tensor (1, 2) [[2, 0]]"})
    assert own[-1]["returns"] == "Tensor (1, 2) [[2, 0]]"


def test_a_long_loop_is_not_told_turn_by_turn():
    """Lost otherwise: a loop over elements fills the page with one line, or takes minutes."""
    record = record_of(lambda: Chain(*[ReLU()] * 500)(Tensor([1.0])))
    assert record["repeats"]
    assert len(record["steps"]) <= 12
    assert len(record["flow"]) <= 40


def test_what_a_worker_notes_is_taken_with_care():
    """Lost otherwise: a worker that was rewired ends the judge, or writes over the screen."""
    for noted in (None, [], [None], [{}], [{"flow": 3}], 5, [{"flow": [], "steps": "x"}]):
        assert decode_record(noted) == {}
    step = {"line": 1, "in": "f\x1b[2J", "names": {"x": "y" * 9999}, "returns": "", "broke": 1}
    sent = {"flow": [], "steps": [step] * 999, "calls": 1, "method": "f", "repeats": 0}
    found = decode_record([sent])
    assert len(found["steps"]) <= 60
    assert found["steps"][0]["in"].isprintable()
    assert len(found["steps"][0]["names"]["x"]) <= 200


def test_values_are_shown_whole_where_they_are_few():
    """Lost otherwise: a worked example without its numbers."""
    assert value_words(Tensor([[1.0, 2.5]])) == "Tensor (1, 2) [[1, 2.5]]"
    assert value_words(np.arange(99.0)) == "array (99,) 0, 1, 2, …"
    assert value_words(np.float32(2.5)) == "float32 2.5"
    assert value_words(None) == "None"
