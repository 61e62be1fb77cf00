"""What is called the same is the same: laws of the comparison, and of the words for it."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as some

from tito.lab.compare.differences import compare
from tito.lab.compare.recipe import EPSILON, SAME
from tito.lab.compare.verdict import judge

FLOATS = st.floats(-1e6, 1e6, width=32)
ARRAYS = some.arrays(np.float32, some.array_shapes(max_dims=2, max_side=4), elements=FLOATS)


@settings(deadline=None)
@given(ARRAYS)
def test_an_array_is_the_same_as_itself(array):
    """Lost otherwise: two equal results are told apart."""
    found = compare("x", array, array, [array.astype(np.float64)])
    assert (found.judgement, found.greatest) == ("same", 0.0)


@settings(deadline=None)
@given(ARRAYS, st.data())
def test_the_greatest_difference_is_found_where_it_is(array, data):
    """Lost otherwise: the figures say one thing and the sentence another."""
    place = tuple(data.draw(st.integers(0, length - 1)) for length in array.shape)
    other = array.copy()
    other[place] += data.draw(FLOATS)
    found = compare("x", other, array, [])
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
    found = compare("x", mine, its, [its], start=array)
    assert found.judgement == "differs"
    assert "NaN or infinity in" in found.why


@pytest.mark.parametrize(
    ("ours", "theirs", "why"),
    [
        (None, np.ones(2), "none came from ours"),
        (np.ones(2), None, "none came from PyTorch"),
        (np.ones((2, 1)), np.ones((1, 2)), "shape (2, 1), PyTorch's (1, 2)"),
        (np.ones(1), np.ones(()), "shape (1,), PyTorch's ()"),
        (np.ones((0, 2)), np.ones((0, 2)), "there are no numbers in it"),
    ],
)
def test_what_cannot_be_subtracted_is_never_the_same(ours, theirs, why):
    """Lost otherwise: two empty results agree, or shapes are broadcast in silence."""
    found = compare("x", ours, theirs, [])
    assert (found.judgement, found.why, found.greatest) == ("differs", why, None)


def changed(found, number, factor):
    """The findings with one of their differences made ``factor`` times its tolerance."""
    place = 0

    def visit(value):
        nonlocal place
        if isinstance(value, list):
            return [visit(each) for each in value]
        if not dataclasses.is_dataclass(value):
            return value
        if hasattr(value, "judgement"):
            place += 1
            if place - 1 != number:
                return value
            most = SAME * max(value.rounding, EPSILON * value.size, 1e-9)
            judgement = "same" if factor <= 1 else "differs"
            return dataclasses.replace(value, greatest=factor * most, judgement=judgement)
        fields = {f.name: visit(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return dataclasses.replace(value, **fields)

    return visit(found)


@settings(max_examples=60, deadline=None)
@given(number=st.integers(0, 40), factor=st.floats(0, 1e9))
def test_the_verdict_never_contradicts_the_numbers(agreeing, number, factor):
    """Lost otherwise: "the same to rounding" stands above a table that says otherwise."""
    found = changed(agreeing, number, factor)
    verdict = judge(found)
    worst = {each.judgement for each in found.everything()}
    assert verdict.agree == ("differs" not in worst)
    assert verdict.words.startswith("The same to rounding" if verdict.agree else "Not the same:")
    assert (verdict.stage == "none") == verdict.agree
    if not verdict.agree:
        wrong = next(each for each in found.everything() if each.judgement == "differs")
        assert f"{wrong.greatest:.2g}" in verdict.words or f"{wrong.greatest:.3g}" in verdict.words


def test_what_rounding_grew_to_is_close_and_no_more_is_claimed(agreeing):
    """Lost otherwise: every tenth right network is called wrong, or one that is off, the same."""
    grown = dataclasses.replace(
        agreeing.after[0], judgement="close", greatest=1e-3, share=2e-4, rounding=1e-7
    )
    verdict = judge(dataclasses.replace(agreeing, after=[grown, *agreeing.after[1:]]))
    assert verdict.agree
    assert verdict.words.startswith("The same to rounding in each layer")
    assert "0.02% of the way that training moved it" in verdict.words
    start, its = np.zeros(4), np.full(4, 10.0)
    assert compare("x", its + 0.09, its, [its], start).judgement == "close"
    assert compare("x", its + 0.11, its, [its], start).judgement == "differs"
    assert compare("x", its + 0.09, its, [its]).judgement == "differs"
