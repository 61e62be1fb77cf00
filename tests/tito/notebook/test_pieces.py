"""A file in pieces and back: nothing is lost, and an edit changes just what was edited."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proof.learner_files import learner_files
from tito.engine.source import Source, UnusableFile
from tito.learner import stub_of
from tito.lesson.model import load_lesson
from tito.notebook.document import join, split
from tito.notebook.order import EXERCISE, FILE_ONLY, SETUP

FILES = learner_files("layers")
LINE_END = re.compile(rb"\r\n|\r|\n")
LESSON = load_lesson("layers")
PARTS = LESSON.parts
PAGE = FILES.content("page")


def readable(content):
    """Whether the engine can read the file: no notebook is made of one that it cannot."""
    try:
        Source(Path("a.py"), content, 0.0).check_syntax()
    except UnusableFile:
        return False
    return True


def kinds(text):
    return [(piece.kind, *piece.names) for piece in split(text.encode(), PARTS)[0]]


@pytest.mark.parametrize("kinds", [("right", "doubtful"), ("wrong",), ("hostile",)])
def test_every_learners_file_comes_back_byte_by_byte(kinds):
    """Lost otherwise: going to a notebook and back changes a file that nobody edited."""
    contents = {entry.name: FILES.content(entry.name) for entry in FILES.of(*kinds)}
    files = {name: content for name, content in contents.items() if readable(content)}
    assert len(files) > 35
    changed = [name for name, content in files.items() if join(*split(content, PARTS)) != content]
    assert [name for name in changed if len(set(LINE_END.findall(files[name]))) < 2] == []
    assert len(changed) < 3


def test_the_stub_in_pieces():
    """Lost otherwise: two exercises share a cell, or the file's footer runs in the notebook."""
    pieces, _ = split(stub_of(LESSON).encode(), PARTS)
    assert [piece.kind for piece in pieces] == [SETUP, *[EXERCISE] * 5, FILE_ONLY]
    assert [piece.names for piece in pieces[1:-1]] == [(part,) for part in PARTS]
    assert pieces[2].text.startswith("class Linear(Layer):")
    assert pieces[2].text.endswith('bias={self.bias is not None})"')


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("place", range(6))
def test_an_edit_changes_the_edited_piece_alone(end, place):
    """Lost otherwise: editing a cell moves, joins or rewrites what stands around it."""
    content = b"\xef\xbb\xbf" + PAGE.replace(b"\n", end.encode())
    pieces, layout = split(content, PARTS)
    old = pieces[place].text.replace("\n", end).encode()
    assert content.count(old) == 1
    pieces[place] = replace(pieces[place], text="class New:\n    x = 1")
    new = "class New:\n    x = 1".replace("\n", end).encode()
    assert join(pieces, layout) == content.replace(old, new)


def test_mixed_line_ends_become_those_of_most_lines():
    """Lost otherwise: a file in which editors show ^M at some lines."""
    content = b"import numpy\r\nx = 1\n\r\nclass Layer:\r\n    y = 2\n"
    assert join(*split(content, PARTS)) == content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def test_comments_go_with_what_they_are_about():
    """Lost otherwise: a class's heading ends the cell above it."""
    text = (
        "x = 1\n# about x\n\n# about Layer\n@deco\nclass Layer:\n    pass\n    # inside\n\ny = 2\n"
    )
    texts = [piece.text for piece in split(text.encode(), PARTS)[0]]
    assert texts == [
        "x = 1\n# about x",
        "# about Layer\n@deco\nclass Layer:\n    pass\n    # inside",
        "y = 2",
    ]


def test_what_shares_a_line_shares_a_piece():
    """Lost otherwise: a cell begins in the middle of a line, and is no Python."""
    assert kinds("import a\nclass Layer: x = 1; y = 2\nclass Linear(Layer): pass; z = 3\n") == [
        (SETUP,),
        (EXERCISE, "Layer"),
        (EXERCISE, "Linear"),
    ]
    assert kinds("x = 1; y = '''\n'''; z = 2\nclass Layer: pass\n") == [
        (SETUP,),
        (EXERCISE, "Layer"),
    ]


def test_of_two_classes_with_one_name_the_last_is_the_exercise():
    """Lost otherwise: the cell that is tested is not the class that counts."""
    text = "class Layer: pass\nclass Linear(Layer): pass\nclass Linear(Linear): pass\n"
    assert kinds(text) == [(EXERCISE, "Layer"), (SETUP,), (EXERCISE, "Linear")]


def test_what_runs_as_a_program_stands_alone():
    """Lost otherwise: the kernel, whose name is __main__, runs a learner's program at once."""
    text = "class Layer: pass\nif __name__ == '__main__':\n    main()\n\n\ndef helper(): pass\n"
    assert kinds(text) == [(EXERCISE, "Layer"), (FILE_ONLY,), (SETUP,)]


LINES = st.lists(
    st.sampled_from(
        ["", "   ", "x = 1", "# note", "    # deep", "class Layer: pass", "def f(): pass",
         "class Linear(Layer):\n    y = 2", "x = '''\n\n# y\n'''", "\f", "\t", "import os; z = 2"]
    ),
    max_size=14,
)  # fmt: skip


@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_order_of_lines_comes_back(lines, end):
    """Lost otherwise: blank lines, comments or line ends at a seam between two cells."""
    content = "\n".join([*lines, ""]).replace("\n", end).encode()
    try:
        compile(content, "x", "exec")
    except SyntaxError:
        return
    pieces, layout = split(content, PARTS)
    assert join(pieces, layout) == content
    assert all(piece.text == piece.text.strip() for piece in pieces)
