"""The directions in which imports go, as docs/architecture.md draws them, and the size of files."""

import ast
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).parent.parent / "src"
FILES = {str(path.relative_to(SRC)): path for path in sorted(SRC.rglob("*.py"))}
LEAVES = {
    "tinytorch": {"numpy", "tinytorch"},
    "tito/engine": {"numpy", "tinytorch", "tito.engine"},
    "tito/lessons": {"numpy", "tinytorch", "tito.engine", "tito.lessons"},
}
#: Libraries that are optional, and where alone they are imported: within a function.
OPTIONAL = {
    "matplotlib": "tinytorch/plots/",
    "safetensors": "tinytorch/files/tensors.py",
    "pooch": "tinytorch/data/",
    "torch": "tinytorch/torch.py",
}
TERMINAL = {"curses", "getpass", "pty", "readline", "termios", "tty"}
TERMINAL_SIGNALS = {"SIGHUP", "SIGINT", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGWINCH"}


def files_in(package):
    """The sources of one package, as (name, parsed file)."""
    found = [(name, path) for name, path in FILES.items() if name.startswith(package + "/")]
    assert found
    return [(name, ast.parse(path.read_bytes())) for name, path in found]


def imports(name, tree):
    """The full names of all modules that a file imports, wherever in the file it does."""
    package = Path(name).parent.parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*start, *([node.module] if node.module else [])])
            # `from tito import engine` imports tito.engine.
            yield from (f"{module}.{a.name}" if module == "tito" else module for a in node.names)


def test_imports_are_read_in_all_their_forms():
    """Otherwise the tests below see nothing and pass."""
    source = "import a.b\ndef f():\n from c.d import e\n from tito import cli\n from . import g"
    found = set(imports("tito/engine/x.py", ast.parse(source)))
    assert found == {"a.b", "c.d", "tito.cli", "tito.engine"}


@pytest.mark.parametrize("package", LEAVES)
def test_a_package_imports_only_what_is_below_it(package):
    """Otherwise the framework needs the tool, or the engine runs in a terminal alone."""
    allowed = LEAVES[package]
    strays = [
        f"{name} imports {module}"
        for name, tree in files_in(package)
        for module in imports(name, tree)
        if module.split(".")[0] not in sys.stdlib_module_names | {"__future__"}
        and not name.startswith(OPTIONAL.get(module.split(".")[0], "nowhere"))
        and not any(module == root or module.startswith(root + ".") for root in allowed)
    ]
    assert strays == []


def test_what_is_optional_is_imported_when_it_is_used():
    """Otherwise `import tinytorch.data` fails where NumPy is all there is."""
    strays = [
        f"{name} imports {module} at its top"
        for name, tree in files_in("tinytorch")
        for module in imports(name, ast.Module(_run_on_import(tree), []))
        if module.split(".")[0] in OPTIONAL
    ]
    assert strays == []


def _run_on_import(tree):
    """The statements of a module but functions, classes and what only type checkers read."""
    skipped = ast.FunctionDef | ast.ClassDef
    return [
        statement
        for statement in tree.body
        if not isinstance(statement, skipped)
        and not (isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test))
    ]


def test_nothing_that_is_installed_imports_the_benchmarks_or_the_proof():
    """Otherwise tito does not run where it was installed without a clone."""
    trees = [*files_in("tinytorch"), *files_in("tito")]
    strays = [
        n for n, tree in trees for m in imports(n, tree) if m.startswith(("benchmarks", "proof"))
    ]
    assert strays == []


def test_the_engine_knows_no_terminal():
    """Otherwise it cannot run in a notebook, a browser or a grader."""
    strays = []
    for name, tree in files_in("tito/engine"):
        strays += [f"{name} imports {m}" for m in imports(name, tree) if m in TERMINAL]
        strays += [
            f"{name}:{node.lineno} handles {node.attr}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr in TERMINAL_SIGNALS
        ]
    assert strays == []


def test_core_imports_by_full_public_names():
    """Otherwise a learner's file, made from these, does not run outside of the package."""
    relative = [
        f"{name}:{node.lineno}"
        for name, tree in files_in("tinytorch/core")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level > 0
    ]
    assert relative == []


def test_files_are_short_enough_to_read():
    """Otherwise a reader has to hold several ideas at once to change one."""
    lines = {name: len(path.read_bytes().splitlines()) for name, path in FILES.items()}
    assert {name: count for name, count in lines.items() if count > 500} == {}
