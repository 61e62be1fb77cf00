"""The two programs run as they are, say what they say, and are marked where they differ."""

import contextlib
import io

import pytest

from tests.tito.lab.compare.conftest import recipe_for
from tito.lab.compare.programs import NOTES, beside, programs, text_of
from tito.say.terminal import Screen

NETWORKS = {
    "classes": (recipe_for("7-5-3"), "(8,)", 58),
    "dropout": (recipe_for("7-5-3", dropout=0.5, optimizer="adam"), "(8,)", 58),
    "one number": (recipe_for("7-5-1", dropout=0.25, activation="tanh"), "(8, 1)", 46),
}


@pytest.mark.parametrize("side", ["ours", "torch"])
@pytest.mark.parametrize("name", NETWORKS)
def test_each_program_runs_and_says_the_same(name, side):
    """Lost otherwise: what is printed to be learned from does not run."""
    if side == "torch":
        pytest.importorskip("torch")
    recipe, shape, count = NETWORKS[name]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(text_of(programs(recipe), side), side, "exec"), {"__name__": "__main__"})
    loss, *said = printed.getvalue().splitlines()
    assert float(loss.removeprefix("loss ")) > 0
    weight = "(7, 5)" if side == "ours" else "(5, 7)"
    assert said == [shape, f"parameters {count}", f"weight {weight}"]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_row_has_a_note_exactly_where_the_two_differ(name):
    """Lost otherwise: a difference goes unmarked, or what is alike is pointed at."""
    rows = programs(NETWORKS[name][0])
    for row in rows:
        assert bool(row.note) == (row.ours != row.torch), row
    assert {row.note for row in rows if row.note} <= set(NOTES)


def test_a_terminal_of_80_columns_has_room_for_both_side_by_side():
    """Lost otherwise: whoever sees no colours, or has no wide screen, sees no differences."""
    for recipe, _, _ in NETWORKS.values():
        lines = list(beside(programs(recipe), Screen(width=79), "TinyTorch"))
        assert max(map(len, lines)) < 80
        marked = next(line for line in lines if "import numpy as np" in line)
        assert marked.split() == ["import", "numpy", "as", "np", "1", "import", "torch"]
        same = next(line for line in lines if "value.backward()" in line)
        assert same.split() == ["value.backward()", "value.backward()"]


def test_on_a_narrow_terminal_one_follows_the_other():
    """Lost otherwise: two columns of 20 characters, which nobody can read."""
    lines = list(beside(programs(NETWORKS["dropout"][0]), Screen(width=50), "TinyTorch"))
    assert "PyTorch:" in lines
    assert max(map(len, lines)) < 50
