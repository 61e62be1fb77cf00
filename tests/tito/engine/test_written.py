"""How a method is written: what is told of it, and what is not."""

from pathlib import Path

import pytest

from tito.engine.frames import Frame
from tito.engine.seen import Raised
from tito.engine.source import Source
from tito.engine.written import Written

NO_SELF = Raised("NameError", "name 'self' is not defined", 3, True, inside=("forward",))
TOO_MANY = Raised(
    "TypeError", "Net.forward() takes 1 positional argument but 2 were given", None, 0
)
TOO_FEW = Raised("TypeError", "Net.forward() missing 1 required positional argument: 'y'", None, 0)


def written(body, exercise="Net.forward", owner="Net", takes=("x",)):
    """An exercise in a file that holds the class Net with this body."""
    text = "class Net:\n" + "".join(f"    {line}\n" for line in body.splitlines())
    return Written(Source(Path("f.py"), text.encode(), 0.0), exercise, owner, takes)


@pytest.mark.parametrize(
    ("body", "seen", "name"),
    [
        ("def forward(x): return x", TOO_MANY, "no-self-in-def"),
        ("def forward(): return 1", TOO_MANY, "no-self-in-def"),
        ("def forward(*layers): return self", NO_SELF, "no-self-in-def"),
        ("@staticmethod\ndef forward(self, x): return x", TOO_FEW, "method-is-static"),
        ("@classmethod\ndef forward(cls, x): return cls", TOO_FEW, "method-is-static"),
        ("@property\ndef forward(self, x): return x", TOO_FEW, "forward-is-a-property"),
    ],
)
def test_what_the_def_itself_tells(body, seen, name):
    """Lost otherwise: Python counts arguments, and a person counts them again, one less."""
    slip = written(body).slip(seen)
    assert slip.name == name
    assert slip.line == body.count("\n") + 2


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ("def forward(this, x): return this", TOO_FEW),
        ("def forward(self, x): return x", 3),
        ("@staticmethod\ndef forward(x): return x", 3),
        ("def forward(*all): return all", TOO_MANY),
    ],
)
def test_what_may_be_right_is_no_slip(body, seen):
    """A wrong name for sure sends a person the wrong way."""
    assert written(body).slip(seen) is None


def test_a_call_that_misfits_is_told_last():
    """Lost otherwise: `def forward(self)` has no name but Python's count."""
    assert written("def forward(self): return 1").misfit(TOO_MANY).name == "argument-not-taken"
    assert written("def forward(self, x, y): return 1").misfit(TOO_FEW).name == "argument-not-given"
    assert written("def forward(self, x): return 1").misfit(TOO_MANY) is None


@pytest.mark.parametrize(("stood", "told"), [("forward", True), ("helper", False)])
def test_what_still_refuses_is_not_written_yet(stood, told):
    """Lost otherwise: a placeholder of one's own is told as a method that is missing."""
    body = "def forward(self, x): raise NotImplementedError\ndef helper(self): raise X"
    line = 2 if stood == "forward" else 3
    seen = Raised("NotImplementedError", "", line, True, trace=(Frame(line, stood),))
    slip = written(body).slip(seen)
    assert (slip is not None and slip.name == "not-written-yet") == told


BASES = """class Layer:
    def __init__(self):
        self.found = []

class Linear(Layer):
    def __init__(self):
        {call}

class Dense(Layer):
    def __init__(self):
        pass
"""


@pytest.mark.parametrize(
    ("call", "inside", "told"),
    [
        ("self.found", ("__init__",), True),
        ("super().__init__()", ("__init__",), False),
        ("self.found", (), False),
        ("self.found", ("forward",), False),
    ],
)
def test_a_base_whose_constructor_never_ran(call, inside, told):
    """Lost otherwise: an attribute that the base makes is said to be misspelt here."""
    source = Source(Path("f.py"), BASES.format(call=call).encode(), 0.0)
    lack = "'Linear' object has no attribute 'found'"
    slip = Written(source, "Linear.__init__", "Linear", ()).slip(
        Raised("AttributeError", lack, 7, True, inside=inside)
    )
    assert (slip is not None and slip.name == "super-init-forgotten") == told
