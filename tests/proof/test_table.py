"""docs/misconceptions.md: current, and nobody in it is caught by nothing."""

import pytest

from proof.table import file_of, page, rows_of
from tito.engine.written import SLIPS
from tito.lessons.layers import LESSON


@pytest.fixture(scope="module")
def text():
    return page(LESSON)


@pytest.mark.slow
def test_the_table_is_current(text):
    """Lost otherwise: the table tells of checks and sentences that are no more."""
    current = file_of(LESSON).read_text(encoding="utf-8")
    assert current == text, "./tito dev misconceptions writes it anew"


@pytest.mark.slow
def test_every_misconception_is_caught(text):
    """Lost otherwise: a mistake with a name passes."""
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    rows = [line for line in lines if line.count(" | ") > 2]
    assert len(rows) == len(rows_of(LESSON))
    assert len(lines) == len(rows) + len(SLIPS)  # those told of every class
    for row in rows:
        assert row.split(" | ")[3].strip(), row


def test_every_form_is_in_one_row():
    """Lost otherwise: a misconception is missing from the table, or counted twice."""
    forms = [form for forms in rows_of(LESSON).values() for form in forms]
    assert sorted(map(id, forms)) == sorted(map(id, LESSON.misconceptions))
    assert len({wrong.name for wrong in LESSON.misconceptions}) >= 75
