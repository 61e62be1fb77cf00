"""One bench for all tests: what it has seen of a wrong variant need not be seen again."""

import pytest

from proof.totals import SEED
from tito.engine.bench import Bench
from tito.lessons.layers import LESSON


@pytest.fixture(scope="session")
def bench():
    """The reference of the lesson and its variants, with the seed of the table of totals."""
    return Bench(LESSON, SEED)
