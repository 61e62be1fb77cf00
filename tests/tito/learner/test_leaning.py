"""What a method that came from another text still needs is named, and nothing else."""

import pytest

from tito.learner import stub_of
from tito.lesson.model import load_lesson
from tito.lesson.source import Text

THEN = """
import numpy as np, os.path
from a.b import c as d, e
LIMIT: float = 1.0
one = two = 3
def helper(x, *, y=1):
    inner = 1
class Other: pass
if True:
    from z import deep

class A:
    @d
    def f(self, x: e = LIMIT, other=None):
        local = two
        return np.sum(helper(x)) + Other() + print(inner) + local + deep
"""


def of(now, then=THEN, exercise="A.f"):
    return Text(now).lacks(exercise, Text(then))


def test_all_that_is_missing_is_named_with_its_line():
    """Lost otherwise: the file; it cannot even be imported, and the message is about a name."""
    assert of("class A: pass") == [
        "import numpy as np",
        "from a.b import c as d",
        "from a.b import e",
        "LIMIT: float = 1.0",
        "one = two = 3",
        "def helper(x, *, y=1): ...",
        "class Other: ...",
        "from z import deep",
    ]


def test_what_is_there_in_another_way_is_not_named():
    """Lost otherwise: advice that is no use, and a person who no longer reads it."""
    assert of(THEN) == []
    assert (
        of("import x as np, d, e\nfor LIMIT in y: pass\n(two, deep) = 1, 2\nOther = helper = 0")
        == []
    )


@pytest.mark.parametrize("now", ["def (", "from numpy import *"])
def test_where_nobody_can_know_nothing_is_said(now):
    """Lost otherwise: a traceback, or a guess."""
    assert of(now) == []
    assert of("", then="x = 1") == []


def test_the_lesson_s_stub():
    """Lost otherwise: the file, broken by a stub whose decorator it never had."""
    stub = stub_of(load_lesson("layers"))
    plain = "from tinytorch.core.tensor import Tensor\nclass Dropout: pass"
    found = of(plain, then=stub, exercise="Dropout.forward")
    assert found == ["from tinytorch.core.given.module import follows_mode"]
    for exercise in load_lesson("layers").exercises:
        assert of(stub, then=stub, exercise=exercise.name) == []
