"""``tito read``: the lesson's text, a section at a time."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
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

    lesson, screen = _lesson(), Screen.of(sys.stdout)
    other = section[0] if section and section[0] in lessons_with_text() else lesson
    if other != lesson:
        lesson, section = other, section[1:]
    text = lesson_text(lesson)
    if section and (everything or contents):
        raise click.UsageError("Give a SECTION or an option, not both.")
    if everything:
        lines = page(text, text.sections, screen)
    elif contents:
        lines = every_section(text, screen)
    elif section:
        lesson = _lesson_with(" ".join(section), lesson)
        text = lesson_text(lesson)
        found = _section(lesson, text, " ".join(section), screen)
        lines = page(text, text.with_all_below(found) if found.number else [found], screen)
    else:
        lines = chapters(text, screen, "" if lesson == _lesson() else f"{lesson} ")
    _show(lines)
    return 0


def _lesson() -> str:
    """The lesson in hand, found without loading its checks; where to begin if none is."""
    from tito.lesson.model import entrance
    from tito.lesson.text import lessons_with_text

    known = lessons_with_text()
    try:
        lesson = find_workspace().lesson
    except WorkspaceError:
        lesson = None
    return lesson if lesson in known else entrance()


def _lesson_with(wanted: str, in_hand: str) -> str:
    """The lesson in hand, if its text has such a section, or else one that has."""
    from tito.lesson.model import is_lesson
    from tito.lesson.text import lesson_text, lessons_with_text

    for lesson in (in_hand, *filter(is_lesson, lessons_with_text())):
        text = lesson_text(lesson)
        if text.find(wanted) or _of_exercises(lesson, text, wanted):
            return lesson
    return in_hand


def _section(lesson: str, text: LessonText, wanted: str, screen: Screen) -> Section:
    """The section that was typed. UsageError naming those that may have been meant."""
    found = text.find(wanted)
    if len(found) != 1:
        found = _of_exercises(lesson, text, wanted) or found
    if len(found) == 1:
        return found[0]
    typed = repr(screen.cut(wanted, 40))
    if found:
        raise click.UsageError(f"{typed} can be any of these:\n\n{_listed(found, screen)}")
    if near := text.near(wanted):
        raise click.UsageError(f"There is no section {typed}. Near it:\n\n{_listed(near, screen)}")
    raise click.UsageError(
        f"There is no section {typed}. What there is: {screen.command} read --contents"
    )


def _of_exercises(lesson: str, text: LessonText, wanted: str) -> list[Section]:
    """The sections on the exercises that a person can mean; a class alone means its part."""
    from tito.lesson.model import load_lesson
    from tito.lesson.names import find_exercise

    found = find_exercise(load_lesson(lesson), wanted)
    return [text.of_exercise(exercise.name) for exercise in found]


def _listed(sections: Sequence[Section], screen: Screen) -> str:
    return "\n".join(
        screen.cut(f"  {screen.command} read {section.anchor}", screen.width)
        for section in sections[:12]
    )


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
