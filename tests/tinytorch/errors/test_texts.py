"""The whole text of each error: what was expected, what came, and what to do."""

import re
from pathlib import Path

import numpy as np
import pytest

import tinytorch
from tinytorch import Adam, Linear, ReLU, Sequential, Tensor, plots, profiling, rng, training
from tinytorch import torch as interop

TABLES = sorted(Path(__file__).parent.glob("*.txt"))


def cases(path):
    """The rows of a table, as (statement, type and text of its error)."""
    statement, text = "", []
    for line in [*path.read_text("utf-8").splitlines()[4:], "#"]:
        if line.startswith(" "):
            text.append(line.strip())
        else:
            if statement and not statement.startswith("#"):
                yield statement, " ".join(text)
            statement, text = line, []


CASES = [pytest.param(*case, id=case[0]) for path in TABLES for case in cases(path)]


@pytest.fixture
def names():
    """What the statements of the tables use."""
    public = {name: getattr(tinytorch, name) for name in tinytorch.__all__}
    for module in (interop, profiling, rng, training):
        public |= {name: getattr(module, name) for name in module.__all__}
    w = Tensor(np.ones((3, 2)), requires_grad=True)
    again = (w * 2).sum()
    again.backward()
    model = Sequential(Linear(3, 2), ReLU())
    x = Tensor(np.ones((2, 3)))
    return public | {
        **{"np": np, "plots": plots, "w": w, "again": again, "x": x},
        **{"model": model, "optimizer": Adam([w])},
    }


def test_there_are_cases():
    """A table that is not found would be a table that passes."""
    assert len(TABLES) >= 5
    assert len(CASES) > 150


@pytest.mark.parametrize(("statement", "text"), CASES)
def test_the_error_says_what_to_do(names, statement, text):
    """A person who is told only what went wrong has to guess the rest."""
    if statement.startswith(("save(", "load(")):
        pytest.importorskip("safetensors")
    if "axes=" in statement:
        pytest.importorskip("matplotlib")
    with pytest.raises((ValueError, TypeError)) as caught:
        exec(statement, names)
    notes = "".join(f" + {note}" for note in getattr(caught.value, "__notes__", ()))
    told = f"{caught.type.__name__}: {caught.value}{notes}"
    pattern = ".*".join(map(re.escape, text.split("…")))
    assert re.fullmatch(pattern, told), f"{told}\nis not\n{text}"
