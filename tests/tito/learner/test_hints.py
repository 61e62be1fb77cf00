"""Hints by degrees: there is one for everything, it fits, and it gives nothing away too early."""

import ast
import re

import pytest

from tito.learner import Workspace
from tito.learner.hints import choose, hint_lines, next_hint, result_to_hint
from tito.learner.solutions import solution_of
from tito.lesson.hints import DEGREES
from tito.lesson.model import load_lesson
from tito.say.terminal import Screen

LESSON = load_lesson("layers")
CHECKS = {check.id for check in LESSON.checks}


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path)


@pytest.mark.parametrize("exercise", sorted({check.exercise for check in LESSON.checks}))
def test_every_exercise_and_every_check_has_hints(exercise, make_check):
    """Lost otherwise: the hint, for the learner whose mistake nobody thought of."""
    assert choose(LESSON.hints, exercise, None).exercise == exercise
    for check in LESSON.checks:
        if check.exercise == exercise:
            found = choose(LESSON.hints, exercise, make_check(exercise, "failed", name=check.name))
            assert check.name in found.checks or len(_ladders(exercise)) == 1
            assert all(len(hint) > 40 for hint in found.degrees)


def test_hints_name_only_what_there_is():
    """Lost otherwise: a check that was renamed gets the general hints, and nobody notices."""
    mistakes = {(wrong.name, wrong.exercise) for wrong in LESSON.misconceptions}
    for ladder in LESSON.hints:
        assert {f"{ladder.exercise}: {name}" for name in ladder.checks} <= CHECKS
        assert {(name, ladder.exercise) for name in ladder.mistakes} <= mistakes
    assert len({ladder.key for ladder in LESSON.hints}) == len(LESSON.hints)


@pytest.mark.parametrize("ladder", LESSON.hints, ids=lambda ladder: ladder.key)
def test_no_hint_is_the_solution(ladder):
    """Lost otherwise: the pleasure of finding it, and what is learnt by it."""
    found = solution_of(LESSON, ladder.exercise)
    code = ast.parse(f"class A:\n{found.code}") if found else ast.parse("")
    method = next((n for n in ast.walk(code) if isinstance(n, ast.FunctionDef)), None)
    kinds = ast.Call | ast.BinOp | ast.Compare | ast.Assign | ast.Return
    body = [node for line in (method.body if method else []) for node in ast.walk(line)]
    pieces = {_bare(ast.unparse(node)) for node in body if isinstance(node, kinds)}
    for hint in ladder.degrees[:2]:
        assert "`" not in hint
        assert not [piece for piece in pieces if piece in _bare(hint)]
        assert not re.search(r"self\.\w+ ?=|\w @|@ \w|return \w+\(|\w \* \w|\*args", hint)
    whole = {_bare(ast.unparse(line)) for line in (method.body if method else [])}
    assert not [line for line in whole if len(line) > 8 and line in _bare(ladder.line)]


@pytest.mark.parametrize("ladder", LESSON.hints, ids=lambda ladder: ladder.key)
@pytest.mark.parametrize("width", [39, 79, 100])
def test_all_degrees_of_a_topic_fit_on_a_screen(ladder, width, workspace, make_check, make_report):
    """Lost otherwise: the question, which scrolls away when the answer comes."""
    name = ladder.checks[0] if ladder.checks else "whole"
    status = "failed" if ladder.checks else "todo"
    report = make_report(make_check(ladder.exercise, status, name=name))
    for degree in (1, 2, 3):
        hint = next_hint(workspace, LESSON, report, ladder.exercise)
        assert (hint.degree, hint.topic, hint.new) == (degree, ladder.topic, True)
    lines = hint_lines(hint, Screen(width=width))
    assert max(map(len, lines)) <= width
    assert width < 79 or len(lines) <= 24 - 6  # beside what the hints are about and the way on


def test_each_call_goes_one_step_further_and_the_last_repeats(workspace, make_check, make_report):
    """Lost otherwise: the learner who asks three times gets three times the same, or nothing."""
    report = make_report(make_check("Linear.forward", name="adds the bias to every row"))
    hints = [next_hint(workspace, LESSON, report) for _ in range(4)]
    assert [hint.degree for hint in hints] == [1, 2, 3, 3]
    assert [hint.new for hint in hints] == [True, True, True, False]
    assert [hint.last for hint in hints] == [False, False, True, True]
    assert hints[0].given == hints[3].given[:1]
    assert {hint.topic for hint in hints} == {"the bias"}


def test_what_is_shown_again_is_no_step_further(workspace, make_check, make_report):
    """Lost otherwise: whoever reads a hint twice has used up two."""
    report = make_report(make_check("Linear.forward", name="adds the bias to every row"))
    first = next_hint(workspace, LESSON, report, further=False)
    again = next_hint(workspace, LESSON, report, further=False)
    assert (first.degree, first.new, again.degree, again.new) == (1, True, 1, False)


def test_the_hint_fits_what_is_wrong(workspace, make_check, make_report):
    """Lost otherwise: a hint about the bias for someone whose weights are too large."""
    row, scale = (
        "draws a row of its own for each input",
        "makes weights small where inputs are many",
    )
    for check, topic in (
        (make_check("Linear.__init__", "todo", name="keeps in_features"), "the whole"),
        (make_check("Linear.__init__", name=row), "random first weights"),
        (make_check("Linear.__init__", name=scale), "the size of the weights"),
        (
            make_check("Linear.__init__", name=row, misconception="scale-of-he"),
            "the size of the weights",
        ),
        (make_check("Linear.__init__", "blocked", name=row), "the whole"),
        (make_check("Linear.__init__", "error", name="a new check"), "the whole"),
    ):
        assert next_hint(workspace, LESSON, make_report(check)).topic == topic


def test_the_hint_is_about_the_first_thing_to_fix(make_check, make_report):
    """Lost otherwise: a hint about what waits for something else."""
    passed, waits = make_check("Layer.__call__", "passed"), make_check("Dense.forward", "blocked")
    wrong, other = make_check("Linear.forward"), make_check("Dropout.forward", "todo")
    assert result_to_hint(make_report(passed, waits, wrong, other)) is wrong
    assert result_to_hint(make_report(passed, wrong, other), "Dropout.forward") is other
    assert result_to_hint(make_report(passed, waits)) is waits
    assert result_to_hint(make_report(passed)) is None
    assert result_to_hint(make_report(wrong, error="a syntax error")) is None
    assert result_to_hint(None) is None


@pytest.mark.parametrize("notes", [[], "x", {"Linear.forward: the bias": "2"}, {1: 2}, None, -3])
def test_notes_that_somebody_changed_are_no_obstacle(notes, workspace, make_check, make_report):
    """Lost otherwise: a traceback in place of a hint."""
    workspace.memory.change("layers", lambda kept: kept.update(hints=notes))
    report = make_report(make_check("Linear.forward", name="adds the bias to every row"))
    assert [next_hint(workspace, LESSON, report).degree for _ in range(2)] == [1, 2]


def test_a_hint_that_cannot_be_remembered_is_given(tmp_path, make_check, make_report):
    """Lost otherwise: help, on a full disk or in a folder that is read-only."""
    (tmp_path / ".tito").write_text("a file where a folder should be")
    hint = next_hint(Workspace(tmp_path), LESSON, make_report(make_check()))
    assert hint.degree == 1
    assert "could not be noted" in hint.note


def test_the_marks_are_those_of_a_plain_screen(workspace, make_check, make_report):
    """Lost otherwise: which hint is the new one, without colours or in ASCII."""
    report = make_report(make_check("Linear.forward", name="adds the bias to every row"))
    next_hint(workspace, LESSON, report)
    lines = hint_lines(next_hint(workspace, LESSON, report), Screen(encoding="ascii"))
    assert [line for line in lines if line.startswith(">")] == [
        line for line in lines if f"2 {DEGREES[1]}" in line
    ]
    "\n".join(lines).encode("ascii")


def _ladders(exercise):
    return [ladder for ladder in LESSON.hints if ladder.exercise == exercise]


def _bare(text):
    return re.sub(r"\s", "", text)
