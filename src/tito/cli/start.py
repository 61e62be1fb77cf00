"""``tito start``: begin a lesson."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tito.cli.common import keep, known_lesson, page_of
from tito.learner import find_workspace
from tito.say.terminal import Screen, short_path

if TYPE_CHECKING:
    from tito.lesson.model import Lesson


@click.command()
@click.argument("lesson", default="layers", callback=known_lesson)
def start(lesson: str) -> int:
    """Begin a lesson: write its file into your folder.

    Your folder is the nearest one upwards that holds .tito; if there is none, my-tinytorch is
    made. A file that is there already stays as it is.

    \b
    tito start
    tito start layers

    The exit code is 0 if the file is there now, and 1 if it could not be written.
    """
    from tito.lesson.model import load_lesson

    chosen, workspace = load_lesson(lesson), find_workspace()
    path, screen = workspace.file(chosen.filename), Screen.of(sys.stdout)
    if workspace.begin(chosen):
        click.echo(f"Wrote {short_path(path)}\n")
        click.echo(_first_exercise(chosen, path, screen))
        click.echo(f"\nOpen the file, write your code there, save, then: {screen.command} test")
        click.echo(f"Or leave this open beside your editor: {screen.command} watch")
        _say_what_is_kept(path, screen)
        return 0
    from tito.engine import examine

    click.echo(f"{short_path(path)} is there already, and stays as it is.\n")
    report = examine(chosen, path)
    click.echo(page_of(report, chosen).verdict())
    keep(report)
    return 0


def _say_what_is_kept(path: Path, screen: Screen) -> None:
    """Keep the beginning, from which time counts, and name what there was before, if anything."""
    from tito.learner.keeping import keep_text
    from tito.learner.versions import Versions

    if Versions(path.parent).list(path.name):
        click.echo(f"You had such a file before, and its text is kept: {screen.command} restore")
    if sentence := keep_text(path, path.read_bytes()):
        click.echo(sentence, err=True)


def _first_exercise(lesson: Lesson, path: Path, screen: Screen) -> str:
    """The first exercise with its place and its task, to be read before the first test."""
    from tito.engine.source import read_source

    first = lesson.exercises[0]
    line = read_source(path).line_of(first.name)
    lines = screen.wrap(first.task, screen.width - 2)
    title = screen.paint(f"First exercise: {first.name}, line {line}", "bold")
    return "\n".join([title, *(f"  {line}" for line in lines)])
