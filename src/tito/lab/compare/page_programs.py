"""Two programs side by side on a terminal; between them the number of a note where they differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from shutil import get_terminal_size

from tito.lab.compare.programs import NOTES, UNSEEN, Programs, Row, closed_up
from tito.say.terminal import Screen, columns

_WIDEST = 119
_GUTTER = 3  # a blank, a note's number, a blank


def beside(both: Programs, screen: Screen, ours: str) -> Iterator[str]:
    """Both programs, and the notes on what differs; one after the other where it is narrow."""
    wide = screen
    if get_terminal_size((80, 24)).columns > screen.width + 1:
        wide = replace(screen, width=min(get_terminal_size((80, 24)).columns - 1, _WIDEST))
    numbers = {note: str(place) for place, note in enumerate(both.notes, start=1)}
    yield screen.paint("4. The two programs", "bold")
    room = (wide.width - _GUTTER) // 2
    name = "TinyTorch, with your layers" if ours == "yours" else "TinyTorch"
    if room < 37:
        yield from _one_by_one(both, numbers, screen, name)
    else:
        yield f"{name:<{room}}{'':{_GUTTER}}PyTorch"
        yield "-" * room + " " * _GUTTER + "-" * room
        for row in both.rows:
            yield from _pair(row, room, numbers, wide)
    yield ""
    yield "What differs, by the numbers in the middle:" if room >= 37 else "What differs:"
    for note, number in numbers.items():
        yield from _hanging(f"{number}  ", NOTES[note], screen)
    yield from screen.wrap(UNSEEN, screen.width)
    if ours == "yours":
        yield from screen.wrap(
            f"Saved as a file, the left one runs with your layers by: {screen.command} run FILE. "
            "With --json, both are there as plain text.",
            screen.width,
        )


def _pair(row: Row, room: int, numbers: dict[str, str], screen: Screen) -> Iterator[str]:
    sides = [_fitted(text, room) for text in (row.ours, row.torch)]
    mark = numbers.get(row.note, "")
    for number, (left, right) in enumerate(zip_longest(*sides, fillvalue="")):
        margin = mark if number == 0 else ""
        between = " " + screen.paint(margin, "yellow") + " " * (_GUTTER - 1 - len(margin))
        left = screen.cut(left, room)
        yield (left + " " * (room - columns(left)) + between + screen.cut(right, room)).rstrip()


def _fitted(text: str | None, room: int) -> list[str]:
    """On one line where it fits; else as the program is broken."""
    if text is None:
        return [""]
    one = closed_up(text)
    return [one] if len(one) <= room else text.split("\n")


def _one_by_one(
    both: Programs, numbers: dict[str, str], screen: Screen, name: str
) -> Iterator[str]:
    for title, side in ((name, "ours"), ("PyTorch", "torch")):
        yield title + ":"
        for row in both.rows:
            text: str | None = getattr(row, side)
            for number, line in enumerate([] if text is None else _fitted(text, screen.width - 3)):
                mark = numbers.get(row.note, "") if number == 0 else ""
                yield f"{mark:<3}{line}".rstrip()
        yield ""


def _hanging(label: str, text: str, screen: Screen) -> Iterator[str]:
    room = max(screen.width - len(label), 20)
    for number, line in enumerate(screen.wrap(text, room)):
        yield (label if number == 0 else " " * len(label)) + line
