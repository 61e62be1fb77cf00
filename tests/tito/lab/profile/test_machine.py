"""Timing in turn: everything is called, what is said is the median; who else was at work."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from tito.lab.profile.machine import (
    MOST_MOVED,
    SQUARES,
    Others,
    Task,
    busy_words,
    moving_tasks,
    reading_of,
    square_tasks,
    take_turns,
)


def test_every_task_is_measured_however_short_the_time():
    """Lost otherwise: a figure is missing on a slow machine."""
    calls = []
    tasks = [Task(name, lambda name=name: calls.append(name)) for name in "ab"]
    found = take_turns(tasks, 0.0, lambda share: None)
    assert set(found) == set(calls) == {"a", "b"}


def test_the_tasks_take_turns():
    """Lost otherwise: one sees the machine's fast mood and another its slow one."""
    calls = []
    tasks = [Task(name, lambda name=name: calls.append(name)) for name in "ab"]
    take_turns(tasks, 0.1, lambda share: None)
    changes = sum(a != b for a, b in itertools.pairwise(calls))
    assert changes >= 2 * 3 - 1


def test_preparing_comes_before_each_call():
    """Lost otherwise: a backward is timed on a graph that is gone."""
    calls = []
    task = Task("a", lambda: calls.append("run"), lambda: calls.append("prepare"))
    task.times()
    assert calls[::2] == ["prepare"] * (len(calls) // 2)
    assert calls[1::2] == ["run"] * (len(calls) // 2)


def test_the_share_done_goes_up_to_one():
    """Lost otherwise: a bar that goes back, or past its end."""
    shares = []
    take_turns([Task("a", lambda: None)], 0.0, shares.append)
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_the_median_lies_in_the_middle_half(times):
    """Lost otherwise: a spread that does not hold the figure beside it."""
    reading = reading_of(times)
    assert min(times) == reading["best_s"] <= reading["low_s"] <= reading["median_s"]
    assert reading["median_s"] <= reading["high_s"] <= max(times)


def test_a_share_is_from_nothing_to_all():
    """Lost otherwise: a machine that is 130% busy."""
    assert 0 <= Others().share() <= 1


def test_only_a_busy_machine_is_said():
    """Lost otherwise: figures of a busy machine pass for its own."""
    assert busy_words(0.05) == ""
    assert "took 60% of the processors' time" in busy_words(0.6)


def test_large_squares_are_left_out_where_there_is_no_time():
    """Lost otherwise: a slow machine is kept busy for minutes, or has nothing to compare with."""
    assert tuple(square_tasks(0.0)) == SQUARES[:1]
    assert tuple(square_tasks(1e6)) == SQUARES


def test_any_number_of_bytes_can_be_moved():
    """Lost otherwise: an error of ours for a network without weights, or memory for a huge one."""
    for count in (0, 1, 3_000_000, MOST_MOVED + 1):
        for task in moving_tasks(count, "forward"):
            task.times(1)
