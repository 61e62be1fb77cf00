"""What is called the same is the same: laws of the comparison, and of the words for it."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as some

from tito.lab.compare.verdict import EPSILON, SAME, compare, judge

X = ("network", "forward", "x")
FLOATS = st.floats(-1e6, 1e6, width=32)
ARRAYS = some.arrays(np.float32, some.array_shapes(max_dims=2, max_side=4), elements=FLOATS)


@settings(deadline=None)
@given(ARRAYS)
def test_an_array_is_the_same_as_itself(array):
    """Lost otherwise: two equal results are told apart."""
    found = compare(X, array, array, array.astype(np.float64))
    assert (found.judgement, found.greatest) == ("same", 0.0)


@settings(deadline=None)
@given(ARRAYS, st.data())
def test_the_greatest_difference_is_found_where_it_is(array, data):
    """Lost otherwise: the figures say one thing and the sentence another."""
    place = tuple(data.draw(st.integers(0, length - 1)) for length in array.shape)
    other = array.copy()
    other[place] += data.draw(FLOATS)
    found = compare(X, other, array, array)
    apart = np.abs(other.astype(np.float64) - array)
    assert found.greatest == apart.max()
    assert apart[found.place] == apart.max()
    assert (found.judgement == "same") == (apart.max() <= SAME * EPSILON * np.abs(array).max())


@settings(deadline=None)
@given(ARRAYS, st.sampled_from([np.nan, np.inf, -np.inf]), st.booleans(), st.booleans())
def test_what_is_no_number_is_never_the_same(array, bad, ours, theirs):
    """Lost otherwise: NaN beside NaN passes."""
    mine, its = array.copy(), array.copy()
    if ours:
        mine.flat[0] = bad
    if theirs or not ours:
        its.flat[-1] = bad
    found = compare(X, mine, its, its, start=array)
    assert found.judgement == "differs"
    assert "NaN or infinity in" in found.why


@pytest.mark.parametrize(
    ("ours", "theirs", "why"),
    [
        (None, np.ones(2), "none came from ours"),
        (np.ones((2, 1)), np.ones((1, 2)), "shape (2, 1) is beside PyTorch's (1, 2)"),
        (np.ones(1), np.ones(()), "shape (1,) is beside PyTorch's ()"),
        (np.ones((0, 2)), np.ones((0, 2)), "shape (0, 2) is beside PyTorch's (0, 2)"),
    ],
)
def test_what_cannot_be_subtracted_is_never_the_same(ours, theirs, why):
    """Lost otherwise: two empty results agree, or shapes are broadcast in silence."""
    found = compare(X, ours, theirs, theirs)
    assert (found.judgement, found.why, found.greatest) == ("differs", why, None)


@settings(max_examples=60, deadline=None)
@given(number=st.integers(0, 40), factor=st.floats(1.001, 1e9))
def test_the_verdict_never_contradicts_the_numbers(agreeing, number, factor):
    """Lost otherwise: "the same to rounding" stands above a table that says otherwise."""
    assert judge(agreeing).agree
    number %= len(agreeing)
    row = agreeing[number]
    most = SAME * max(row.rounding, EPSILON * row.size, 1e-9)
    wrong = dataclasses.replace(row, greatest=factor * most, judgement="differs")
    verdict = judge([*agreeing[:number], wrong, *agreeing[number + 1 :]])
    assert not verdict.agree
    assert verdict.stage == row.stage
    assert verdict.words.startswith("Not the same:")
    assert wrong.amount in verdict.words
    assert row.group in verdict.words
    assert verdict.layer == (row.group if row.group.startswith("layer") else None)


def test_what_rounding_grew_to_is_close_and_no_more_is_claimed(agreeing):
    """Lost otherwise: every tenth right network is called wrong, or one that is off, the same."""
    grown = dataclasses.replace(
        agreeing[-1], judgement="close", greatest=1e-3, share=2e-4, rounding=1e-7
    )
    verdict = judge([*agreeing[:-1], grown])
    assert verdict.agree
    assert verdict.words.startswith("The same to rounding in each layer")
    assert "0.02% of the way from where it began" in verdict.words
    start, its = np.zeros(4), np.full(4, 10.0)
    assert compare(X, its + 0.09, its, its, start).judgement == "close"
    assert compare(X, its + 0.11, its, its, start).judgement == "differs"
    assert compare(X, its + 0.09, its, its).judgement == "differs"
