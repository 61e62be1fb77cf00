"""The package's face: its names, that they load one by one, and that its examples run."""

import doctest
import subprocess
import sys
from importlib import import_module
from pkgutil import walk_packages

import pytest

import tinytorch
from tinytorch.files import saving

MODULES = [module.name for module in walk_packages(tinytorch.__path__, "tinytorch.")]


def imported_by(statement):
    """The modules that a statement loads in a fresh Python."""
    code = f"import sys; {statement}; print(*sys.modules)"
    return set(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
    )


def test_every_public_name_is_there():
    """`from tinytorch import Linear` is the first line of every program."""
    for name in tinytorch.__all__:
        assert getattr(tinytorch, name).__name__ == name
        assert name in dir(tinytorch)
    listed = [name for names in tinytorch.HOMES.values() for name in names]
    assert sorted(listed) == sorted(tinytorch.__all__)


def test_every_part_is_there():
    """`tinytorch.training.fit` after `import tinytorch` is how people write it."""
    for part in tinytorch.PARTS:
        assert getattr(tinytorch, part).__name__ == f"tinytorch.{part}"
        assert part in dir(tinytorch)
    assert "numpy" not in imported_by("import tinytorch; dir(tinytorch)")


def test_the_version_is_there():
    """It is the first thing that a report of a fault needs, and costs nothing until it is asked."""
    assert tinytorch.__version__ == saving.version()


def test_a_typo_is_an_error():
    """`tinytorch.Liner` must not be None."""
    with pytest.raises(AttributeError, match="no attribute 'Liner'"):
        _ = tinytorch.Liner


def test_parts_load_one_by_one():
    """A learner's file may stand in for a part: using another one must not run it."""
    assert "numpy" not in imported_by("import tinytorch")
    layers = imported_by("from tinytorch import Linear")
    for part in ("activations", "losses", "autograd", "optimizers"):
        assert f"tinytorch.core.{part}" not in layers
    others = imported_by("from tinytorch import ReLU, MSELoss, Adam, manual_seed, no_grad")
    assert "tinytorch.core.layers" not in others
    assert "tito" not in layers | others


# What the examples of a module need besides.
NEEDED = {"tinytorch.torch": "torch"}


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_run(name):
    """An example that does not run teaches a beginner that it is their fault."""
    if name in NEEDED:
        pytest.importorskip(NEEDED[name])
    assert doctest.testmod(import_module(name)).failed == 0


def test_there_are_examples():
    """The search for examples found some: an empty search would pass, too."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    tests = finder.find(import_module("tinytorch.core.layers"))
    assert sum(len(test.examples) for test in tests) > 20
