"""``tito train``: train a network made of the learner's layers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tito.commands.common import FILE, SEED, keep, page_of
from tito.terminal import command, short_path
from tito.workspace import WorkspaceError, find_workspace

if TYPE_CHECKING:
    from tito.engine.lesson import Lesson
    from tito.engine.source import Source


@click.group()
def train() -> None:
    """Train a network made of your layers."""


@train.command()
@click.option("--anyway", is_flag=True, help="Train even if the layers do not pass their checks.")
@click.option("--file", type=FILE, help="Train the layers of this file.")
@click.option("--seed", type=SEED, default=0, show_default=True, help="Weights, masks, batches.")
@click.option(
    "--output", type=FILE, default=Path("digits.png"), show_default=True, help="The picture."
)
def digits(anyway: bool, file: Path | None, seed: int, output: Path) -> int:
    """Recognise handwritten digits with your layers.

    They are tested first, and trained if they are right. Where you have no file yet, the
    reference's layers are trained.
    """
    from tito.engine.lesson import load_lesson
    from tito.engine.source import UnusableFile, read_source
    from tito.training.run import train_digits

    lesson = load_lesson("layers")
    path = file or find_workspace().file(lesson.filename)
    if file is None and not path.exists():
        return train_digits(None, seed=seed, output=output)
    try:
        source = read_source(path.absolute())
    except UnusableFile as error:
        raise WorkspaceError(error.message.replace("`tito", f"`{command()}")) from error
    if not anyway and not _right(lesson, source):
        return 1
    return train_digits(source, seed=seed, output=output)


def _right(lesson: Lesson, source: Source) -> bool:
    """Whether the layers pass all checks; if they do not, the first reason is printed."""
    from tito.engine import examine

    report = examine(lesson, source.path)
    if not report.ok:
        page = page_of(report, lesson)
        click.echo(f"{short_path(source.path)} is not right yet, so it was not trained.\n")
        click.echo(page.first())
        click.echo(f"\n{page.screen.command} test says more; --anyway trains all the same.")
    keep(report)
    if report.ok and report.sha256 != source.sha256:
        raise WorkspaceError(f"{source.path} was saved while it was tested. Try again.")
    return report.ok
