"""The promises of `tito dev proof`: two misconceptions at once, and unknown ones."""

from itertools import islice

import pytest

from proof import totals
from proof.hidden import without
from proof.pairs import drawn, tell_one
from proof.totals import DRAW, Line

# The command asks of all pairs and of each misconception, in a few minutes.
PAIRS = 40
STRIDE = 20


def broken(lines):
    return [str(line) for line in lines if not line.holds]


@pytest.mark.slow
def test_of_two_misconceptions_one_is_named_first(bench, lesson):
    """Lost otherwise: who makes two mistakes is sent after a third, or told that all is well."""
    pairs = list(islice(drawn(lesson, DRAW), PAIRS))
    assert len({tuple(sorted(map(id, pair))) for pair in pairs}) == PAIRS
    assert broken(totals.pairs(bench, pairs)) == []


@pytest.mark.slow
def test_an_unknown_misconception_gets_no_sure_name(bench, lesson):
    """Lost otherwise: a person with a mistake of their own is told of another, for sure."""
    assert broken(totals.hidden(bench, lesson.misconceptions[::STRIDE])) == []


@pytest.mark.parametrize("bench", ["layers"], indirect=True)
def test_a_class_that_keeps_results_is_named_whoever_was_judged_before(bench, lesson):
    """Lost otherwise: what an earlier file left in a wrong class hides the name from the next."""
    keeping = [w for w in lesson.misconceptions if w.name == "result-kept-for-all-layers"]
    some = keeping[::3]  # each of its four forms, in each of the three classes
    assert len(some) == 4
    for wrong in (*some, *some):
        assert tell_one(bench, wrong).first_sure


def test_a_pair_is_of_two_names_and_two_methods(lesson):
    """Lost otherwise: pairs of one mistake with itself count as named."""
    for one, other in islice(drawn(lesson, 5), 200):
        assert one.name != other.name
        assert one.says != other.says
        assert not one.replacements.keys() & other.replacements.keys()


def test_the_same_seed_draws_the_same_pairs(lesson):
    """Lost otherwise: what the table says can never be looked at again."""
    assert list(islice(drawn(lesson, 5), 50)) == list(islice(drawn(lesson, 5), 50))
    assert list(islice(drawn(lesson, 5), 50)) != list(islice(drawn(lesson, 6), 50))


def test_hiding_takes_out_the_name_and_its_twins(lesson):
    """Lost otherwise: the hidden misconception is named by another of its forms."""
    for wrong in lesson.misconceptions[::20]:
        left = without(lesson, wrong).misconceptions
        assert left
        assert all(other.name != wrong.name and other.says != wrong.says for other in left)
    assert len(lesson.misconceptions) > len(left)


def test_a_line_of_the_table_knows_when_its_promise_is_broken():
    """Lost otherwise: the command says that all is well whatever it counted."""
    assert Line("", 93, 100, at_least=0.93).holds
    assert not Line("", 92, 100, at_least=0.93).holds
    assert Line("", 1, 100, at_most=0.01).holds
    assert not Line("", 2, 100, at_most=0.01).holds
    assert "MISSED" in str(Line("", 2, 100, at_most=0.01))


def test_nothing_counted_keeps_no_promise():
    """Lost otherwise: a table of no misconceptions at all is a proof."""
    assert not Line("", 0, 0, at_least=0.93).holds
    assert not Line("", 0, 0, at_most=0.01).holds
