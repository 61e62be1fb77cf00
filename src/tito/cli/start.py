"""``tito start``: begin a lesson."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from tito.cli.common import keep, known_lesson, lesson_in_hand, page_of, to_test
from tito.engine.source import read_source
from tito.learner import Workspace, find_workspace
from tito.learner.keeping import keep_text
from tito.learner.versions import Versions
from tito.say.terminal import Screen, short_path

if TYPE_CHECKING:
    from tito.lesson.model import Lesson


@click.command()
@click.argument("lesson", required=False, callback=known_lesson)
def start(lesson: str | None) -> int:
    """Begin a lesson: write its file into your folder.

    Your folder is the nearest one upwards that holds .tito; if there is none, my-tinytorch is
    made. A file that is there already stays as it is. Without LESSON it is the first, or the one
    in hand, or, once that is right, the next.

    \b
    tito start
    tito start layers

    The exit code is 0 if the file is there now, and 1 if it could not be written.
    """
    from tito.engine import examine
    from tito.lesson.model import load_lesson

    workspace, screen = find_workspace(), Screen.of(sys.stdout)
    chosen = load_lesson(lesson) if lesson else _next(workspace)
    path = workspace.file(chosen.filename)
    if not workspace.begin(chosen):
        click.echo(f"{short_path(path)} is there already, and stays as it is.\n")
        report = examine(chosen, path)
        click.echo(page_of(report, chosen).verdict())
        keep(report)
        return 0
    first = chosen.exercises[0]
    title = f"First exercise: {first.name}, line {read_source(path).line_of(first.name)}"
    click.echo(f"Wrote {short_path(path)}\n\n{screen.paint(title, 'bold')}")
    for line in screen.wrap(first.task, screen.width - 2):
        click.echo(f"  {line}")
    again = f"{screen.command} {to_test(chosen.name)}"
    click.echo(f"\nOpen the file, write your code there, save, then: {again}")
    click.echo(f"Or leave this open beside your editor: {screen.command} watch")
    if Versions(path.parent).list(path.name):
        click.echo(f"You had such a file before, and its text is kept: {screen.command} restore")
    if sentence := keep_text(path, path.read_bytes()):  # from here on, time counts
        click.echo(sentence, err=True)
    return 0


def _next(workspace: Workspace) -> Lesson:
    """The lesson in hand; once its file is right, the next that is not begun, if there is one."""
    from tito.engine import examine
    from tito.lesson.model import lesson_names, load_lesson

    names, in_hand = lesson_names(), load_lesson(lesson_in_hand())
    later = [load_lesson(name) for name in names[names.index(in_hand.name) + 1 :]]
    following = next((lesson for lesson in later if not workspace.has_begun(lesson)), None)
    if following is None or not workspace.has_begun(in_hand):
        return in_hand
    return following if examine(in_hand, workspace.file(in_hand.filename)).ok else in_hand
