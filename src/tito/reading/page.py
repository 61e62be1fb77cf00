"""What ``tito read`` shows: sections and how to read on, or what there is to read."""

from __future__ import annotations

from collections.abc import Sequence

from tito.reading.render import links, render
from tito.reading.text import LessonText, Section
from tito.terminal import Screen


def page(text: LessonText, sections: Sequence[Section], screen: Screen) -> list[str]:
    """The sections, then where they point, and what to type to read on."""
    lines = [*render(sections, screen), ""]
    shown = {section.anchor for section in sections}
    others = [goal for section in sections for goal in links(section) if goal not in shown]
    for goal in dict.fromkeys(others):
        lines.append(_pointer("See also", goal, screen))
    last = text.sections.index(sections[-1]) + 1
    if last < len(text.sections):
        lines.append(_pointer("Read on", text.sections[last].anchor, screen))
    else:
        lines.append(f"Next: {screen.command} quiz")
    return lines


def chapters(text: LessonText, screen: Screen) -> list[str]:
    """A line for each chapter, short enough for one screen, and how to read."""
    found = [section for section in text.sections if section.level == 2]
    lines = [screen.paint(f"{text.sections[0].plain_title}: the lesson", "bold"), ""]
    lines += _listed(found, screen)
    example = next(section for section in text.sections if section.level == 3)
    command = screen.command
    return [
        *lines,
        "",
        *screen.wrap(
            f"One of them: {command} read {found[1].number}, or by name: "
            f"{command} read {found[1].anchor}",
            screen.width,
        ),
        *screen.wrap(
            f"With their sections, as {example.number}: {command} read --contents", screen.width
        ),
    ]


def every_section(text: LessonText, screen: Screen) -> list[str]:
    """A line for each section."""
    lines = [screen.paint(f"{text.sections[0].plain_title}: the lesson", "bold"), ""]
    lines += _listed(text.sections[1:], screen)
    return [*lines, "", f"One of them: {screen.command} read {text.sections[1].anchor}"]


def _listed(sections: Sequence[Section], screen: Screen) -> list[str]:
    """Number, name and title of each; titles only where there is room for them."""
    numbers = max(len(section.number) for section in sections)
    names = max(len(section.anchor) for section in sections)
    lines: list[str] = []
    for section in sections:
        number, name = f"{section.number:<{numbers}}", f"{section.anchor:<{names}}"
        title = screen.cut(section.plain_title, screen.width - numbers - names - 6)
        lines.append(f"  {number}  {name}  {title}")
    return lines


def _pointer(words: str, anchor: str, screen: Screen) -> str:
    return f"{words}: {screen.command} read {anchor}"
