"""The two programs run as they are, say what they say, and are marked where they differ."""

import contextlib
import io
import re
import subprocess
import sys

import pytest

from tito.lab.compare.programs import NOTES, beside, programs
from tito.say.terminal import Screen


def linear(inputs, outputs, kind="Linear", bias=True):
    settings = {"in": inputs, "out": outputs, "bias": bias}
    return {"kind": kind, "settings": settings}


def plain(kind, **settings):
    return {"kind": kind, "settings": settings}


NETWORKS = {
    "page": ([linear(7, 5), plain("ReLU"), linear(5, 3)], "cross-entropy", "sgd", True),
    "dropout": (
        [linear(7, 5), plain("ReLU"), plain("Dropout", p=0.5), linear(5, 3, bias=False)],
        "cross-entropy",
        "adam",
        True,
    ),
    "no flag": (
        [linear(7, 5, "Dense"), plain("Dropout", p=0.25), plain("Softmax", dim=-1), linear(5, 1)],
        "squared error",
        "sgd",
        False,
    ),
}


def made(name, steps=3):
    parts, loss, optimizer, flag = NETWORKS[name]
    return programs(parts, loss, optimizer, 4, steps, 11, flag)


def said(text, name):
    """The lines that a program prints, without its loss, and the loss."""
    lines = text.splitlines()
    assert lines[0].startswith("loss ")
    assert float(lines[0].removeprefix("loss ")) > 0
    return lines[1:]


@pytest.mark.parametrize("name", NETWORKS)
def test_our_program_runs_and_says_what_it_says(name, tmp_path):
    """Lost otherwise: what is printed to be learned from does not run."""
    path = tmp_path / "ours.py"
    path.write_text(made(name).ours)
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    count = {"page": 58, "dropout": 55, "no flag": 46}[name]
    shape = "(4, 1)" if name == "no flag" else "(4,)"
    assert said(done.stdout, name) == [shape, f"parameters {count}", "weight (7, 5)"]
    assert f"# {count}\n" in made(name).ours


@pytest.mark.parametrize("name", NETWORKS)
def test_pytorchs_program_runs_and_says_the_same(name):
    """Lost otherwise: a learner's first program in PyTorch fails, and we wrote it."""
    pytest.importorskip("torch")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(made(name).torch, "theirs.py", "exec"), {"__name__": "__main__"})
    count = {"page": 58, "dropout": 55, "no flag": 46}[name]
    shape = "(4, 1)" if name == "no flag" else "(4,)"
    assert said(printed.getvalue(), name) == [shape, f"parameters {count}", "weight (5, 7)"]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_row_has_a_note_exactly_where_the_two_differ(name):
    """Lost otherwise: a difference goes unmarked, or what is alike is pointed at."""
    both = made(name)
    for row in both.rows:
        assert bool(row.note) == (row.ours != row.torch), row
    assert {row.note for row in both.rows if row.note} <= set(NOTES)


@pytest.mark.parametrize("columns", [80, 100, 120, 160])
@pytest.mark.parametrize("name", NETWORKS)
def test_side_by_side_nothing_is_cut(name, columns, monkeypatch):
    """Lost otherwise: a program with holes in it."""
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = list(beside(made(name, steps=10_000), Screen.of(None), "yours"))
    assert max(map(len, lines)) < columns
    assert not any("..." in line or "…" in line for line in lines if "list(" not in line)


def test_the_mark_is_in_the_middle_without_colours(monkeypatch):
    """Lost otherwise: whoever sees no colours sees no differences."""
    monkeypatch.setenv("COLUMNS", "80")
    lines = list(beside(made("page"), Screen(), "TinyTorch"))
    marked = [line for line in lines if re.match(r".{38} \d ", line)]
    assert any("import numpy as np" in line and "import torch" in line for line in marked)
    assert any("found = list(model.parameters())" in line for line in marked)
    same = next(line for line in lines if "value.backward()" in line)
    assert same.split() == ["value.backward()", "value.backward()"]


@pytest.mark.parametrize("columns", [45, 60])
def test_on_a_narrow_terminal_one_follows_the_other(columns, monkeypatch):
    """Lost otherwise: two columns of 20 characters, which nobody can read."""
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = list(beside(made("page"), Screen.of(None), "TinyTorch"))
    assert "PyTorch:" in lines
    assert max(map(len, lines)) < columns
