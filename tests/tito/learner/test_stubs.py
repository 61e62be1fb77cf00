"""Library source made into a stub: nothing but the exercises' bodies goes, and all of them do."""

import ast
import importlib.util
import textwrap
from pathlib import Path
from types import SimpleNamespace

import pytest

import tinytorch.core.layers
from tinytorch.core import MODULES
from tito.engine.source import Source
from tito.learner import stub_of
from tito.learner.folder import FOOTER
from tito.lesson.model import load_lesson
from tito.lesson.reference import Reference
from tito.lesson.source import EditError, Text

LIBRARY = Path(tinytorch.core.layers.__file__)


def stub(source, *exercises):
    return Text(textwrap.dedent(source)).stub(exercises)


def task(name):
    return f'raise NotImplementedError("{name}: your code here")'


@pytest.fixture(scope="module")
def lesson():
    return load_lesson("layers")


@pytest.fixture(scope="module")
def real(lesson):
    return stub_of(lesson)


def test_every_exercise_of_the_real_stub_is_untouched(lesson, real):
    """Lost otherwise: an exercise comes solved, or its checks fail in place of waiting."""
    source = Source(Path("layers_dev.py"), real.encode(), 0.0)
    assert all(source.untouched(exercise.name) for exercise in lesson.exercises)


def test_no_line_of_a_removed_body_remains(lesson, real):
    """Lost otherwise: the stub gives the solution away."""
    library, left = LIBRARY.read_text(), Source(Path("x"), real.encode(), 0.0).methods
    methods = Source(LIBRARY, library.encode(), 0.0).methods
    for exercise in lesson.exercises:
        body = [ast.unparse(node) for node in methods[exercise.name].body[1:]]
        kept = [ast.unparse(node) for node in left[exercise.name].body]
        assert len(kept) == 2
        assert not set(body) & set(kept)
        assert kept[1] == ast.unparse(ast.parse(task(exercise.name)))


def test_the_rest_of_the_real_stub_is_the_library(lesson, real):
    """Lost otherwise: docstrings, comments or the layout of what is given are damaged."""
    library = LIBRARY.read_text().splitlines()
    kept = [line for line in real.removesuffix(FOOTER).splitlines() if "your code" not in line]
    position = 0
    for line in kept:
        position = library.index(line, position) + 1
    assert real.count("your code here") == len(lesson.exercises)


def test_the_real_stub_imports(real, tmp_path):
    """Lost otherwise: the first thing a learner sees is an ImportError."""
    path = tmp_path / "layers_dev.py"
    path.write_text(real)
    spec = importlib.util.spec_from_file_location("layers_dev", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with pytest.raises(NotImplementedError, match=r"Linear\.__init__: your code here"):
        module.Linear(3, 2)


def test_a_body_without_a_docstring():
    """Lost otherwise: only documented methods can be exercises."""
    source = """
        class A:
            # above
            def f(self, x,
                  y):  # beside
                # inside
                z = x

                return z
            # below
            g = 1
        """
    expected = f"""
        class A:
            # above
            def f(self, x,
                  y):  # beside
                {task("A.f")}
            # below
            g = 1
        """
    assert stub(source, "A.f") == textwrap.dedent(expected).rstrip(" ")


def test_comments_of_the_body_go_with_it():
    """Lost otherwise: a comment tells how the body went."""
    source = '''
        class A:
            def f(self):
                """Doc. # kept"""

                # how
                return 1  # why
                # what else
        '''
    expected = f'''
        class A:
            def f(self):
                """Doc. # kept"""

                {task("A.f")}
        '''
    without_blank = textwrap.dedent(expected).replace("\n\n", "\n")
    assert stub(source, "A.f") == without_blank


def test_one_line_bodies():
    """Lost otherwise: a short method breaks the stub's syntax."""
    source = "class A:\n    def f(self): return 1; \n    def g(self): 'doc'; return '≠'; pass\n"
    text = stub(source, "A.f", "A.g")
    assert text == (
        f"class A:\n    def f(self): {task('A.f')}\n    def g(self): 'doc'; {task('A.g')}\n"
    )
    ast.parse(text)


def test_decorators_and_nested_functions():
    """Lost otherwise: half of an inner function stays behind."""
    source = '''
        class A:
            @staticmethod
            def f():
                """Doc."""
                @cache
                def inner():
                    return 1
                return inner
        '''
    text = stub(source, "A.f")
    assert "@staticmethod\n    def f():" in text
    assert "cache" not in text
    assert "inner" not in text
    ast.parse(text)


def test_an_exercise_that_is_not_there():
    """Lost otherwise: a lesson that lost an exercise to a renaming is not noticed."""
    with pytest.raises(EditError):
        stub("class A: pass", "A.f")


def test_what_is_fast_and_what_linters_are_told_goes():
    """Lost otherwise: the stub names the kernels, which are the answers, or talks to ruff."""
    source = """
        import numpy as np  # noqa: F401 # pyright: ignore[reportUnusedImport]

        from tinytorch.core.given import kernels
        from tinytorch.core.given.special import erf  # noqa: F401


        class A:
            def f(self):
                return kernels.relu(1)
        """
    reference = Text(textwrap.dedent(source).lstrip())
    left = stub_of(SimpleNamespace(reference=reference, exercises=[SimpleNamespace(name="A.f")]))
    left = left.removesuffix(FOOTER)
    assert "kernels" not in left
    assert [line for line in left.splitlines() if "import" in line] == [
        "import numpy as np",
        "from tinytorch.core.given.special import erf",
    ]


@pytest.mark.parametrize("module", MODULES)
def test_each_method_function_and_entry_of_a_core_module_can_be_an_exercise(module):
    """Lost otherwise: a lesson of another kind comes with its answers, or with a broken file."""
    text = Reference(f"tinytorch.core.{module}")
    names = [name for name in text.places if text.defines(name)]
    assert names
    for name in names:
        left = Text(text.stub([name]))
        old, new = text.places[name], left.places[name]
        assert left.places.keys() == {n for n in text.places if not n.startswith(f"{name}.")}
        assert Source(Path("x"), left.text.encode(), 0.0).untouched(name)
        assert left.method(name).count("your code here") == 1
        assert left.text.startswith("".join(text.lines[: old.first]))
        assert left.text.endswith("".join(text.lines[old.tail :]))
        if isinstance(old.node, ast.FunctionDef):
            said = ast.get_docstring(old.node)
            assert ast.get_docstring(new.node) == said
            assert ast.unparse(new.node.args) == ast.unparse(old.node.args)
            assert len(new.node.body) == 1 + (said is not None)
        assert "#" not in left.lines[new.end - 1]
    outer = [name for name in names if name.rpartition(".")[0] not in names]
    assert text.stub(outer).count("your code here") == len(outer)


def test_an_entry_that_is_not_written_refuses_whoever_takes_it():
    """Lost otherwise: a table without its derivative passes where nobody looks at the gradient."""
    source = """
        # the slopes
        SLOPES = {
            # of x * x
            "square": (
                lambda g, x: 2 * g * x,
            ),  # twice x
            "one": len, "two": len,  # both
        }
        """
    left, scope = stub(source, "SLOPES.square"), {}
    exec(left, scope)
    assert "twice" not in left
    assert "    # of x * x\n" in left
    with pytest.raises(TypeError):
        scope["SLOPES"]["square"](1)
    with pytest.raises(TypeError):
        iter(scope["SLOPES"]["square"])
    assert 'NotImplementedError("SLOPES.one: your code here"), "two"' in stub(source, "SLOPES.one")
    with pytest.raises(EditError, match="on line 8"):
        stub(source, "SLOPES.one", "SLOPES.two")
