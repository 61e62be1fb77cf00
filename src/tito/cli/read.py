"""``tito read``: the lesson's text, a section at a time."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from tito.learner import WorkspaceError, find_workspace
from tito.say.terminal import Screen

if TYPE_CHECKING:
    from tito.lesson.text import LessonText, Section


@click.command()
@click.argument("section", nargs=-1)
@click.option("--contents", is_flag=True, help="List every section, and how to type it.")
@click.option("--all", "everything", is_flag=True, help="Show the whole text.")
def read(section: tuple[str, ...], contents: bool, everything: bool) -> int:
    """Read the lesson, a section at a time.

    SECTION is a number, a name from the list, an exercise in any spelling, or words of a title.
    Without it, the chapters are listed.

    \b
    tito read                   the chapters
    tito read 5                 chapter 5, with all its sections
    tito read linear-forward    what the lesson says on Linear.forward
    tito read activations       another lesson's chapters
    tito read --all > all.txt   everything, into a file

    On a terminal, what is longer than the screen is shown page by page (PAGER says by what).
    The exit code is 0 if something was shown, and 2 if there is no such section.
    """
    from tito.lesson.text import lesson_text, lessons_with_text
    from tito.say.reading import chapters, every_section, page

    in_hand, screen = _in_hand(), Screen.of(sys.stdout)
    lesson = in_hand
    if section and section[0] in lessons_with_text():
        lesson, section = section[0], section[1:]
    text, typed = lesson_text(lesson), " ".join(section)
    if section and (everything or contents):
        raise click.UsageError("Give a SECTION or an option, not both.")
    if everything:
        lines = page(text, text.sections, screen)
    elif contents:
        lines = every_section(text, screen)
    elif section:
        text, found = _section(typed, lesson, screen)
        lines = page(text, text.with_all_below(found) if found.number else [found], screen)
    else:
        lines = chapters(text, screen, "" if lesson == in_hand else f"{lesson} ")
    _show(lines)
    return 0


def _in_hand() -> str:
    """The lesson in hand, found without loading its checks; where to begin if none is."""
    from tito.lesson.model import entrance
    from tito.lesson.text import lessons_with_text

    lesson = None
    with suppress(WorkspaceError):
        lesson = find_workspace().lesson
    return lesson if lesson in lessons_with_text() else entrance()


def _section(typed: str, first: str, screen: Screen) -> tuple[LessonText, Section]:
    """The section that was typed, and its lesson's text: of the first lesson that has such a one.

    UsageError naming those that may have been meant.
    """
    from tito.lesson.model import is_lesson
    from tito.lesson.text import lesson_text, lessons_with_text

    for lesson in (first, *filter(is_lesson, lessons_with_text())):
        text = lesson_text(lesson)
        found = text.find(typed)
        if len(found) != 1:
            found = _of_exercises(lesson, text, typed) or found
        if found:
            break
    else:
        text, found = lesson_text(first), list["Section"]()
    if len(found) == 1:
        return text, found[0]
    said, what = repr(screen.cut(typed, 40)), f"{screen.command} read"
    if near := found or text.near(typed):
        rows = [screen.cut(f"  {what} {each.anchor}", screen.width) for each in near[:12]]
        many = f"{said} can be any of these" if found else f"There is no section {said}. Near it"
        raise click.UsageError("\n".join([f"{many}:\n", *rows]))
    raise click.UsageError(f"There is no section {said}. What there is: {what} --contents")


def _of_exercises(lesson: str, text: LessonText, wanted: str) -> list[Section]:
    """The sections on the exercises that a person can mean; a class alone means its part."""
    from tito.lesson.model import load_lesson
    from tito.lesson.names import find_exercise

    found = find_exercise(load_lesson(lesson), wanted)
    return [text.of_exercise(exercise.name) for exercise in found]


#: What less says at its lower edge, for a person who has not met it.
_PROMPT = r"-R -Ps space\: on   b\: back   q\: leave"


def _show(lines: Sequence[str]) -> None:
    """Print the lines; what is taller than the terminal goes through the person's pager."""
    text = "\n".join(lines) + "\n"
    tall = len(lines) >= shutil.get_terminal_size((80, 24)).lines
    if not tall or not (sys.stdin.isatty() and sys.stdout.isatty()):
        click.echo(text, nl=False)
        return
    os.environ.setdefault("LESS", _PROMPT)
    click.echo_via_pager(text)
