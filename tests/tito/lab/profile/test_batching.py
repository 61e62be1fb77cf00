"""The answer to the question on batches: it follows from the figures, whatever they are."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tito.lab.profile.figures import SIZES, Batch, answer, asked_of, best_of, enough, fixed_s
from tito.lab.profile.machine import Reading


def batches(*medians):
    return [
        Batch(size, Reading(median, median, median, median, 5))
        for size, median in zip(SIZES, medians, strict=False)
    ]


MEASURED = st.lists(st.floats(1e-7, 10.0), min_size=2, max_size=len(SIZES)).map(
    lambda medians: batches(*medians)
)


@given(MEASURED)
def test_the_sentences_follow_from_the_figures(measured):
    """Lost otherwise: on a noisy machine the text praises a batch that was slower."""
    gain, price, much = answer(measured)
    one, many = measured[0], asked_of(measured)
    if "times faster" in gain:
        said = float(re.search(r"is ([\d,.]+) times", gain)[1].replace(",", ""))
        assert said == pytest.approx(one.each_s / many.each_s, rel=0.01)
        assert many.each_s < one.each_s
    elif "slower" in gain:
        assert many.each_s > one.each_s
    else:
        assert many.each_s == pytest.approx(one.each_s, rel=0.06)
    assert f"(batch {best_of(measured).size})" in price
    assert ("no fixed price" in price) == (fixed_s(measured) < 0.05 * one.each_s)
    rates = [batch.per_second for batch in measured]
    if "little else" in much or "bring little" in much:
        assert rates[0] >= 0.9 * max(rates)
    elif "largest batch" in much:
        assert all(rate < 0.9 * rates[-1] for rate in rates[:-1])
    else:
        assert re.search(r"batch of (\d+) on", much)[1] == str(enough(measured).size)


@given(MEASURED)
def test_the_price_is_no_more_than_the_whole(measured):
    """Lost otherwise: a part that is larger than what it is a part of."""
    assert 0 <= fixed_s(measured) <= measured[0].reading.median_s


def test_the_pages_figures():
    """Lost otherwise: the page's own example, 800 and 10,000 a second, gets another answer."""
    page = [Batch(1, Reading(1.25e-3, 0, 0, 0, 1)), Batch(32, Reading(3.2e-3, 0, 0, 0, 1))]
    gain, price, much = answer(page)
    assert [batch.per_second for batch in page] == pytest.approx([800, 10_000])
    assert gain.startswith("An example is 12.5 times faster in a batch of 32")
    assert "alone it takes 1.25 ms, in a batch of 32 it takes 100 µs" in gain
    assert "at best an example costs 100 µs (batch 32)" in price
    assert "a wait" in much or "the wait" in much


def test_one_batch_alone_is_compared_with_nothing():
    """Lost otherwise: a network so slow that one size was measured ends in an error of ours."""
    assert "nothing to compare" in answer(batches(1.0))[0]
