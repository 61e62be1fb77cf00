"""One bench a lesson for all tests: what it has seen of a wrong variant is not seen again."""

import pytest

from proof.totals import SEED
from tito.engine.bench import Bench
from tito.lesson.model import lesson_names, load_lesson


@pytest.fixture(scope="session", params=lesson_names())
def bench(request):
    """The reference of a lesson and its variants, with the seed of the table of totals."""
    return Bench(load_lesson(request.param), SEED)


@pytest.fixture(scope="session")
def lesson(bench):
    """The lesson of the bench."""
    return bench.lesson
