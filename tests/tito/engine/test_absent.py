"""A method that is not there: what is close to it, and where it stands instead."""

from pathlib import Path

import pytest

from tito.engine.seen import Raised
from tito.engine.source import Source
from tito.engine.written import Written


def sought(text, exercise, owner=None):
    """An exercise in a file of this text."""
    return Written(Source(Path("f.py"), text.encode(), 0.0), exercise, owner)


@pytest.mark.parametrize(
    ("method", "near"),
    [
        ("__init__", "__int__"),
        ("__init__", "_init_"),
        ("__init__", "__init"),
        ("__call__", "call"),
        ("__call__", "__call"),
        ("forward", "foward"),
        ("forward", "__forward__"),
        ("forward", "Forward"),
        ("forward", "forward_pass"),
        ("parameters", "paramters"),
        ("parameters", "params"),
        ("parameters", "get_parameters"),
    ],
)
def test_a_near_miss_is_named_with_its_line(method, near):
    """Lost otherwise: a person reads over their own slip, and is told nothing of it."""
    slip = sought(f"class Net:\n    def {near}(self): pass\n", f"Net.{method}").nearly()
    assert slip.line == 2
    assert f"{near}, on line 2, is close to it" in slip.says


@pytest.mark.parametrize("other", ["__repr__", "_init_weights", "backward", "extra", "layers"])
@pytest.mark.parametrize("method", ["__init__", "__call__", "forward", "parameters"])
def test_another_method_is_no_near_miss(method, other):
    """A wrong guess would have a person rename what is right."""
    text = f"class Net:\n    def {other}(self): pass\n"
    assert sought(text, f"Net.{method}").nearly() is None


def test_a_method_inside_another_or_outside_of_the_class():
    """Lost otherwise: the method is there to be seen, and the tool says that it is not."""
    inside = "class Net:\n    def __init__(self):\n        def forward(self): pass\n"
    outside = "class Net:\n    x = 1\n\ndef forward(self): pass\n\nclass Other:\n    pass\n"
    assert "inside __init__" in sought(inside, "Net.forward").nearly().says
    assert "outside the class" in sought(outside, "Net.forward").nearly().says
    assert sought(outside, "Other.forward").nearly() is None


@pytest.mark.parametrize(
    ("exercise", "error", "text"),
    [
        ("Net.__init__", "TypeError", "Net() takes no arguments"),
        ("Net.__call__", "TypeError", "'Little' object is not callable"),
        ("Net.forward", "AttributeError", "'Net' object has no attribute 'forward'"),
        ("Net.parameters", "AttributeError", "type object 'Net' has no attribute 'parameters'"),
    ],
)
def test_python_says_that_it_is_missing_only_where_it_was_asked_for(exercise, error, text):
    """The same words out of another method of the learner's are about something else."""
    wanted = sought("class Net:\n    pass\n", exercise)
    assert wanted.missing([Raised(error, text, None, False)]).line == 1
    assert wanted.missing([Raised(error, text, 2, True, inside=("helper",))]) is None
