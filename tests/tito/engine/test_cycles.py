"""The cycle of a recursion is found wherever the stack was cut, and said once."""

from hypothesis import given
from hypothesis import strategies as st

from tito.engine.frames import Frame, cycle_of, find_cycle

calls = st.tuples(st.sampled_from("abcdef"), st.integers(1, 9))


@given(
    lead=st.lists(st.tuples(st.sampled_from("xyz"), st.integers(1, 9)), max_size=8, unique=True),
    cycle=st.lists(calls, min_size=1, max_size=8, unique=True),
    rounds=st.integers(4, 40),
    cut=st.integers(0, 7),
    last=st.lists(st.tuples(st.sampled_from("uvw"), st.integers(1, 9)), max_size=6, unique=True),
)
def test_the_cycle_is_found_with_its_shortest_round(lead, cycle, rounds, cut, last):
    """Lost otherwise: a thousand frames, or a round that is said to have twice its calls."""
    stack = [*lead, *cycle * rounds, *cycle[: cut % len(cycle)], *last]
    begin, length = find_cycle(stack)
    assert (begin, length) == (len(lead), len(cycle))
    assert stack[begin : begin + length] == cycle


@given(st.lists(st.integers(), max_size=40, unique=True))
def test_different_calls_are_no_cycle(stack):
    """Lost otherwise: an error deep down in helpers is called a recursion."""
    assert find_cycle(stack) is None


@given(st.lists(calls, max_size=60))
def test_what_is_called_a_cycle_came_round_three_times(stack):
    """Lost otherwise: two calls of one helper are said to go on for ever."""
    found = find_cycle(stack)
    if found:
        begin, length = found
        assert stack[begin : begin + 2 * length] == stack[begin + length : begin + 3 * length]


def test_a_cycle_in_words():
    """Lost otherwise: a person cannot see which of their calls to take out."""
    assert cycle_of([Frame(3, "f", again=True)]) == "f (line 3) calls itself again."
    three = [(1, "A.f", False), (2, "A.g", False), (3, "B.h", True)]
    trace = [Frame(line, name, again=True, through=through) for line, name, through in three]
    assert cycle_of(trace) == (
        "A.f (line 1) calls A.g (line 2), which calls (through the library) B.h (line 3), "
        "which calls A.f again."
    )
