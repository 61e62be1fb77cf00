"""Who is measured when, what is measured again, and from what the ratios are taken."""

import pytest

from benchmarks.conductor import MOST_OTHERS, REPEATS, Patience, measure_row
from benchmarks.reading import Reading
from benchmarks.workloads import ROWS, Row, Work

ROW = Row("forward", "batch 1", Work("forward", (2, 1), 1))
BUSY = MOST_OTHERS + 0.2


class FakeSide:
    """A side that gives the readings it was made with, and writes down when it was asked."""

    def __init__(self, name, readings, log=None, kinds=("forward",)):
        self.name, self.readings, self.kinds = name, list(readings), kinds
        self.log = [] if log is None else log

    def knows(self, work):
        return work.kind in self.kinds

    def measure(self, work, seconds):
        self.log.append(self.name)
        return self.readings.pop(0)


class FakeClock:
    """A clock that only pauses move on."""

    def __init__(self):
        self.now = 0.0

    def pause(self, seconds):
        self.now += seconds


def patience(seconds=1000.0):
    clock = FakeClock()
    return Patience(seconds, pause=clock.pause, clock=lambda: clock.now)


def quiet(*values):
    return [Reading(value, others=0.0) for value in values]


def test_sides_take_turns_and_every_second_round_goes_backwards():
    """Otherwise a side always runs after the same other one, and pays for what that left behind."""
    log = []
    sides = {
        name: FakeSide(name, quiet(1.0, 1.0, 1.0), log) for name in ("tinytorch", "limit", "torch")
    }
    measure_row(ROW, sides, 3, 0.1, patience())
    there = ["tinytorch", "limit", "torch"]
    assert log == [*there, *there[::-1], *there]


def test_ratios_are_taken_within_a_round():
    """Otherwise a machine that slows down for a while makes one side slower than it is."""
    sides = {
        "tinytorch": FakeSide("tinytorch", quiet(1.0, 10.0, 2.0)),
        "torch": FakeSide("torch", quiet(2.0, 20.0, 4.0)),
    }
    result = measure_row(ROW, sides, 3, 0.1, patience())
    assert result.ratios("torch") == [2.0, 2.0, 2.0]
    assert result.value("tinytorch") == 2.0


@pytest.mark.parametrize("disturbed", [Reading(9.0, BUSY), Reading(9.0, 0.0, unevenness=2.0)])
def test_a_disturbed_reading_is_taken_again(disturbed):
    """Otherwise whatever else ran on the machine is part of the result."""
    side = FakeSide("tinytorch", [disturbed, disturbed, *quiet(1.0, 1.0)])
    result = measure_row(ROW, {"tinytorch": side}, 2, 0.1, patience())
    assert [reading.value for reading in result.readings["tinytorch"]] == [1.0, 1.0]
    assert (result.repeated, result.disturbed, result.doubtful) == (2, 0, False)


def test_a_machine_that_is_always_busy_gets_the_least_disturbed_reading_and_a_mark():
    """Otherwise the benchmark never ends there, or hides that its figures are worth little."""
    readings = [Reading(float(n), BUSY + n) for n in range(REPEATS + 1, 0, -1)]
    result = measure_row(ROW, {"tinytorch": FakeSide("", readings)}, 1, 0.1, patience())
    assert result.value("tinytorch") == 1.0
    assert (result.repeated, result.disturbed, result.doubtful) == (REPEATS, 1, True)


def test_patience_ends():
    """Otherwise a busy machine makes five minutes of it five times as many."""
    side = FakeSide("", [Reading(1.0, BUSY)] * 100)
    result = measure_row(ROW, {"tinytorch": side}, 7, 0.1, patience(0.5))
    assert (result.repeated, len(result.readings["tinytorch"])) == (3, 7)


def test_one_disturbed_reading_among_many_puts_no_median_in_doubt():
    """Otherwise nearly every row has a mark, and the mark says nothing."""
    readings = [*quiet(*[1.0] * 6), *[Reading(5.0, BUSY)] * (REPEATS + 1)]
    result = measure_row(ROW, {"tinytorch": FakeSide("", readings)}, 7, 0.1, patience())
    assert (result.disturbed, result.doubtful, result.value("tinytorch")) == (1, False, 1.0)


def test_a_system_that_cannot_tell_is_believed():
    """Otherwise nothing can be measured where there is no /proc/stat."""
    side = FakeSide("", [Reading(1.0, others=None)])
    assert measure_row(ROW, {"tinytorch": side}, 1, 0.1, patience()).repeated == 0


def test_a_side_is_not_asked_for_what_it_does_not_know():
    """Otherwise a row without a limit ends the run."""
    sides = {
        "tinytorch": FakeSide("tinytorch", quiet(1.0)),
        "limit": FakeSide("limit", [], kinds=()),
    }
    assert set(measure_row(ROW, sides, 1, 0.1, patience()).readings) == {"tinytorch"}


def test_work_goes_to_a_child_and_comes_back_the_same():
    """Otherwise the child measures something else than the table says."""
    for row in ROWS:
        assert Work.from_asked(row.work.asked()) == row.work


@pytest.mark.parametrize(("theirs", "rounds"), [([2.0] * 21, 7), ([1.0, 2.0] * 11, 21)])
def test_rounds_that_disagree_become_more(theirs, rounds):
    """A machine with two moods would be judged by the mood of a few rounds."""
    sides = {
        "tinytorch": FakeSide("tinytorch", quiet(*[1.0] * 21)),
        "torch": FakeSide("torch", quiet(*theirs)),
    }
    result = measure_row(ROW, sides, 7, 0.1, patience(), most=21)
    assert len(result.readings["torch"]) == rounds
