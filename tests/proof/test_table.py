"""docs/misconceptions/: current, and nobody in it is caught by nothing."""

import re

import pytest

from proof.table import SEED, Caught, caught, codes_of, file_of, page, rows_of
from tito.engine.bench import Bench
from tito.engine.written import SLIPS
from tito.lesson.model import lesson_names, load_lesson

# What catches the others is taken from the file; `./tito dev misconceptions --check` looks at all.
STRIDE = 6


@pytest.fixture(scope="module", params=lesson_names())
def lesson(request):
    """Each lesson."""
    return load_lesson(request.param)


@pytest.fixture
def lines(lesson):
    """The lines of the file that are rows of misconceptions, cell by cell."""
    text = file_of(lesson).read_text(encoding="utf-8")
    rows = [re.split(r" \| ", line) for line in text.splitlines() if line.startswith("| `")]
    assert len([row for row in rows if len(row) == 2]) == len(SLIPS)  # told of every class
    return [row for row in rows if len(row) > 2]


@pytest.mark.slow
def test_the_table_is_current(lesson, lines):
    """Lost otherwise: the table tells of checks and sentences that are no more."""
    checks = {code: check for check, code in codes_of(lesson).items()}
    bench = Bench(lesson, SEED)
    cells = {(row[1].strip("`"), row[0].strip("| `"), row[4].strip("| ")): row[3] for row in lines}
    catches = {}
    for place, (row, forms) in enumerate(rows_of(lesson).items()):
        if place % STRIDE == 0 or row not in cells:
            catches[row] = caught(bench, forms)
        else:
            always, _, some = cells[row].partition("(")
            found = ([checks[code] for code in re.findall(r"\w+", part)] for part in (always, some))
            catches[row] = Caught(*map(tuple, found))
    current = file_of(lesson).read_text(encoding="utf-8")
    assert current == page(lesson, catches), "./tito dev misconceptions writes it anew"


def test_every_misconception_is_caught(lesson, lines):
    """Lost otherwise: a mistake with a name passes."""
    assert len(lines) == len(rows_of(lesson))
    for row in lines:
        assert row[3].strip(), row


def test_every_form_is_in_one_row(lesson):
    """Lost otherwise: a misconception is missing from the table, or counted twice."""
    forms = [form for forms in rows_of(lesson).values() for form in forms]
    assert sorted(map(id, forms)) == sorted(map(id, lesson.misconceptions))
    assert len({wrong.name for wrong in lesson.misconceptions}) >= 75
