"""``tito hint``: help by degrees, and the solution for who asks for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tito.cli.common import keep, lesson_with, name_exercise, nothing_yet, page_of, to_test
from tito.learner import Workspace, find_workspace
from tito.learner.hints import Hint, hint_lines, next_hint, result_to_hint
from tito.say.terminal import Screen, command, short_path

if TYPE_CHECKING:
    from tito.engine.report import CheckResult, Report
    from tito.learner.solutions import Solution
    from tito.lesson.model import Lesson


@click.command()
@click.argument("exercise", required=False)
@click.option("--again", is_flag=True, help="Show the hints you have had, and no further one.")
@click.option("--solution", is_flag=True, help="Show the reference's own lines, after asking.")
@click.option("--yes", is_flag=True, help="With --solution: do not ask.")
def hint(exercise: str | None, again: bool, solution: bool, yes: bool) -> int:
    """Help in steps: a question first, then more with each call.

    After the question comes where to look, then the line in words. Without EXERCISE it is about
    the first thing to fix in your file; the hints fit what is wrong there.

    \b
    tito hint                              the first thing to fix
    tito hint linear.init                  an exercise: Linear.__init__
    tito hint Linear.forward --solution    the reference's own lines of it

    The exit code is 0 if there was something to show or everything is right, 1 if the file is not
    there or cannot be tested, or the solution was not shown, and 2 for a name that is no exercise.
    """
    if yes and not solution:
        raise click.UsageError("--yes goes with --solution.")
    lesson, workspace = lesson_with(exercise), find_workspace()
    name = _named(lesson, exercise) if exercise is not None else None
    if not workspace.has_begun(lesson):
        return nothing_yet(lesson)
    if solution and name:
        return _solution(workspace, lesson, name, yes)
    from tito.engine import examine

    report = examine(lesson, workspace.file(lesson.filename))
    try:
        if solution and (first := result_to_hint(report)):
            return _solution(workspace, lesson, first.exercise, yes)
        found = None if solution else next_hint(workspace, lesson, report, name, further=not again)
        if found is None:
            return _nothing_to_hint_at(report, lesson)
        click.echo("\n".join(_page(found, report, lesson, named=name is not None)))
        if found.note:
            click.echo(found.note, err=True)
        return 0
    finally:
        keep(report)


def _named(lesson: Lesson, text: str) -> str:
    """The exercise, or what a class inherits and is tested all the same."""
    inherited = {ladder.exercise.casefold(): ladder.exercise for ladder in lesson.hints}
    return inherited.get(text.strip().casefold()) or name_exercise(lesson, text).name


def _page(hint: Hint, report: Report, lesson: Lesson, named: bool) -> list[str]:
    """What the hints are about, the hints, and the way on."""
    screen, result = Screen.of(sys.stdout), result_to_hint(report, hint.exercise)
    about = [page_of(report, lesson).first()]
    if report.error is None:
        about = screen.wrap(_about(hint.exercise, result, report, named), screen.width)
    lines = [*about, "", *hint_lines(hint, screen), ""]
    further = f"A step further: {screen.command} hint{f' {hint.exercise}' if named else ''}"
    if hint.last:
        solution = f"{screen.command} hint {hint.exercise} --solution"
        further = f"That is all. The reference's own lines: {solution}"
    if report.error is not None or result:
        lines += [f"Change the file, save it, then: {screen.command} {to_test(lesson.name)}"]
    return [*lines, *screen.wrap(further, screen.width)]


def _about(exercise: str, result: CheckResult | None, report: Report, named: bool) -> str:
    """How the exercise stands, before the hints."""
    if result is None:
        count = sum(check.exercise == exercise for check in report.checks)
        checks = "its check passes" if count == 1 else f"its {count} checks pass"
        return f"{exercise} is right already: {checks}. The hints all the same:"
    if result.status == "blocked":
        return f"{exercise} is not tried yet: {result.got}"
    line = f" (line {result.line})" if result.line else ""
    if result.status == "todo":
        return f"{'To write' if named else 'Next to write'}: {exercise}{line}"
    return f"{'To fix' if named else 'First to fix'}: {exercise}, {result.name}{line}"


def _nothing_to_hint_at(report: Report, lesson: Lesson) -> int:
    if report.error is not None:
        click.echo(page_of(report, lesson).first())
        click.echo(f"\nChange the file, save it, then: {command()} {to_test(lesson.name)}")
        return 1
    shown, example = short_path(report.file), lesson.exercises[0].name
    click.echo(f"All {report.passed} checks of {shown} pass: nothing needs a hint.\n")
    click.echo(f"For an exercise of your choice, name it: {command()} hint {example}")
    return 0


def _solution(workspace: Workspace, lesson: Lesson, exercise: str, yes: bool) -> int:
    """The reference's lines, for a person who says that they want them."""
    from tito.learner.solutions import NONE, NOTED, QUESTION, note_shown, solution_of

    found = solution_of(lesson, exercise)
    if found is None:
        click.echo(NONE.format(exercise=exercise))
        click.echo(f"\nFor a hint: {command()} hint")
        return 1
    if not yes and not (sys.stdin and sys.stdin.isatty()):
        click.echo(f"To see it, type: {command()} hint {exercise} --solution --yes")
        return 1
    if not yes and not click.confirm(f"{QUESTION.format(exercise=exercise)} {NOTED}"):
        click.echo(f"Not shown. For a hint: {command()} hint {exercise}")
        return 1
    screen = Screen.of(sys.stdout)
    click.echo("\n".join(_solution_page(found, workspace.file(lesson.filename), screen)))
    if note := note_shown(workspace, lesson, exercise):
        click.echo(note, err=True)
    return 0


def _solution_page(solution: Solution, path: Path, screen: Screen) -> Iterator[str]:
    from tito.engine.source import UnusableFile, read_source
    from tito.learner.solutions import ADVICE

    source = None
    with suppress(UnusableFile):
        source = read_source(path)
    yield screen.paint(solution.title, "bold")
    yield f"\n{screen.clean(solution.code)}"
    for note in solution.notes(source):
        if note.text:
            yield ""
            yield from screen.hang(f"  {note.label:<9}", note.text, "dim")
    yield f"\n{ADVICE} Save it, then: {screen.command} test"
