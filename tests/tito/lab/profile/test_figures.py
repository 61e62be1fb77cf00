"""Sentences from figures: whatever those are, they never contradict them; what batches gain."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tito.lab.profile.figures import (
    NAMES,
    SIZES,
    Batch,
    Phase,
    answer,
    asked_of,
    best_of,
    bound_words,
    enough,
    fixed_s,
)
from tito.lab.profile.machine import Reading

TIMES = st.floats(1e-8, 1e3)
CAUSES = st.dictionaries(st.sampled_from(list(NAMES)), TIMES)


def phase(median, alone, name="forward", flops=10):
    return Phase(name, Reading(median, median, median, median, 9), flops, 100, alone)


@given(TIMES, CAUSES, st.sampled_from(["forward", "backward", "update"]), st.integers(0, 10**12))
def test_what_is_named_takes_longest_and_half_of_the_time(median, alone, name, flops):
    """Lost otherwise: a person makes faster what takes no time."""
    found = phase(median, alone, name, flops)
    words = bound_words(found)
    named = re.search(r": (.*?) bounds? it\.", words)
    if named is None:
        assert found.bound is None
        assert all(seconds < 0.4951 * median for seconds in alone.values())
        return
    assert named[1].split(" far")[0] == NAMES[found.bound]
    assert max(alone.values()) >= 0.4949 * median
    if max(alone, key=alone.get) == "products":
        rest = {each: alone.get(each, 0.0) for each in ("arithmetic", "memory")}
        if found.bound == "products":
            assert max(rest.values()) < 0.5 * alone["products"]
        else:
            assert rest[found.bound] == max(rest.values()) >= 0.5 * alone["products"]
    else:
        assert alone[found.bound] == max(alone.values())


@given(TIMES, CAUSES)
def test_no_share_is_more_than_all(median, alone):
    """Lost otherwise: 130% of the time, for noise makes parts longer than the whole."""
    shares = [int(each) for each in re.findall(r"(\d+)%", bound_words(phase(median, alone)))]
    assert all(share <= 100 for share in shares)


@pytest.mark.parametrize(
    ("median", "alone", "said"),
    [
        (2e-4, {"arithmetic": 1.2e-4, "memory": 1e-5, "calls": 3e-5}, "arithmetic bounds it"),
        (2e-4, {"arithmetic": 1e-5, "memory": 1.5e-4, "calls": 3e-5}, "memory bounds it"),
        (2e-4, {"arithmetic": 1e-5, "memory": 1e-5, "calls": 1.9e-4}, "Python's overhead bounds"),
        (2e-4, {"arithmetic": 9e-5, "products": 1.2e-4}, "arithmetic bounds it. Its products by"),
        (2e-4, {"memory": 9e-5, "products": 1.2e-4}, "memory bounds it. Its products by"),
        (2e-4, {"arithmetic": 1e-5, "products": 1.2e-4}, "products far below the peak bound it"),
        (2e-4, {}, "could not be measured"),
        (2e-4, {"arithmetic": 8e-5, "memory": 1e-5, "calls": 3e-5}, "no one thing takes half"),
        (2e-4, {"arithmetic": 1e-6, "memory": 1e-6, "calls": 1e-6}, "number by number in Python"),
        (2e-4, {"arithmetic": 1e-6, "memory": 1e-6}, "or the calls, which could not be"),
        (2e-4, {"memory": 3e-4}, "300 µs, as long as all of it (200 µs)"),
    ],
)
def test_each_verdict(median, alone, said):
    """Lost otherwise: one of the verdicts is never given, or for other figures."""
    assert said in bound_words(phase(median, alone))


def test_a_busy_machine_is_not_taken_for_small_products():
    """Lost otherwise: somebody widens their layers, for another program was running."""
    slow = phase(2e-4, {"arithmetic": 1e-5, "products": 1.2e-4})
    assert "wider layers" in bound_words(slow)
    assert "wider layers" not in bound_words(slow, busy=True)
    assert "Other programs were in the way" in bound_words(slow, busy=True)
    assert "number by number" not in bound_words(phase(2e-4, {"memory": 1e-6}), busy=True)


def test_an_update_is_not_told_to_take_a_larger_batch():
    """Lost otherwise: advice that changes nothing, for an update does not know the batch."""
    for cause in ("memory", "calls"):
        assert "batch helps" not in bound_words(phase(1.0, {cause: 0.9}, "update", 0))
        assert "larger batch" not in bound_words(phase(1.0, {cause: 0.9}, "update", 0))


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
