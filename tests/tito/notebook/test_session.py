"""The cells that were run, as one file: its order, its lines, and what stands in."""

import itertools
from pathlib import Path

import pytest

from tito.engine.source import Source
from tito.lesson.model import load_lesson
from tito.notebook.document import split
from tito.notebook.order import EXERCISE, SETUP
from tito.notebook.session import Cell, assemble, with_cell

RIGHT = Path(__file__).parents[2] / "lessons" / "layers" / "files" / "right"
LESSON = load_lesson("layers")


def exercise(text, *names, first=2):
    return Cell(EXERCISE, text, f"%%exercise {' '.join(names)}", first)


def setup(text, name=None):
    return Cell(SETUP, text, "%%setup", 2, name)


def cells_of(path):
    pieces, _ = split(path.read_bytes(), LESSON.parts)
    return [Cell(p.kind, p.text, f"%%{p.kind}") for p in pieces if p.kind in (SETUP, EXERCISE)]


def run(*cells):
    known = []
    for cell in cells:
        known = with_cell(known, cell)
    return known


def code(text):
    return [line for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize("path", sorted(RIGHT.glob("*.py")), ids=lambda path: path.stem)
def test_cells_in_the_files_order_make_the_files_code(path):
    """Lost otherwise: the notebook tests something other than its cells, one after another."""
    cells = cells_of(path)
    together = assemble(LESSON, run(*cells))
    assert code(together.text) == [line for cell in cells for line in code(cell.text)]
    assert together.missing == ()


def test_every_line_is_known_by_its_cell():
    """Lost otherwise: a message points at a line that is not the learner's."""
    cells = [setup("import numpy\nx = 1"), exercise("class Layer:\n    y = 2", "Layer", first=5)]
    together = assemble(LESSON, cells)
    for number, line in enumerate(together.text.split("\n"), 1):
        cell, place = together.place(number)
        if cell is not None and line:
            assert cell.text.split("\n")[place - cell.first_line] == line
    assert together.place(10_000) == (None, 10_000)


def test_classes_that_were_not_run_are_unwritten():
    """Lost otherwise: the first cell of a notebook cannot be tested before all others."""
    together = assemble(LESSON, [exercise("class Dense(Linear):\n    pass", "Dense")])
    source = Source(Path("x.py"), together.content, 0.0)
    assert together.missing == ("Layer", "Linear", "Dropout", "Sequential")
    for task in LESSON.exercises:
        assert source.untouched(task.name) == (task.part != "Dense"), task.name
    space = {}
    exec(together.text, space)
    assert space["Dense"].__mro__[1:3] == (space["Linear"], space["Layer"])


def test_cells_run_in_any_order_still_load():
    """Lost otherwise: who runs a lower cell first is told of errors that are none."""
    parts = [
        setup("from __future__ import annotations\n\nimport functools"),
        exercise("class Layer:\n    pass", "Layer"),
        exercise("class Linear(Layer):\n    @functools.cache\n    def f(self): pass", "Linear"),
        exercise("class Dense(Linear):\n    pass", "Dense"),
        setup("def helper():\n    return Dense()\n\n\nDEFAULT = helper()"),
    ]
    for order in itertools.permutations(parts):
        exec(assemble(LESSON, run(*order)).text, {})


def test_the_latest_run_of_a_cell_counts():
    """Lost otherwise: an old version of a class is tested, and passes or fails for it."""
    old, new = (
        exercise("class Layer:\n    x = 1", "Layer"),
        exercise("class Layer:\n    x = 2", "Layer"),
    )
    linear = exercise("class Linear(Layer): pass", "Linear")
    assert run(old, linear, new) == [new, linear]


def test_a_cell_that_the_notebook_names_replaces_itself():
    """Lost otherwise: a helper that was deleted from its cell is tested for ever."""
    old, new = setup("def f(): pass\ndef g(): pass", "a"), setup("def g(): return 1", "a")
    assert run(old, new) == [new]
    assert run(old, setup("def g(): return 1", "b")) == [old, setup("def g(): return 1", "b")]


def test_two_classes_in_one_cell():
    """Lost otherwise: one of the two is taken from an older cell."""
    both = exercise("class Layer: pass\nclass Linear(Layer): pass", "Layer", "Linear")
    linear = exercise("class Linear: x = 1", "Linear")
    assert run(linear, both) == [both]
    together = assemble(LESSON, run(both, linear))
    assert together.text.index("x = 1") > together.text.index("class Linear(Layer)")


def test_cells_that_need_each_other_keep_their_order():
    """Lost otherwise: a circle of names never ends."""
    one, two = setup("a = 1\nc = lambda: b"), setup("b = 2\nd = lambda: a")
    for order in ([one, two], [two, one]):
        text = assemble(LESSON, order).text
        assert text.index(order[0].text) < text.index(order[1].text)


def test_the_declared_encoding_is_kept():
    """Lost otherwise: a file in an old encoding is no longer Python as a notebook."""
    together = assemble(LESSON, [setup("# -*- coding: latin-1 -*-\nname = 'ü'")])
    assert "name = 'ü'".encode("latin-1") in together.content
