"""What ``tito read`` shows: sections and how to read on, or what there is to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from tito.lesson.tex import goals, plain, readable
from tito.lesson.text import (
    Block,
    Code,
    Diagram,
    Items,
    LessonText,
    Math,
    Note,
    Paragraph,
    Section,
    Table,
    Tabs,
    blocks,
)
from tito.say.terminal import Screen, columns


def page(text: LessonText, sections: Sequence[Section], screen: Screen) -> list[str]:
    """The sections, then where they point, and what to type to read on."""
    lines = [*render(sections, screen), ""]
    shown = {section.anchor for section in sections}
    others = [goal for section in sections for goal in goals(section.body) if goal not in shown]
    lines += [f"See also: {screen.command} read {goal}" for goal in dict.fromkeys(others)]
    last = text.sections.index(sections[-1]) + 1
    if last < len(text.sections):
        return [*lines, f"Read on: {screen.command} read {text.sections[last].anchor}"]
    return [*lines, f"Next: {screen.command} quiz"]


def chapters(text: LessonText, screen: Screen, lesson: str = "") -> list[str]:
    """A line for each chapter, short enough for one screen, and how to read.

    ``lesson`` goes before a section's name where the lesson is not the one in hand.
    """
    found = [section for section in text.sections if section.level == 2]
    example = next(section for section in text.sections if section.level == 3)
    command, one = f"{screen.command} read {lesson}", found[1]
    by_name = f"One of them: {command}{one.number}, or by name: {command}{one.anchor}"
    sections = f"With their sections, as {example.number}: {command}--contents"
    ways = [line for way in (by_name, sections) for line in screen.wrap(way, screen.width)]
    return [*_listed(text, found, screen), "", *ways]


def every_section(text: LessonText, screen: Screen) -> list[str]:
    """A line for each section."""
    one = f"One of them: {screen.command} read {text.sections[1].anchor}"
    return [*_listed(text, text.sections[1:], screen), "", one]


def _listed(text: LessonText, sections: Sequence[Section], screen: Screen) -> list[str]:
    """The lesson's title, then number, name and title of each section, cut where they must be."""
    numbers = max(len(section.number) for section in sections)
    names = max(len(section.anchor) for section in sections)
    lines = [screen.paint(f"{text.sections[0].plain_title}: the lesson", "bold"), ""]
    for section in sections:
        number, name = f"{section.number:<{numbers}}", f"{section.anchor:<{names}}"
        title = screen.cut(section.plain_title, screen.width - numbers - names - 6)
        lines.append(f"  {number}  {name}  {title}")
    return lines


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
    rows = [map(_padded, row, room) for row in zip_longest(*sides, fillvalue="")]
    return [(" " * 4).join(row).rstrip() for row in rows]


def _side(inner: tuple[Block, ...], screen: Screen, width: int) -> list[str]:
    if all(isinstance(block, Code) for block in inner):
        code = [line for block in inner if isinstance(block, Code) for line in block.lines]
        return [part for line in code for part in _broken(screen.clean(line), width)]
    return _blocks(inner, screen, width)[:-1]


_GAP = "  "

Row = Sequence[str]


def table_lines(
    rows: Sequence[Row], right: frozenset[int], screen: Screen, width: int
) -> list[str]:
    """The rows below their headings, cells wrapped; where even words do not fit, as records.

    ``right`` names the columns that are aligned at the right, by their place.
    """
    widths = _widths(rows, width - len(_GAP) * (len(rows[0]) - 1))
    if widths is None:
        return [line for row in rows[1:] for line in _record(rows[0], row, screen, width)][:-1]
    rule = ["-" * wide for wide in widths]
    found = [*_row(rows[0], widths, right, screen), _GAP.join(rule)]
    cells = [list(_row(row, widths, right, screen)) for row in rows[1:]]
    tall = any(len(lines) > 1 for lines in cells)
    for lines in cells:
        found += [*lines, ""] if tall else lines
    return found[:-1] if tall else found


def _widths(rows: Sequence[Row], room: int) -> list[int] | None:
    """How wide each column becomes; None if a word would have to be broken."""
    sides = list(zip(*rows, strict=True))
    least = [max((columns(w) for cell in side for w in cell.split()), default=1) for side in sides]
    widths = [max(map(columns, side)) for side in sides]
    if sum(least) > room:
        return None
    while sum(widths) > room:
        slack = [wide - small for wide, small in zip(widths, least, strict=True)]
        place = max(range(len(widths)), key=lambda n: (slack[n] > 0, widths[n]))
        widths[place] -= 1
    return widths


def _row(row: Row, widths: list[int], right: frozenset[int], screen: Screen) -> Iterator[str]:
    cells = [screen.wrap(cell, wide) for cell, wide in zip(row, widths, strict=True)]
    for line in zip_longest(*cells, fillvalue=""):
        parts = [_padded(part, wide) for part, wide in zip(line, widths, strict=True)]
        for place in right:
            parts[place] = _padded(line[place], widths[place], before=True)
        yield _GAP.join(parts).rstrip()


def _padded(text: str, width: int, *, before: bool = False) -> str:
    room = " " * (width - columns(text))
    return room + text if before else text + room


def _record(heads: Row, row: Row, screen: Screen, width: int) -> Iterator[str]:
    """One row as lines of heading and cell: for terminals that are too narrow for the table."""
    for place, (head, cell) in enumerate(zip(heads, row, strict=True)):
        if not cell:
            continue
        text = f"{head}: {cell}" if head and place else cell
        indent = "  " if place else ""
        yield from (indent + line for line in screen.wrap(text, width - len(indent)))
    yield ""
