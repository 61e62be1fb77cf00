"""The checks of a lesson as pytest tests of the learner's file, for ``tests/test_layers.py``."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tito.engine import examine
from tito.engine.frames import TraceLine
from tito.engine.report import CheckResult, Report
from tito.learner.keeping import keep_tested
from tito.lesson.model import load_lesson
from tito.say.report import reasons, standing
from tito.say.terminal import Screen
from tito.say.words import line_of, lines_of, marked, trace_fields

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
    if report.error is not None and check.status != "todo":
        code = _trace(report.trace) or _place(report)
        fields = [("file", _wrapped(report.error)), *code]
        if not report.tested:
            fields.append(("standing", _wrapped(standing(report))))
    elif check.status == "todo":
        fields = [("to write", check.exercise), *_code(report, check.line)]
    elif check.status == "blocked":
        fields = [("not tried", check.got)]
    else:
        why = [(label, _wrapped(text)) for label, text in reasons(check)]
        code = _trace(check.trace) or _code(report, check.line)
        fields = [*why, *code]
    lines = [f"{label:<10} {text}" for label, text in fields if text]
    return Screen().clean("\n".join(line.replace("\n", f"\n{' ':<11}") for line in lines))


def _place(report: Report) -> list[tuple[str, str]]:
    """The line of what is wrong with the file as a whole, marked where Python stopped."""
    number, column = report.error_line, report.error_column
    if number is None or column is None:
        return _code(report, number)
    screen = Screen()
    rows = marked(lines_of(report), number, column, screen, screen.width - 11)
    return [(f"line {line}", text) for line, text in rows]


def _wrapped(text: str) -> str:
    """The text in lines that a terminal of 80 columns does not break."""
    return "\n".join(Screen().wrap(text, Screen().width - 11))


def _trace(trace: Sequence[TraceLine]) -> list[tuple[str, str]]:
    """The learner's lines on the way to an error, the innermost last."""
    found = trace_fields(trace, Screen().width - 11)
    return [(label, f"{code}\n{where}") for label, code, where in found]


def _code(report: Report, number: int | None) -> list[tuple[str, str]]:
    """The line of the learner's file, where one is known."""
    return [(f"line {number}", line_of(report, number) or "...")] if number else []
