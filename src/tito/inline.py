"""``python layers_dev.py``: a line for each check of each unit, and the progress of each part.

The first thing to mend comes last, in full: it is what a terminal shows without scrolling.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from tito.engine.report import CheckResult, Report
    from tito.say.terminal import Screen

_WORDS = {"passed": ("passed", "green"), "todo": ("to write", "dim"), "blocked": ("waits", "dim")}


def report(file: str) -> NoReturn:
    """Test the file as it is on disk, in a fresh process; the program ends with the verdict.

    The exit code is 0 if every check passed, 1 if not.
    """
    command = [sys.executable, "-P", "-m", "tito.inline", file]
    try:
        sys.exit(subprocess.call(command))
    except KeyboardInterrupt:
        sys.exit(130)


def main(file: str) -> int:
    """Examine the file, print what was found, and return the exit code."""
    from tito.doctor.hiding import warning
    from tito.engine import examine, start_worker
    from tito.engine.standin import step_aside
    from tito.learner import lesson_in
    from tito.learner.keeping import keep_tested, passed_before
    from tito.say.terminal import Screen, allow_any_text

    step_aside()  # where a script under `tito run` started us
    worker = start_worker()
    allow_any_text((sys.stdout, sys.stderr))
    result = examine(lesson_in(Path(file)), Path(file), worker=worker)
    text = lines(result, Screen.of(sys.stdout), passed_before(result))
    print("\n".join(text), flush=True)
    for sentence in (warning(Path(file).absolute().parent), keep_tested(result)):
        if sentence:
            print(sentence, file=sys.stderr)
    return 0 if result.ok else 1


def lines(
    report: Report, screen: Screen, before: tuple[int | None, int | None] | None = None
) -> Iterator[str]:
    """The report in this form, line by line; ``before`` is the view's."""
    from tito.lesson.model import load_lesson
    from tito.say.report import Page
    from tito.say.view import prints

    page = Page(report, screen, load_lesson(report.module).tasks, before=before)
    if report.printed:
        yield from (*_printed("while the file is imported", report.printed, screen), "")
    for part in page.view.parts:
        if not report.tested:
            yield screen.paint(f"Progress: {part.name} not tested", "bold")
            continue
        for exercise, checks in groupby(part.checks, key=lambda check: check.exercise):
            found = list(checks)
            yield f"Unit test: {exercise}"
            yield from (_check_line(check, screen) for check in found)
            for where, text in prints(found):
                yield from _printed(where.partition(": ")[2], text, screen)
        yield screen.paint(f"Progress: {part.name} {part.passed} of {len(part.checks)}", "bold")
        yield ""
    if not report.tested:
        yield ""
    if not report.ok:
        yield from (page.first(), "")
    yield from screen.wrap(page.view.standing, screen.width)


def _printed(where: str, text: str, screen: Screen) -> Iterator[str]:
    yield f"  {'printed':<10}{screen.cut(where, screen.width - 12)}"
    yield from (" " * 12 + screen.cut(line, screen.width - 12) for line in text.split("\n"))


def _check_line(check: CheckResult, screen: Screen) -> str:
    word, style = _WORDS.get(check.status, ("failed", "red"))
    return f"  {screen.paint(f'{word:<10}', style)}{screen.cut(check.name, screen.width - 12)}"


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except BrokenPipeError:  # whoever read it has read enough
        sys.stdout = None
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
