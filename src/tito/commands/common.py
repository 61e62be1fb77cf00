"""What commands share: arguments, the lesson in hand, the learner's file, the page of a verdict."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from tito.terminal import Screen, short_path
from tito.workspace import find_workspace
from tito.workspace.last import folder_elsewhere

if TYPE_CHECKING:
    from tito.engine.lesson import Exercise, Lesson
    from tito.engine.report import Report
    from tito.show import Page

SEED = click.IntRange(0, 2**32 - 1)
SEED.name = "whole number"
FILE = click.Path(path_type=Path)


def known_lesson(context: click.Context, _parameter: object, name: str | None) -> str | None:
    """A lesson's name, once it is sure that there is such a lesson."""
    from tito.engine.lesson import LESSONS

    if name is None or name in LESSONS:
        return name
    if name.endswith(".py") and "file" in (p.name for p in context.command.params):
        verb = "To test a file" if context.command.name == "test" else "To name a file"
        raise click.UsageError(f"{verb}: {context.command_path} --file {shlex.quote(name)}")
    import difflib

    near = difflib.get_close_matches(name, LESSONS, 1, 0.8)
    what = f"Did you mean: {context.command_path} {near[0]}" if near else ""
    what = what or _of_an_exercise(context, name) or f"The lessons: {', '.join(LESSONS)}."
    raise click.UsageError(f"There is no lesson {name!r}. {what}")


def _of_an_exercise(context: click.Context, typed: str) -> str | None:
    """What to type instead where an exercise, or a class of one, stands in a lesson's place."""
    from tito.engine.lesson import LESSONS, load_lesson
    from tito.exercises import find_exercise

    for lesson in map(load_lesson, LESSONS):
        if found := find_exercise(lesson, typed):
            part, tito = found[0].part, context.find_root().command_path
            words = f"{part} is part of the lesson {lesson.name}. "
            if context.command.name != "test":
                return f"{words}Type: {context.command_path} {lesson.name}"
            return (
                f"{words}A lesson is tested as a whole:\n"
                f"  {tito} test --module {lesson.name}\n"
                f"For {part} alone:\n"
                f"  {tito} hint {found[0].name}\n"
                f"  {tito} read {found[0].name}\n"
                f"  python -m pytest tests/ -k {part}    (in your folder)"
            )
    return None


def name_exercise(lesson: Lesson, text: str) -> Exercise:
    """The exercise that a person typed. UsageError naming those that they may have meant."""
    from tito.exercises import Unclear, one_exercise

    found = one_exercise(lesson, text)
    if isinstance(found, Unclear):
        raise click.UsageError(found.words())
    return found


def lesson_in_hand() -> str:
    """The lesson that the learner's folder is at; the first where there is none yet."""
    from tito.engine.lesson import LESSONS

    lesson = find_workspace().lesson
    return lesson if lesson in LESSONS else LESSONS[0]


def nothing_yet(path: Path) -> int:
    """Say that there is nothing to test, which is never a pass; the exit code."""
    from tito.workspace.versions import Versions

    screen, shown = Screen.of(sys.stdout), short_path(path)
    if Versions(path.parent).list(path.name):
        click.echo(f"{shown} is gone, but its text is kept: {screen.command} restore")
    else:
        click.echo(f"You have no {shown} yet. Begin with: {screen.command} start")
        if folder := folder_elsewhere(path.parent):
            click.echo(f"The folder you used last: cd {shlex.quote(str(folder))}")
    return 1


def keep(report: Report) -> None:
    """Keep the version that was tested, once its verdict is printed; say it if that fails."""
    from tito.workspace.keeping import keep_tested

    if sentence := keep_tested(report):
        click.echo(sentence, err=True)


def page_of(
    report: Report, lesson: Lesson, file: Path | None = None, stream: TextIO | None = None
) -> Page:
    """The report for this terminal; ``file`` where the person named one.

    ``stream`` is where it will be printed, if that is not standard output.
    """
    from tito.show import Page

    again = f"test --file {shlex.quote(short_path(file))}" if file else "test"
    return Page(report, Screen.of(stream or sys.stdout), lesson.tasks, again)


def warn_of_hiding(folder: Path) -> None:
    """Say on standard error which files in the folder hide a module from what runs there."""
    from tito.doctor.hiding import warning

    if hidden := warning(folder):
        click.echo(hidden, err=True)
