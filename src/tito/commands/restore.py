"""``tito restore``: bring back an earlier version of the learner's file, or of one exercise."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from tito.commands.common import FILE, known_lesson, lesson_in_hand, name_exercise
from tito.terminal import short_path
from tito.workspace import find_workspace


@click.command()
@click.argument("exercise", required=False)
@click.option("--list", "every", is_flag=True, help="List all versions that are kept.")
@click.option("--version", "name", metavar="NAME", help="Bring this version back.")
@click.option("--stub", is_flag=True, help="Bring the untouched stub back.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--lesson", metavar="LESSON", callback=known_lesson, help="The lesson of the file.")
@click.option("--file", type=FILE, help="This file in place of the one in your folder.")
def restore(
    exercise: str | None,
    every: bool,
    name: str | None,
    stub: bool,
    yes: bool,
    lesson: str | None,
    file: Path | None,
) -> int:
    """Bring back an earlier version of your file or exercise.

    Every version that was tested is kept. Without --version or --stub they are listed, newest
    first; if your file is gone or empty, the newest is brought back at once. Your present text is
    kept before anything changes, so that you can always go back.

    \b
    tito restore                                    what is there
    tito restore --version 9f8e7d6                  the whole file
    tito restore linear.forward --version 9f8e7d6   this method, and nothing else
    tito restore linear.forward --stub              the method, not written yet

    The exit code is 0 if it was done or listed, 1 if the file was not changed, 2 if what you
    typed names nothing.
    """
    if sum((every, name is not None, stub)) > 1:
        raise click.UsageError("--list, --version and --stub exclude each other. Give one.")
    from tito.engine.lesson import load_lesson
    from tito.restore.dialogue import Dialogue

    chosen = load_lesson(lesson or lesson_in_hand())
    path = file or find_workspace().file(chosen.filename)
    method = name_exercise(chosen, exercise).name if exercise else None
    options = f" --file {shlex.quote(short_path(file))}" if file else ""
    dialogue = Dialogue(chosen, path, method, options)
    if stub or name is not None:
        return dialogue.bring(name, yes)
    return dialogue.show(every)
