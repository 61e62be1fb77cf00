"""A cell's report as plain text, for where no HTML is shown."""

from __future__ import annotations

from collections.abc import Iterator

from tito.notebook.view import View
from tito.terminal import Screen, columns

_LABEL = 11


def text(view: View, width: int = 79) -> str:
    """The report line by line."""
    return "\n".join(_lines(view, Screen(width=width)))


def _lines(view: View, screen: Screen) -> Iterator[str]:
    yield screen.clean(f"{view.title}: {view.standing}")
    if view.heading:
        yield ""
        yield from screen.wrap(view.heading, screen.width)
    if view.fields:
        for label, value in view.fields:
            yield from _field(label, value, screen)
    for group in view.groups:
        yield ""
        yield screen.clean(f"{group.exercise} {group.passed} of {len(group.lines)}")
        for word, name in group.lines:
            yield f"  {word:<{_LABEL - 2}}{screen.cut(name, screen.width - _LABEL)}"
    if view.notes:
        yield ""
    for note in view.notes:
        yield from screen.wrap(note, screen.width)


def _field(label: str, value: str, screen: Screen) -> Iterator[str]:
    """A label and its text beside it, or below it where the label is long."""
    room = screen.width - _LABEL - 2
    shown = [screen.clean(part).rstrip() for part in value.split("\n")]
    fits = {part: [part] for part in shown if columns(part) <= room}
    lines = [row for part in shown for row in fits.get(part) or screen.wrap(part, room)]
    if len(label) >= _LABEL:
        yield f"  {screen.clean(label)}"
        label = ""
    for line in lines:
        yield f"  {screen.clean(label):<{_LABEL}}{line}".rstrip()
        label = ""
