"""``tito watch``: the verdict on each save."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tito.cli.common import FILE, SEED, known_lesson, lesson_in_hand, nothing_yet
from tito.learner import find_workspace, lesson_in


@click.command()
@click.argument("lesson", required=False, callback=known_lesson)
@click.option("--file", type=FILE, help="Watch this file in place of the one in your folder.")
@click.option("--seed", type=SEED, help="Repeat the numbers of one run at each save.")
def watch(lesson: str | None, file: Path | None, seed: int | None) -> int:
    """Test your file at each save, on one screen that stays.

    It shows where you are, what got better or worse, and the first thing to fix. It says what tito
    test would say. Leave it open beside your editor.

    \b
    tito watch                      your file of the lesson in hand
    tito watch --file other.py      another file

    \b
    Keys:  h  a hint, one step further each time     r  test again
           n  the next failure                       q  quit
           a  everything, page by page

    The exit code is 0 if you quit with everything right, 1 if you quit before that, and 130 after
    Ctrl-C.
    """
    from tito.cli.watching.loop import session
    from tito.lesson.model import load_lesson

    name = lesson or (lesson_in(file) if file else lesson_in_hand())
    chosen, workspace = load_lesson(name), find_workspace()
    path = file or workspace.file(chosen.filename)
    if not file and os.path.lexists(path) and not workspace.has_begun(chosen):
        return nothing_yet(chosen)
    return session(chosen, Path(path).absolute(), seed)
