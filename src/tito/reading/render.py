"""Sections as lines for a terminal: wrapped, in columns, in characters that it knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tito.reading.blocks import (
    Block,
    Code,
    Diagram,
    Items,
    Math,
    Note,
    Paragraph,
    Table,
    Tabs,
    blocks,
)
from tito.reading.inline import goals, plain
from tito.reading.tables import table_lines
from tito.reading.tex import readable
from tito.reading.text import Section
from tito.terminal import Screen, columns

#: Prose in longer lines is tiring to read, however wide the terminal is.
_WIDEST = 80
_KINDS = {"note": "Note", "tip": "Tip", "warning": "Mind"}


def render(sections: Iterable[Section], screen: Screen) -> list[str]:
    """The sections, one below the other, as lines that the screen can show."""
    lines: list[str] = []
    for section in sections:
        lines += ["", *_heading(section, screen), ""]
        lines += _blocks(blocks(section.body), screen, screen.width)
    while lines and not lines[-1]:
        lines.pop()
    return lines[1:]


def render_body(section: Section, screen: Screen) -> list[str]:
    """The section without its heading, as lines."""
    return _blocks(blocks(section.body), screen, screen.width)[:-1]


def links(section: Section) -> list[str]:
    """The anchors of the sections that this one refers to, each once."""
    return list(dict.fromkeys(goals(section.body)))


def _heading(section: Section, screen: Screen) -> Iterator[str]:
    number = f"{section.number}  " if section.number else ""
    lines = screen.wrap(number + section.plain_title, screen.width)
    yield from (screen.paint(line, "bold") for line in lines)
    rule = "=" if section.level < 3 else "-"
    yield screen.paint(rule * max(map(columns, lines)), "dim")


def _blocks(found: Iterable[Block], screen: Screen, width: int) -> list[str]:
    lines: list[str] = []
    for block in found:
        lines += [*_lines(block, screen, width), ""]
    return lines


def _lines(block: Block, screen: Screen, width: int) -> list[str]:
    prose = min(width, _WIDEST)
    match block:
        case Paragraph(text):
            return screen.wrap(_words(text, screen), prose)
        case Items(items, numbered):
            marks = [f"{n}. " if numbered else "- " for n in range(1, len(items) + 1)]
            pairs = zip(marks, items, strict=True)
            return [line for mark, item in pairs for line in _item(mark, item, screen, prose)]
        case Table(rows, right):
            cells = [[screen.clean(_words(cell, screen)) for cell in row] for row in rows]
            return table_lines(cells, right, screen, width)
        case Math(tex):
            return _indented(screen.wrap(readable(tex), prose - 4), 4)
        case Code("text", code):
            found = [line for text in code for line in screen.wrap(text, prose - 4)]
            return _indented(found, 4)
        case Code(_, code) | Diagram(_, code):
            return _as_it_is(code, screen, width)
        case Note(kind, title, inner):
            head = screen.paint(screen.clean(plain(title) or _KINDS[kind]), "bold")
            lines = [head, *_blocks(inner, screen, prose - 2)[:-1]]
            return [f"| {line}".rstrip() for line in lines]
        case Tabs():
            return _tabs(block, screen, width)


def _words(text: str, screen: Screen) -> str:
    """The text with commands as the person here types them."""
    return plain(text).replace("`tito ", f"`{screen.command} ")


def _item(mark: str, text: str, screen: Screen, width: int) -> Iterator[str]:
    first, *others = screen.wrap(_words(text, screen), width - len(mark))
    yield mark + first
    yield from (" " * len(mark) + line for line in others)


def _indented(lines: Iterable[str], by: int) -> list[str]:
    return [(" " * by + line).rstrip() for line in lines]


def _as_it_is(code: Iterable[str], screen: Screen, width: int) -> list[str]:
    """Lines with their spaces; where they need the room, nearer to the edge, or broken."""
    lines = [screen.clean(line) for line in code]
    indent = max(min(4, width - max(map(columns, lines), default=0)), 0)
    return [part for line in _indented(lines, indent) for part in _broken(line, width)]


def _broken(line: str, width: int) -> Iterator[str]:
    """A line of a program in parts that fit; the further ones begin far to the right."""
    while len(line) > width:
        yield line[:width].rstrip()
        line = " " * min(8, width // 2) + line[width:]
    yield line


def _tabs(block: Tabs, screen: Screen, width: int) -> list[str]:
    """Side by side where they fit, otherwise one below the other."""
    sides = [[title, "-" * len(title), *_side(inner, screen, width)] for title, inner in block.tabs]
    room = [max(map(columns, side)) for side in sides]
    if sum(room) + 4 * (len(room) - 1) > width:
        return [line for side in sides for line in (*side, "")][:-1]
    tall = max(map(len, sides))
    padded = [[*side, *[""] * (tall - len(side))] for side in sides]
    rows = [
        (" " * 4).join(
            line + " " * (wide - columns(line)) for line, wide in zip(row, room, strict=True)
        )
        for row in zip(*padded, strict=True)
    ]
    return [row.rstrip() for row in rows]


def _side(inner: tuple[Block, ...], screen: Screen, width: int) -> list[str]:
    if all(isinstance(block, Code) for block in inner):
        code = [line for block in inner if isinstance(block, Code) for line in block.lines]
        return [part for line in code for part in _broken(screen.clean(line), width)]
    return _blocks(inner, screen, width)[:-1]
