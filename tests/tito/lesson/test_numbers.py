"""Numbers as people type them."""

import pytest

from tito.lesson.quiz import readings, shown


@pytest.mark.parametrize(
    "typed",
    [
        *("200960", "200,960", "200_960", "200 960", "200.960", "200'960", " 200960 ", "+200960"),
        *("200960.0", "200,960.00", "200.960,00", "200.96 k", "200,96k", "200960 parameters"),
        *("about 200960", "~200,960", "= 200960", "0.20096 million", "200.96 thousand", "200960."),
        *("200\u202f960", "196.25 KiB"),
    ],
)
def test_ways_to_write_one_number(typed):
    """Lost otherwise: a right answer is called wrong for its commas."""
    assert 200_960 in [pytest.approx(reading.value) for reading in readings(typed)]


@pytest.mark.parametrize("typed", ["1.25", "1,25", "1.25 ms", "1.250", "1250 us", "0.00125 s"])
def test_ways_to_write_a_time(typed):
    """Lost otherwise: a right answer is called wrong for its unit."""
    assert 1.25 in [pytest.approx(reading.value) for reading in readings(typed)]


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "many", "nan", "inf", "1e5", "--1", "1,2,3", "1.2.3", "12,34,567", "784*256"),
        *("200960 apples", "²", "1..2", ",", ".", "_", "\x1b[31m1", "1" * 5000, "1,23.4,5"),
    ],
)
def test_what_is_no_number_is_none(typed):
    """Lost otherwise: a slip of the keyboard counts as a wrong answer."""
    assert readings(typed) == []


def test_a_rounded_number_says_how_far_off_it_may_be():
    """Lost otherwise: 201 k is taken for an exact number, or 200,000 for a rounded one."""
    assert [(r.value, r.room, r.scaled) for r in readings("201 k")] == [(201_000, 500, True)]
    (reading,) = readings("0.94 MB")
    assert (reading.value, reading.room) == (pytest.approx(940_000), pytest.approx(5_000))
    assert [(r.room, r.scaled) for r in readings("200000")] == [(0.5, False)]


def test_a_number_is_shown_as_the_text_writes_it():
    """Lost otherwise: the answer looks unlike what was typed."""
    assert shown(200960) == shown(200960.0) == "200,960"
    assert shown(1.25, "ms") == "1.25 ms"
    assert shown(0.1) == "0.1"
