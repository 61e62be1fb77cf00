"""The learner's module with some of the reference's classes in the place of theirs."""

import subprocess
import sys
from pathlib import Path

import pytest

FILES = Path(__file__).parents[2] / "lessons" / "layers" / "files"
#: Right files that make their classes in unusual ways.
UNUSUAL = (
    "abc_style",
    "dataclasses",
    "dense_first",
    "hooks_and_metaclass",
    "notebook_cells",
    "registry",
    "sequential_first",
)
CLASSES = ("Layer", "Linear", "Dense", "Dropout", "Sequential")


def run_with(replaced, text, then, folder):
    """What ``then`` prints in a process in which the text stands in, mended."""
    path = folder / "layers_dev.py"
    path.write_text(text, encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from tito.engine.standin import StandIn, install\n"
        "from tito.lab.process import mend, reference\n"
        f"path, target = {str(path)!r}, 'tinytorch.core.layers'\n"
        "def stand_in(replaced):\n"
        "    source = Path(path).read_bytes()\n"
        "    (m,) = install([StandIn(target, ['layers_dev'], source, path)])\n"
        "    for name in replaced: mend(m, name)\n"
        "    return m\n"
        f"m = stand_in({list(replaced)!r})\n"
        f"{then}\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.split()


def page():
    return (FILES / "right" / "page.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", UNUSUAL)
def test_a_right_file_trains_with_any_class_of_the_reference(name, tmp_path):
    """Lost otherwise: the search blames the class beside the one at fault, or breaks off."""
    sets = [*((part,) for part in CLASSES), CLASSES]
    then = f"""
from dataclasses import replace
from tito.lab.train import digits
from tito.lab.train.recipe import DIGITS
for replaced in {sets!r}:
    del sys.meta_path[0], sys.modules[target]
    m = stand_in(replaced)
    assert digits.train(m, replace(DIGITS, epochs=1)).held_out[-1] > 0.6, replaced
"""
    run_with([], (FILES / "right" / f"{name}.py").read_text(encoding="utf-8"), then, tmp_path)


def test_the_methods_are_the_references(tmp_path):
    """Lost otherwise: the learner's own class is measured under the reference's name."""
    then = f"""
for name in {CLASSES!r}:
    mine, theirs = getattr(m, name), getattr(reference(target), name)
    assert mine is not theirs
    for key, value in vars(theirs).items():
        assert not callable(value) or vars(mine)[key] is value, (name, key)
"""
    run_with(CLASSES, page(), then, tmp_path)


def test_what_inherits_from_it_inherits_the_references_methods(tmp_path):
    """Lost otherwise: Layer is put in for the four classes below it in name only."""
    extra = "class Layer:\n    mark = 'mine'\n    def train(self): return 'mine'\n"
    text = page().replace("class Layer:", extra, 1)
    then = """
r = reference(target)
print(m.Linear.__call__ is r.Layer.__call__, m.Linear.forward is not r.Linear.forward,
      issubclass(m.Linear, m.Layer), isinstance(m.Linear(2, 3), m.Layer), m.Layer.mark == "mine",
      m.Linear(2, 3).train() == "mine")
"""
    assert run_with(["Layer"], text, then, tmp_path) == ["True"] * 5 + ["False"]


def test_one_class_has_the_learners_base(tmp_path):
    """Lost otherwise: with the reference's Linear its Layer comes too, and hides a fault there."""
    text = page().replace("class Layer:", "class Layer:\n    mark = 'mine'\n", 1)
    then = "print(m.Dropout.mark, m.Dropout(0.5).training)"
    assert run_with(["Dropout"], text, then, tmp_path) == ["mine", "True"]


def test_what_the_file_changes_afterwards_is_undone(tmp_path):
    """Lost otherwise: a method put onto the class later goes on spoiling it."""
    text = page() + "\ndef forward(self, x):\n    return None\n\nLinear.forward = forward\n"
    then = "print(m.Linear.forward is reference(target).Linear.forward)"
    assert run_with(["Linear"], text, then, tmp_path) == ["True"]


@pytest.mark.parametrize(
    "text", ["", "Linear = None\n", "if True:\n    class Linear: pass\n", "def Linear(): pass\n"]
)
def test_a_class_that_is_missing_or_none_is_put_in(text, tmp_path):
    """Lost otherwise: a file without a class is told nothing, where one class is all it lacks."""
    then = "print(m.Linear(2, 3).weight.shape == (2, 3))"
    assert run_with(["Linear"], text, then, tmp_path) == ["True"]


def test_the_references_methods_can_be_moved():
    """Lost otherwise: `super()` in a method of the reference would look in the wrong class."""
    from tinytorch.core import layers

    for name in CLASSES:
        for method in vars(getattr(layers, name)).values():
            code = getattr(method, "__code__", None)
            assert code is None or "__class__" not in code.co_freevars
