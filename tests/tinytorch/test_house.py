"""The framework's rooms: six lessons in `core`, no circle among modules, old imports found."""

import ast
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

import tinytorch

ROOT = Path(tinytorch.__file__).parent
LESSONS = {"tensor", "activations", "layers", "losses", "autograd", "optimizers"}


def dotted(path):
    """The name by which a file is imported."""
    return ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__")


def imports(path, modules):
    """The modules of the framework that a file imports anywhere, for types and late ones too."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in modules else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_core_holds_the_six_lessons_and_nothing_else():
    """Lost otherwise: a beginner's way through the framework, file by file."""
    assert {path.stem for path in (ROOT / "core").glob("*.py")} == LESSONS | {"__init__"}


def test_no_module_imports_itself_in_a_circle():
    """Lost otherwise: that one part can be read, and changed, before another."""
    modules = {dotted(path): path for path in ROOT.rglob("*.py")}
    graph = {
        name: {each for each in imports(path, modules) if each in modules and each != name}
        for name, path in modules.items()
    }
    assert len(graph["tinytorch.core.layers"]) > 3
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("container", "container", "Container"),
        ("masking", "special", "masked"),
        ("module", "module", "Module"),
        ("module", "module", "follows_mode"),
    ],
)
def test_a_learners_file_from_before_finds_what_it_imports(old, new, name):
    """Lost otherwise: a file that was right, by an update."""
    before = getattr(import_module(f"tinytorch.core.{old}"), name)
    assert before is getattr(import_module(f"tinytorch.core.given.{new}"), name)
