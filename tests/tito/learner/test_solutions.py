"""The solution that is shown is the reference's, and runs where a learner puts it."""

import re

import pytest

from tito.engine import examine
from tito.engine.source import read_source
from tito.learner import Workspace, stub_of
from tito.learner.solutions import note_shown, solution_of
from tito.lesson.model import load_lesson

LESSON = load_lesson("layers")
STUB = stub_of(LESSON)
NAMES = [exercise.name for exercise in LESSON.exercises]


def filled(text, exercise):
    """The file with the solution's body in the place of the line that the stub has there."""
    found = solution_of(LESSON, exercise)
    body = found.code[re.search(r"\) -> .*:\n", found.code).end() :]
    line = next(line for line in text.splitlines() if f'"{exercise}: your code here"' in line)
    return text.replace(line, body)


def test_the_solutions_make_a_file_that_passes(tmp_path):
    """Lost otherwise: whoever gives up and copies is told that they are wrong."""
    text = STUB
    for exercise in NAMES:
        text = filled(text, exercise)
    path = tmp_path / "layers_dev.py"
    path.write_text(text, encoding="utf-8")
    assert examine(LESSON, path).ok
    assert all(solution_of(LESSON, name).needs(read_source(path)) == [] for name in NAMES)


@pytest.mark.parametrize("exercise", NAMES)
def test_each_solution_alone_passes_what_can_be_tried(exercise, tmp_path):
    """Lost otherwise: a solution that runs only beside the others."""
    path = tmp_path / "layers_dev.py"
    path.write_text(filled(STUB, exercise), encoding="utf-8")
    own = [check for check in examine(LESSON, path).checks if check.exercise == exercise]
    assert {check.status for check in own} <= {"passed", "blocked", "todo"}
    assert any(check.status == "passed" for check in own) or exercise in (
        "Linear.forward",  # wait for their __init__
        "Linear.parameters",
        "Dropout.forward",
        "Dropout.parameters",
        "Sequential.forward",
        "Sequential.parameters",
    )


def test_what_a_solution_counts_on_is_said(tmp_path):
    """Lost otherwise: a NameError, for who rewrote the head of the file."""
    path = tmp_path / "layers_dev.py"
    path.write_text("import numpy as np\nclass Layer: pass\nclass Sequential(Layer): pass\n")
    source = read_source(path)
    needs = solution_of(LESSON, "Linear.forward").needs(source)
    assert needs[0] == "from tinytorch.core.given.module import check_input"
    assert not [line for line in needs if line.startswith("class ")]
    assert "import numpy as np" not in solution_of(LESSON, "Linear.__init__").needs(source)
    assert "XAVIER_SCALE_FACTOR = 1.0" in solution_of(LESSON, "Linear.__init__").needs(source)


@pytest.mark.parametrize("exercise", NAMES)
def test_each_solution_says_why_and_what_is_beyond(exercise):
    """Lost otherwise: code to copy, and names in it that nobody explained."""
    found = solution_of(LESSON, exercise)
    assert found.why.why
    assert '"""' not in found.code
    helpers = "check_sizes check_input number follows_mode masked self.append self.steps each_once"
    for helper in helpers.split():
        if re.search(rf"{re.escape(helper)}\b", found.code):
            assert helper.split(".")[-1] in found.why.beyond


def test_what_the_reference_inherits_has_no_solution():
    """Lost otherwise: a traceback for Dense.forward."""
    assert solution_of(LESSON, "Dense.forward") is None


def test_when_a_solution_was_shown_is_remembered_once(tmp_path):
    """Lost otherwise: the status does not say that it was shown."""
    workspace = Workspace(tmp_path)
    workspace.memory.change("layers", lambda notes: notes.update(solutions="broken"))
    assert note_shown(workspace, LESSON, "Linear.forward") is None
    first = workspace.memory.of("layers")["solutions"]["Linear.forward"]["when"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}", first)
    workspace.memory.change("layers", lambda n: n["solutions"]["Linear.forward"].update(when="x"))
    assert note_shown(workspace, LESSON, "Linear.forward") is None
    assert workspace.memory.of("layers")["solutions"]["Linear.forward"]["when"] == "x"
    (tmp_path / "file").write_text("")
    assert "could not" in note_shown(Workspace(tmp_path / "file"), LESSON, "Linear.forward")
