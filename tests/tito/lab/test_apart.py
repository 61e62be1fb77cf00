"""Work in a process of its own: what comes back, and how a person reads what went wrong."""

from pathlib import Path

import pytest

from tito.engine.source import Source
from tito.lab.apart import Stopped, run_apart
from tito.lab.networks import ModelFile
from tito.lesson.model import load_lesson

PLAIN = (Path(__file__).parents[2] / "plain_layers.py").read_text(encoding="utf-8")
FORWARD = "        return x.matmul(self.weight) + self.bias\n"


@pytest.fixture(autouse=True)
def _work_is_found_over_there(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))


def source(folder, forward=FORWARD):
    assert FORWARD in PLAIN
    path = folder / "layers_dev.py"
    path.write_text(PLAIN.replace(FORWARD, forward), encoding="utf-8")
    return [(load_lesson("layers"), Source(path, path.read_bytes(), 0.0))]


def model_file(folder, text):
    path = folder / "my model.py"
    path.write_text(text, encoding="utf-8")
    return ModelFile.parse(f"{path}:make")


def build(folder, text, own=None):
    model = model_file(folder, text)
    return run_apart("work:built", own or [], {"network": model.to_dict()}, model=model.source)


def test_data_goes_there_and_back(tmp_path):
    """Lost otherwise: a result of any size is cut off, or a letter of it is another."""
    seen = []
    arguments = {"value": "→é" * 1_000, "times": 2_000}
    done = run_apart("work:echo", source(tmp_path), arguments, seen.extend)
    assert done.result["value"] == "→é" * 2_000_000
    assert done.result["file"] == str(tmp_path / "layers_dev.py")
    assert seen == ["begun"]
    assert done.items == 1


def test_without_a_file_it_is_the_reference():
    """Lost otherwise: somebody who has no file yet can look at nothing."""
    done = run_apart("work:echo", [], {"value": 1})
    assert done.result["file"].endswith("core/layers.py")


def test_a_refusal_is_shown_as_it_is(tmp_path):
    """Lost otherwise: a sentence for the person comes with the name of a class of ours."""
    with pytest.raises(Stopped, match=r"^It stopped\. These layers have no class Conv\.$"):
        run_apart("work:refused", source(tmp_path), {})


def test_a_crash_shows_the_learners_line(tmp_path):
    """Lost otherwise: somebody alone with an error does not see where it came from."""
    opening = {"opening": lambda done: f"After {done}:"}
    with pytest.raises(Stopped) as stopped:
        run_apart("work:forward", source(tmp_path), {}, **opening)
    assert str(stopped.value).startswith("After 1: AttributeError: 'NoneType'")
    assert "layers_dev.py, line 15: return x.matmul" in str(stopped.value)


def test_what_is_no_fault_of_the_layers_is_told_from_what_is(tmp_path):
    """Lost otherwise: the class at fault is looked for, and found, where the disk is full."""
    with pytest.raises(Stopped, match="The disk is full") as stopped:
        run_apart("work:on_a_full_disk", source(tmp_path), {})
    assert stopped.value.clear
    with pytest.raises(Stopped) as stopped:
        run_apart("work:refused", source(tmp_path), {})
    assert not stopped.value.clear


def test_what_never_ends_is_ended(tmp_path):
    """Lost otherwise: the command hangs with the learner's code, and does not say where."""
    endless = source(tmp_path, "        while True: pass\n")
    with pytest.raises(Stopped, match="did not come back within") as stopped:
        run_apart("work:forward", endless, {}, limit_s=0.5)
    assert "line 15: while True: pass" in str(stopped.value)


def test_too_much_memory_is_said(tmp_path):
    """Lost otherwise: one line of a learner's takes the whole machine down."""
    greedy = source(tmp_path, "        return bytearray(1 << 33)\n")
    with pytest.raises(Stopped, match="MemoryError"):
        run_apart("work:forward", greedy, {})


def test_a_model_file_is_made_of_the_learners_layers(tmp_path):
    """Lost otherwise: a network in a file of one's own runs on the reference, unsaid."""
    text = (
        "from dataclasses import dataclass\nfrom tinytorch import Linear\n\n"
        "@dataclass\nclass Sizes:\n    inputs: int = 2\n\n"
        "def make():\n    return Linear(Sizes().inputs, 2)\n"
    )
    assert build(tmp_path, text, source(tmp_path)).result["own"] is True
    assert build(tmp_path, text).result["module"] == "tinytorch.core.layers"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "def build(): pass\n",
            ("no function make that is called without arguments. Write `def make():"),
        ),
        ("def make(x): return x\n", "no function make that is called without arguments."),
        ("def make(): pass\n", "make() in my model.py should return a network, something that is"),
        ("from tinytorch import Linear as make\n", "called without arguments"),
        ("def make():\n    return Linear\n", "line 2: return Linear"),
        ("def make(:\n", "my model.py, line 1, is not Python: invalid syntax."),
        ("make = 1\0\n", "my model.py, is not Python: source code string cannot contain null"),
        ("while True: pass\n", "did not come back"),
    ],
)
def test_a_model_file_that_makes_none_is_said(text, said, tmp_path):
    """Lost otherwise: a traceback of ours for a mistake in one's own file."""
    model = model_file(tmp_path, text)
    arguments = {"network": model.to_dict()}
    with pytest.raises(Stopped) as stopped:
        run_apart("work:built", [], arguments, model=model.source, limit_s=1)
    assert said in str(stopped.value)
    assert "Traceback" not in str(stopped.value)


def test_layers_that_close_the_streams_are_followed_all_the_same(tmp_path):
    """Lost otherwise: a file that sets sys.stderr to None is said to have been killed."""
    silent = "        import sys; sys.stdout = sys.stderr = None\n" + FORWARD
    done = run_apart("work:told_after_forward", source(tmp_path, silent), {})
    assert done.result == {"came": "back"}
