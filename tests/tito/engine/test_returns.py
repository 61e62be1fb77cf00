"""Which lines of a learner's method ran, and at which it came back."""

import sys

import pytest

from tito.engine import examine
from tito.engine.worker import lines_of_return
from tito.learner import stub_of

TWO_RETURNS = """        if training:
            return x
        return x * 2
"""


class Thing:
    def forward(self, x):
        if x:
            return 1
        return 2


@pytest.mark.parametrize(("x", "offset"), [(True, 2), (False, 3)])
def test_the_return_that_ran(x, offset):
    """Lost otherwise: a method with two returns, and a person is shown the other one."""
    code = Thing.forward.__code__
    with lines_of_return(code.co_filename, code.co_qualname) as line:
        Thing().forward(x)
    returned, *ran = line
    assert returned == code.co_firstlineno + offset
    assert {at - code.co_firstlineno for at in ran} == {1, offset}
    assert sys.gettrace() is None


def test_a_method_that_never_ran():
    """Lost otherwise: a line of it is shown as the cause of what it had no part in."""
    with lines_of_return(Thing.forward.__code__.co_filename, "Thing.forward") as line:
        pass
    assert line == []


def test_a_report_points_at_the_return_that_ran(tmp_path):
    """The same, for a whole file: Dropout that drops nothing, with one return for each mode."""
    from tito.lesson.model import load_lesson

    path = tmp_path / "layers_dev.py"
    body = '        raise NotImplementedError("Dropout.forward: your code here")\n'
    setup = body.replace("forward", "__init__")
    text = stub_of(load_lesson("layers")).replace(setup, "        self.p = p\n")
    path.write_text(text.replace(body, TWO_RETURNS))
    report = examine("layers", path)
    lines = path.read_text().splitlines()
    shown = {c.name: lines[c.line - 1].strip() for c in report.checks if c.line}
    assert shown["zeroes elements with probability p"] == "return x"
    assert shown["changes no value when training=False"] == "return x * 2"
