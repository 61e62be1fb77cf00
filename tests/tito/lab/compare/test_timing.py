"""Times in turn, and what follows from the figures."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tito.lab.compare.timing import Timed, take

CALM = st.lists(st.floats(1.0, 1.9), min_size=3, max_size=3)
SECONDS = st.builds(lambda times, unit: [t * unit for t in times], CALM, st.floats(1e-6, 1.0))


def test_the_two_take_turns_and_each_begins_as_often():
    """Lost otherwise: a machine that warms up, or slows down, favours one of them."""
    order = []

    def side(name):
        def measure():
            order.append(name)
            return {"forward": [1.0, 2.0], "step": [3.0, 4.0], "others": [0.02]}

        return measure

    taken = take(side("a"), side("b"), (1, 32), rounds=3)
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert [(t.work, t.batch) for t in taken] == [
        ("forward", 1), ("forward", 32), ("step", 1), ("step", 32),
    ]  # fmt: skip
    assert taken[3].ours == [4.0, 4.0, 4.0]


@settings(deadline=None)
@given(SECONDS, SECONDS)
def test_who_is_faster_is_said_only_where_every_round_says_so(ours, torch):
    """Lost otherwise: noise is told as a result."""
    timed = Timed("forward", 32, ours, torch)
    close = 1 / 1.05 <= timed.ratio <= 1.05
    if not close and all(a < b for a, b in zip(ours, torch, strict=True)):
        assert timed.faster == "ours"
    elif not close and all(a > b for a, b in zip(ours, torch, strict=True)):
        assert timed.faster == "torch"
    else:
        assert timed.faster == "neither"
