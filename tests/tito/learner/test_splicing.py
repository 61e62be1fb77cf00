"""One method exchanged: it alone, wherever it stands, and however the file is written."""

import ast
import random
import re
from pathlib import Path

import pytest

from tito.learner import stub_of
from tito.lesson.model import load_lesson
from tito.lesson.source import EditError, Text

FILES = Path(__file__).parents[2] / "lessons" / "layers" / "files"
EXERCISES = [exercise.name for exercise in load_lesson("layers").exercises]
STUB = stub_of(load_lesson("layers")).encode()


def readable(path):
    try:
        text = Text.read(path.read_bytes(), path.name)
        return all(name in text.places for name in EXERCISES)
    except EditError:
        return False


WHOLE = [path for path in sorted((FILES / "right").glob("*.py")) if readable(path)]


def text(content, name="layers_dev.py"):
    return Text.read(content.encode() if isinstance(content, str) else content, name)


def put(now, then, exercise="A.f"):
    return text(now).replace(exercise, text(then, "that version")).content


def test_there_are_files_to_try():
    """Lost otherwise: the tests below try nothing."""
    assert len(WHOLE) > 20


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_stub_of_one_exercise_and_back_is_the_same_file(exercise):
    """Lost otherwise: comments, blank lines or a neighbour, each time a method comes back."""
    for path in random.Random(exercise).sample(WHOLE, 8):
        mine = path.read_bytes()
        emptied = put(mine, STUB, exercise)
        assert text(emptied).method(exercise).split() == text(STUB).method(exercise).split()
        assert put(emptied, mine, exercise) == mine
        assert put(mine, mine, exercise) == mine


def test_each_exercise_of_another_file_makes_that_file():
    """Lost otherwise: what is brought back is not what was kept."""
    names = random.Random(4).sample(WHOLE, 10)
    for one, other in zip(names[::2], names[1::2], strict=True):
        mixed = one.read_bytes()
        for exercise in EXERCISES:
            mixed = put(mixed, other.read_bytes(), exercise)
        for exercise in EXERCISES:
            there = text(other.read_bytes()).method(exercise)
            assert text(mixed).method(exercise).split() == there.split()


NOW = '''class A:
    """One."""
    # about f

    # above f
    @staticmethod
    def f(x):
        """Two
    lines."""
        return x  # here
        # the end of f
    # about g
    def g(self): return 2


class B(A):
    def f(self):
        pass
'''
THEN = """class A:
\tdef g(self): return 0
\t# other words
\tdef f(x, y):
\t\ttext = '''
\t  kept as it is'''
\t\treturn y
"""


def test_the_method_goes_with_its_decorators_and_comments():
    """Lost otherwise: two sets of comments, or a decorator on the wrong method."""
    assert (
        text(NOW).method("A.f") == NOW[NOW.index("    # above f") :].partition("    # about g")[0]
    )


def test_another_margin_and_tabs():
    """Lost otherwise: a TabError, or a string with other white space in it."""
    result = put(NOW, THEN).decode()
    lines = ["    # other words", "    def f(x, y):", "    \ttext = '''", "\t  kept as it is'''"]
    assert "\n".join([*lines, "    \treturn y", "    # about g\n"]) in result
    back = put(THEN, NOW).decode()
    assert '\tdef f(x):\n\t    """Two\n    lines."""\n\t    return x  # here\n' in back
    assert "# about f" not in back


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_are_those_of_the_file(end):
    """Lost otherwise: a file of mixed line ends, in which an editor shows ^M."""
    now = NOW.replace("\n", end).encode()
    result = put(now, THEN.replace("\n", "\r\n"))
    assert set(re.findall(b"\r\n|\r|\n", result)) == {end.encode()}
    assert put(result, now) == now


def test_a_method_that_is_gone_is_added_to_its_class():
    """Lost otherwise: the method that was deleted by mistake, the very one to bring back."""
    now = "class A:\n    x = 1\n    # the end\nB = 2"
    assert put(now, THEN).decode() == (
        "class A:\n    x = 1\n\n    # other words\n    def f(x, y):\n    \ttext = '''\n"
        "\t  kept as it is'''\n    \treturn y\n    # the end\nB = 2"
    )
    at_the_end = put("class A:\n    x = 1", "class A:\n    def f(self): pass")
    assert at_the_end == b"class A:\n    x = 1\n\n    def f(self): pass\n"


def test_the_last_of_two_is_the_one():
    """Lost otherwise: what comes back stands above what Python uses."""
    now = "class A:\n def f(s): 1\n def f(s): 2\nclass A:\n def f(s): 3\n def f(s): 4\n"
    assert put(now, "class A:\n def f(s): 9\n").decode() == now.replace("4", "9")


def test_encodings():
    """Lost otherwise: a file whose letters are wrong, or that Python does not read."""
    latin = "# coding: latin-1\nclass A:\n    def f(s): return 'é'\n"
    utf = "class A:\n    def f(s): return 'ü'\n"
    result = put(latin.encode("latin-1"), utf)
    assert result == latin.replace("é", "ü").encode("latin-1")
    assert put(b"\xef\xbb\xbf" + utf.encode(), latin.encode("latin-1")).startswith(b"\xef\xbb\xbf")
    with pytest.raises(EditError, match="iso-8859-1"):
        put(latin.encode("latin-1"), utf.replace("ü", "→"))


@pytest.mark.parametrize(
    ("now", "then", "words"),
    [
        ("def (", THEN, "layers_dev.py has a syntax error on line 1"),
        (THEN, "\n\nif", "that version has a syntax error on line 3"),
        (b"\0", THEN, "layers_dev.py"),
        ("x = 1", THEN, "layers_dev.py has no class A"),
        (THEN, "class A: pass", "that version has no A.f"),
        ("class A: pass", THEN, "on one line"),
        (b"# coding: none", THEN, "layers_dev.py has a syntax error"),
    ],
)
def test_what_cannot_be_exchanged_says_why(now, then, words):
    """Lost otherwise: a traceback, or a file that was nearly right."""
    with pytest.raises(EditError, match=words):
        put(now, then)


def test_functions_and_entries_of_tables_are_exchanged_too():
    """Lost otherwise: an exercise of another lesson can be restored only with the whole file."""
    now = "def f(x):\n    return 1\n\n\nTABLE = {\n    'a': (\n        1,\n    ),\n    'b': 2,\n}\n"
    then = "TABLE = {'b': 9,\n  'a': (2, 3),  # other\n  'c': 3}\n# f\ndef f(x): return 2\n"
    assert put(now, then, "f").startswith(b"# f\ndef f(x): return 2\n\n\nTABLE")
    assert b"    'a': (2, 3),  # other\n    'b': 2,\n" in put(now, then, "TABLE.a")
    for exercise, words in (
        ("TABLE.b", "cannot be taken alone"),
        ("TABLE.c", "has no TABLE.c"),
    ):
        with pytest.raises(EditError, match=words):
            put(now, then, exercise)
    with pytest.raises(EditError, match="has no g"):
        put(now, "def g(): pass", "g")


def test_nothing_else_is_changed_whatever_stands_around():
    """Lost otherwise: a neighbour of the method."""
    around = random.Random(7)
    pieces = [
        "    x = 1\n",
        "    # remark\n",
        "\n",
        "    def g(self):\n        return '''\n    # not a remark\n'''\n",
        "        # further in\n",
        "    class C:\n        def f(self): pass\n",
        "    if True:\n        pass\n",
        "# at the margin\n",
        "    def h(self): return [\n1,\n]\n",
        "    x = 1; y = 2\n",
        "    z = '''a\n    b'''\n",
    ]
    method = "    def f(self):\n        return 1\n"
    for _ in range(200):
        parts = around.choices(pieces, k=6)
        parts.insert(around.randrange(7), method)
        now = "class A:\n    pass\n" + "".join(parts)
        result = put(now, THEN)
        assert put(result, now) == now.encode()
        before, after = ast.parse(now), ast.parse(result)
        for tree in (before, after):
            tree.body[0].body = [n for n in tree.body[0].body if getattr(n, "name", "") != "f"]
        assert ast.dump(before) == ast.dump(after)
