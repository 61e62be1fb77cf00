"""The checks of a lesson as pytest tests of the learner's file, for ``tests/test_layers.py``."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from tito.engine import examine
from tito.engine.report import CheckResult, Report
from tito.learner.keeping import keep_tested, passed_before
from tito.lesson.model import load_lesson
from tito.say.terminal import Screen
from tito.say.view import Field, View, reasons

_SCREEN = Screen()
_ROOM = _SCREEN.width - 11
REPORTS = pytest.StashKey[dict[Path, Report]]()


def checks_of(lesson_name: str, test_file: str) -> Callable[..., None]:
    """A test function with one case for each check of the lesson.

    ``test_file`` is the ``__file__`` of the module that asks, in the folder ``tests`` beside the
    learner's files. The learner's file is examined once in a session of pytest.
    """
    lesson = load_lesson(lesson_name)
    path = Path(test_file).resolve().parents[1] / lesson.filename

    @pytest.mark.parametrize("number", range(len(lesson.checks)), ids=[c.id for c in lesson.checks])
    def test(number: int, request: pytest.FixtureRequest) -> None:
        report = _report(request.session, lesson_name, path)
        check = report.checks[number]
        if check.printed:
            print(check.printed)  # pytest shows it as it does what a test prints
        if not report.ok and (check.status != "passed" or report.passed == len(report.checks)):
            pytest.fail(_message(report, check), pytrace=False)

    return test


def _report(session: pytest.Session, lesson: str, path: Path) -> Report:
    reports = session.stash.setdefault(REPORTS, {})
    if path not in reports:
        reports[path] = examine(lesson, path)
        if sentence := keep_tested(reports[path]):
            warnings.warn(sentence, stacklevel=1)
    return reports[path]


def _message(report: Report, check: CheckResult) -> str:
    """Why the check did not pass, as lines of plain text."""
    view = View(report, before=passed_before(report))
    if report.error is not None and check.status != "todo":
        fields = [Field("file", report.error), *view.whole(_SCREEN)]
        if not report.tested:
            fields.append(Field("standing", view.standing))
    elif check.status == "todo":
        fields = [Field("to write", check.exercise), *view.code(check.line, [])]
    elif check.status == "blocked":
        fields = [Field("not tried", check.got)]
    else:
        fields = [*reasons(check), *view.code(check.line, check.trace)]
    lines = [f"{each.label:<10} {_text(each)}" for each in fields if each.text]
    return _SCREEN.clean("\n".join(line.replace("\n", f"\n{' ':<11}") for line in lines))


def _text(shown: Field) -> str:
    """The text in lines that a terminal of 80 columns does not break; code as it is."""
    if shown.kind in ("prose", "values"):
        return "\n".join(_SCREEN.wrap(shown.text, _ROOM))
    return f"{shown.text}\n{shown.where(_ROOM)}" if shown.frame else shown.text
