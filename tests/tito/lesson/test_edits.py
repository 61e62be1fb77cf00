"""Edits find their method in any text that Python reads, and refuse what does not fit."""

import pytest

from tito.lesson.edits import changed, edited
from tito.lesson.source import EditError, Text

TEXT = '''\
class Layer:
    """A layer."""

    def forward(self, x):
        """Compute."""
        y = x + 1
        return y

    @property
    def size(self):
        return 3


def size(x): return x
'''


def test_a_method_is_found_with_its_decorators():
    """Lost otherwise: a mistake is put under a decorator that belongs to the right method."""
    assert Text(TEXT).method("Layer.size").startswith("    @property\n    def size")
    assert Text(TEXT).method("size") == "def size(x): return x\n"
    assert changed(TEXT, {"Layer.size": "size = 3"}).count("size") == 2


def test_the_last_of_two_counts():
    """Lost otherwise: the edit is made in a method that Python never runs."""
    twice = "def f():\n    return 1\n\n\ndef f():\n    return 2\n"
    assert Text(twice).place("f").first == 4
    with pytest.raises(EditError, match="the text has no g"):
        Text(twice).place("g")
    assert "A.f" not in Text("class A:\n def f(s): 1\nclass A:\n x = 1\n").places


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_form_feeds_marks_and_line_ends_move_no_line(end, mark):
    """Lost otherwise: the method that is cut out begins a line too early or late."""
    text = mark + ("\f\n" + TEXT.replace("Compute.", "Com\x0bpute.\x85")).replace("\n", end)
    found = Text(text).method("Layer.size").replace(end, "\n")
    assert found.split("\n")[1] == "    def size(self):"
    assert changed(text, {"Layer.size": [("3", "4")]}) == text.replace("3", "4")


@pytest.mark.parametrize(("old", "times"), [("y", 2), ("z", 0)])
def test_words_that_do_not_stand_there_once_are_refused(old, times):
    """Lost otherwise: a mistake is made in another place than was meant, or in none."""
    with pytest.raises(EditError, match=f"'{old}' stands {times} times"):
        changed(TEXT, {"Layer.forward": [(old, "x")]})
    with pytest.raises(EditError, match="an edit needs it once"):
        edited(TEXT, [("", "x")])


def test_many_places_are_changed_at_once():
    """Lost otherwise: the second change is made where the first has moved something else to."""
    now = changed(
        TEXT,
        {
            "Layer.forward": ["if x is None:\n    return x", ["x + 1", "x - 1"]],
            "Layer.size": "",
            "Layer.extra": "def extra(self):\n\n    return 1",
            "size": "size = len",
        },
    )
    assert (
        now
        == '''\
class Layer:
    """A layer."""

    def forward(self, x):
        """Compute."""
        if x is None:
            return x
        y = x - 1
        return y

    def extra(self):

        return 1


size = len
'''
    )


@pytest.mark.parametrize("name", ["Other.forward", "Layer.backward"])
def test_edits_of_a_method_that_is_not_there_are_refused(name):
    """Lost otherwise: a mistake that was misspelt leaves the right method as it is."""
    with pytest.raises(EditError, match="the text has no"):
        changed(TEXT, {name: [["x", "y"]]})


def test_nothing_is_put_first_in_a_method_of_one_line():
    """Lost otherwise: the lines land before the def, and the file does something else."""
    with pytest.raises(EditError, match="size is one line"):
        changed(TEXT, {"size": ["x = 1"]})
