"""What commands share: arguments, the lesson in hand, the learner's file, the page of a verdict."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from tito.learner import WorkspaceError, find_workspace
from tito.learner.chosen import REFERENCE_ASKED, reference_asked
from tito.learner.folder import folder_elsewhere
from tito.say.terminal import Screen, command, listed, short_path

if TYPE_CHECKING:
    from tito.engine.report import Report
    from tito.engine.source import Source
    from tito.lesson.model import Exercise, Lesson
    from tito.say.report import Page

SEED = click.IntRange(0, 2**32 - 1)
SEED.name = "whole number"
FILE = click.Path(path_type=Path)


def known_lesson(context: click.Context, _parameter: object, name: str | None) -> str | None:
    """A lesson's name, once it is sure that there is such a lesson."""
    from tito.lesson.model import LESSONS

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
    from tito.lesson.model import LESSONS, load_lesson
    from tito.lesson.names import find_exercise

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
    from tito.lesson.names import Unclear, one_exercise

    found = one_exercise(lesson, text)
    if isinstance(found, Unclear):
        raise click.UsageError(found.words())
    return found


def lesson_in_hand() -> str:
    """The lesson that the learner's folder is at; the first where there is none yet."""
    from tito.lesson.model import LESSONS

    lesson = find_workspace().lesson
    return lesson if lesson in LESSONS else LESSONS[0]


def nothing_yet(path: Path) -> int:
    """Say that there is nothing to test, which is never a pass; the exit code."""
    from tito.learner.versions import Versions

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
    from tito.learner.keeping import keep_tested

    if sentence := keep_tested(report):
        click.echo(sentence, err=True)


def page_of(
    report: Report, lesson: Lesson, file: Path | None = None, stream: TextIO | None = None
) -> Page:
    """The report for this terminal; ``file`` where the person named one.

    ``stream`` is where it will be printed, if that is not standard output.
    """
    from tito.learner.keeping import passed_before
    from tito.say.report import Page

    again = f"test --file {shlex.quote(short_path(file))}" if file else "test"
    return Page(report, Screen.of(stream or sys.stdout), lesson.tasks, again, passed_before(report))


def warn_of_hiding(folder: Path) -> None:
    """Say on standard error which files in the folder hide a module from what runs there."""
    from tito.doctor.hiding import warning

    if hidden := warning(folder):
        click.echo(hidden, err=True)


def _note_reference(context: click.Context, _parameter: object, asked: bool) -> None:
    context.meta[REFERENCE_ASKED] = asked


#: For a command that shows something of any layers; `source_of` then gives none of the learner's.
reference_option = click.option(
    "--reference",
    is_flag=True,
    expose_value=False,
    callback=_note_reference,
    help="The reference's layers in place of yours.",
)


def source_of(lesson: Lesson, file: Path | None) -> Source | None:
    """The learner's file as it is now; None where there is none yet and none was named.

    None, too, where the person asked for the reference.
    """
    from tito.engine.source import UnusableFile, read_source

    if reference_asked():
        if file is not None:
            raise click.UsageError(
                "--reference and --file name different layers: give one of them."
            )
        return None

    path = file or find_workspace().file(lesson.filename)
    if file is None and not os.path.lexists(path):
        return None
    try:
        return read_source(path.absolute())
    except UnusableFile as error:
        raise WorkspaceError(error.message.replace("`tito ", f"`{command()} ")) from error


def test_of(lesson: Lesson, source: Source) -> Report:
    """The verdict on exactly these bytes, which are kept. WorkspaceError if it was saved since."""
    from tito.engine import examine

    report = examine(lesson, source.path)
    keep(report)
    if report.sha256 and report.sha256 != source.sha256:
        raise WorkspaceError(
            f"{short_path(source.path)} was saved while it was being tested. Run the same command "
            "again."
        )
    return report


def refuse(
    report: Report,
    lesson: Lesson,
    undone: str,
    file: Path | None,
    *,
    err: bool = False,
    parts: Sequence[str] = (),
) -> int:
    """Say what was not done, why, and what comes next; the exit code.

    ``err`` is for a command whose standard output belongs to a program of the learner's; ``parts``
    are the classes that it needs, if it does not need all.
    """
    page = page_of(report, lesson, file, sys.stderr if err else sys.stdout)
    again = f"{page.screen.command} {page.again}"
    wrong = list(dict.fromkeys(c.part for c in report.checks if c.status != "passed"))
    of_all = report.error is not None or not parts
    what = f"{'' if of_all else f'{listed(wrong)} in '}{short_path(report.file)}"
    verb = "is" if of_all or len(wrong) == 1 else "are"
    said = f"{what} {verb} not right yet, so {undone}."
    click.echo("\n".join(page.screen.wrap(said, page.screen.width)) + "\n", err=err)
    click.echo(page.first(), err=err)
    hints = f"To see more: {again}\nAdd --anyway to go ahead with these layers"
    context = click.get_current_context(silent=True)
    if context and "reference" in {parameter.name for parameter in context.command.params}:
        hints += ", or --reference to use the reference's layers"
    screen = page.screen
    click.echo("\n" + "\n".join(screen.wrap(f"{hints}.", screen.width)), err=err)
    return 1
