"""The engine on whole files of learners: right ones, wrong ones, the reference, and the stub."""

import ast
import tempfile
import textwrap
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from proof.learner_files import learner_files
from proof.warm import warm_worker
from tito.engine import examine
from tito.learner.folder import stub_of
from tito.learner.solutions import solution_of
from tito.lesson.edits import changed
from tito.lesson.model import load_lesson

LESSON = load_lesson("activations")
FILES = learner_files("activations")
RIGHT = [entry.name for entry in FILES.of("right")]
WRONG = {entry.name: entry.gets for entry in FILES.of("wrong")}
HOSTILE = {entry.name: entry.gets for entry in FILES.of("hostile")}


def verdict(content):
    """The report on a learner's file of that content."""
    with tempfile.TemporaryDirectory(prefix="a folder ", ignore_cleanup_errors=True) as folder:
        path = Path(folder, LESSON.filename)
        path.write_bytes(content)
        worker = warm_worker("activations")
        try:
            return examine("activations", path, worker=worker)
        finally:
            worker.end()


def verdict_on(name):
    return verdict(FILES.content(name))


@pytest.fixture(scope="module")
def verdicts(request):
    """What becomes of each file that the chosen tests ask for, worked out side by side."""
    own = [item for item in request.session.items if item.path == request.path]
    items = [item for item in own if "verdicts" in item.fixturenames]
    asked = [getattr(item, "callspec", None) and item.callspec.params.get("name") for item in items]
    names = set(asked) if all(asked) else {*RIGHT, *WRONG, *HOSTILE}
    with ProcessPoolExecutor(2) as pool:
        return dict(zip(names, pool.map(verdict_on, names), strict=True))


def test_there_are_enough_files():
    """A folder that was moved must not turn these tests into none."""
    assert len(RIGHT) >= 25
    assert len(WRONG) >= 60
    assert len(HOSTILE) >= 15
    programs = {ast.dump(ast.parse(FILES.content(name))) for name in RIGHT}
    assert len(programs) == len(RIGHT)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_solution_passes(name, verdicts):
    """A learner who is right must be told so, however they wrote it."""
    report = verdicts[name]
    assert report.error is None
    assert report.ok, report.first


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_failed_and_named(name, verdicts):
    """A mistake that passes is the worst that this tool can do; a wrong name is the second."""
    report = verdicts[name]
    assert not report.ok
    assert report.passed < len(report.checks)
    assert report.first.misconception == WRONG[name]
    assert report.first.sure


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_what_it_deserves(name, verdicts):
    """Nothing that a file does to the tool may become a pass, or a traceback of the tool's own."""
    report = verdicts[name]
    assert "tito/engine" not in str(report.to_dict())
    failing = {check.part for check in report.checks if check.status != "passed"}
    match HOSTILE[name]:
        case "either":
            assert report.ok or report.first or report.error
        case "right":
            assert report.ok, report.first
        case "error":
            assert report.error is not None
        case part:
            assert report.error is not None or part in failing


def test_the_stub_is_all_to_do():
    """An untouched stub never passes, in no check."""
    report = verdict(stub_of(LESSON).encode())
    assert report.passed == 0
    assert {check.status for check in report.checks} == {"todo"}


def test_the_lessons_own_module_cannot_be_borrowed():
    """It is the learner's code that is tested, never the reference."""
    report = verdict(b"from tinytorch.core.activations import *\n")
    assert report.passed == 0
    assert "tinytorch.core.activations" in report.error


def test_the_reference_passes():
    """The library's own activations are a right solution, though they may not be borrowed."""
    report = verdict(LESSON.reference.text.encode())
    assert report.ok, report.first
    assert report.advice == []


def test_the_stub_with_the_solutions_that_tito_shows_passes():
    """Lost otherwise: who gives up is shown lines that do not work, or that need the kernels."""
    text = stub_of(LESSON)
    for exercise in LESSON.tasks:
        solution = solution_of(LESSON, exercise)
        assert "kernels" not in solution.code
        text = changed(text, {exercise: textwrap.dedent(solution.code)})
    report = verdict(text.encode())
    assert report.ok, report.first


def test_a_slope_at_the_corner_is_advice():
    """Half of x and its size is a right ReLU; that PyTorch has another slope at 0 is worth a word.

    A person who is refused for a convention stops believing the tool.
    """
    report = verdict_on("without_a_base")
    assert report.ok
    assert any("slope of your ReLU" in each for each in report.advice)
