"""The directions in which imports go, as docs/architecture.md draws them, and the size of files."""

import ast
import re
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).parent.parent / "src"
FILES = {str(path.relative_to(SRC)): path for path in sorted(SRC.rglob("*.py"))}
LEAVES = {
    "tinytorch": {"numpy", "tinytorch"},
    "tito/lesson": {"numpy", "tinytorch", "tito.lesson"},
    "tito/engine": {"numpy", "tinytorch", "tito.lesson", "tito.engine"},
    "tito/lessons": {"numpy", "tinytorch", "tito.lesson", "tito.engine", "tito.lessons"},
}
#: Libraries that are optional, and where alone they are imported: within a function.
OPTIONAL = {
    "matplotlib": "tinytorch/plots/",
    "safetensors": "tinytorch/files/tensors.py",
    "pooch": "tinytorch/data/",
    "torch": "tinytorch/torch.py",
}
#: The wings of tito, each of which imports only from those before it; those of one row not at all
#: from each other.
WINGS = (
    ("lesson",),
    ("engine",),
    ("lessons", "say"),
    ("learner",),
    ("lab", "notebook", "doctor"),
    ("page",),
    ("cli",),
)
LESSONS = [path.parent.name for path in sorted(SRC.glob("tito/lessons/*/lesson.toml"))]
#: Strings that are a lesson's name and mean something else.
OTHER_MEANINGS = {
    ("tito/cli/show.py", "layers"): "a picture of `tito show`",
    ("tito/cli/show.py", "activations"): "a picture of `tito show`",
    ("tito/cli/pictures/layers.py", "layers"): "a picture of `tito show`",
    ("tito/cli/pictures/experiments.py", "activations"): "a picture of `tito show`",
    ("tito/lab/compare/page.py", "layers"): "a key of the JSON of `tito compare`",
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


def _modules():
    """The modules of tito, by name, each with the modules of tito that it imports, types too."""
    names = {
        ".".join(Path(name).with_suffix("").parts).removesuffix(".__init__"): tree
        for name, tree in files_in("tito")
    }
    found = {}
    for name, tree in names.items():
        found[name] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found[name] |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                inner = {f"{node.module}.{alias.name}" for alias in node.names}
                found[name] |= {module if module in names else node.module for module in inner}
        found[name] &= set(names)
    return found


def _height(module):
    """The row of the wing that a module is in; what stands at the top of tito is above all."""
    wing = module.split(".")[1] if "." in module else ""
    return next((row for row, wings in enumerate(WINGS) if wing in wings), len(WINGS))


def test_imports_go_from_wing_to_wing_in_one_direction():
    """Otherwise a verdict needs a terminal, or a lesson the learner's folder."""
    up = [
        f"{name} imports {other}"
        for name, imported in _modules().items()
        for other in imported
        if _height(other) >= _height(name) and name.split(".")[1:2] != other.split(".")[1:2]
    ]
    assert up == []


def test_no_modules_import_each_other():
    """Otherwise two files are one idea, and neither can be read, or moved, alone."""
    graph = _modules()

    def reached(start):
        seen, waiting = set(), list(graph[start])
        while waiting:
            if (name := waiting.pop()) not in seen:
                seen.add(name)
                waiting += graph[name]
        return seen

    assert [name for name in graph if name in reached(name)] == []


def _strings(tree):
    """The strings of a module that are no docstring and name no attribute, with their lines."""
    prose = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    attributes = {
        id(node.args[1])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("getattr", "hasattr", "setattr")
    }
    for node in ast.walk(tree):
        known = id(node) in prose or id(node) in attributes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not known:
            yield node.lineno, node.value


def test_no_module_outside_of_a_lesson_names_one():
    """Otherwise the next lesson is a change in a dozen files, and one of them is forgotten."""
    any_lesson = "|".join(LESSONS)
    of_a_lesson = re.compile(rf"\b({any_lesson})_dev\b|\bcore[./]({any_lesson})\b")
    named = []
    for name, tree in files_in("tito"):
        if name.startswith("tito/lessons/"):
            continue
        named += [
            f"{name}:{line}: {text!r}"
            for line, text in _strings(tree)
            if of_a_lesson.search(text) or (text in LESSONS and (name, text) not in OTHER_MEANINGS)
        ]
        named += [
            f"{name} imports {module}"
            for module in imports(name, tree)
            if re.search(rf"\b(lessons|core)\.({any_lesson})\b", module)
        ]
        named += [
            f"{name}:{node.lineno} imports {alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "tinytorch.core"
            for alias in node.names
            if alias.name in LESSONS
        ]
    assert named == []
