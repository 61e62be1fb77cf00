"""What a command asks that uses the learner's layers: which file, and whether it is right."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tito.commands.common import keep, page_of
from tito.sources import REFERENCE_ASKED, reference_asked
from tito.terminal import command, listed, short_path
from tito.workspace import WorkspaceError, find_workspace

if TYPE_CHECKING:
    from tito.engine.lesson import Lesson
    from tito.engine.report import Report
    from tito.engine.source import Source


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
