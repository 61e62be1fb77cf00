"""A section's body as blocks: the part of MyST that the lessons' texts are written in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import takewhile

_FENCE = re.compile(r"(`{3,})(?:\{([a-z-]+)\}|([a-z]*))$")
_DIRECTIVE = re.compile(r"(:{3,})\{([a-z-]+)\} *(.*)$")
_BULLET = re.compile(r"- +(.*)$")
_NUMBERED = re.compile(r"\d+\. +(.*)$")
_RULE = re.compile(r"\|[ :|-]+\|$")


@dataclass(frozen=True)
class Paragraph:
    """Running text, with inline marks, as one line."""

    text: str


@dataclass(frozen=True)
class Items:
    """A list; each item is one paragraph."""

    items: tuple[str, ...]
    numbered: bool


@dataclass(frozen=True)
class Table:
    """Rows of cells, the first of which are the headings; ``right`` names columns of numbers."""

    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int]


@dataclass(frozen=True)
class Code:
    """Lines that stay as they are; ``language`` is empty for what is no program."""

    language: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Math:
    """A formula that stands alone, as TeX."""

    tex: str


@dataclass(frozen=True)
class Diagram:
    """A drawing in mermaid's language, and the same for readers that cannot draw it."""

    source: tuple[str, ...]
    text: tuple[str, ...]


@dataclass(frozen=True)
class Note:
    """An admonition: a kind (note, tip, warning), a title that may be empty, and its blocks."""

    kind: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Tabs:
    """Blocks side by side, each with a title."""

    tabs: tuple[tuple[str, tuple[Block, ...]], ...]


Block = Paragraph | Items | Table | Code | Math | Diagram | Note | Tabs


def blocks(body: str) -> tuple[Block, ...]:
    """The blocks of a body. ValueError for a directive that the texts do not use."""
    return tuple(_blocks(body.splitlines()))


def _blocks(lines: list[str]) -> Iterator[Block]:
    place = 0
    while place < len(lines):
        line = lines[place]
        if not line.strip():
            place += 1
        elif fence := _FENCE.match(line):
            end = _end(lines, place, fence[1])
            inner = tuple(lines[place + 1 : end])
            place = end + 1
            if fence[2] is None:
                yield Code(fence[3], inner)
                continue
            remarks = _run(lines, place, _is_remark)
            place += len(remarks)
            yield _drawn(fence[2], inner, remarks)
        elif directive := _DIRECTIVE.match(line):
            end = _end(lines, place, directive[1])
            yield _directed(directive[2], directive[3], lines[place + 1 : end])
            place = end + 1
        elif line == "$$":
            end = _end(lines, place, "$$")
            yield Math(" ".join(lines[place + 1 : end]))
            place = end + 1
        else:
            found = _run(lines, place, _goes_on)
            yield _text(found)
            place += len(found)


def _text(lines: list[str]) -> Block:
    if lines[0].startswith("|"):
        return _table(lines)
    for pattern in (_BULLET, _NUMBERED):
        if pattern.match(lines[0]):
            return Items(tuple(_items(lines, pattern)), pattern is _NUMBERED)
    return Paragraph(" ".join(line.strip() for line in lines))


def _items(lines: list[str], start: re.Pattern[str]) -> Iterator[str]:
    item = ""
    for line in lines:
        if found := start.match(line):
            if item:
                yield item
            item = found[1]
        else:
            item += " " + line.strip()
    yield item


def _table(lines: list[str]) -> Table:
    if len(lines) < 2 or not _RULE.match(lines[1]):
        raise ValueError(f"expected a rule below the headings of a table: {lines[0]}")
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    right = frozenset(n for n, cell in enumerate(rows[1]) if cell.endswith(":"))
    return Table((rows[0], *rows[2:]), right)


def _directed(name: str, title: str, lines: list[str]) -> Block:
    if name == "tab-set":
        tabs = [_directed_tab(block) for block in _blocks(lines)]
        return Tabs(tuple(tabs))
    if name not in ("note", "tip", "warning", "tab-item"):
        raise ValueError(f"the lessons' texts do not use the directive {name}")
    return Note(name, title, tuple(_blocks(lines)))


def _directed_tab(block: Block) -> tuple[str, tuple[Block, ...]]:
    if not isinstance(block, Note) or block.kind != "tab-item":
        raise ValueError("a tab-set holds tab-items alone")
    return block.title, block.blocks


def _drawn(name: str, source: tuple[str, ...], remarks: list[str]) -> Diagram:
    if name != "mermaid" or not remarks:
        raise ValueError(f"expected mermaid, then its text form behind %, and got {name}")
    return Diagram(source, tuple(line[1:].removeprefix(" ") for line in remarks))


def _goes_on(line: str) -> bool:
    return bool(line.strip()) and not (_FENCE.match(line) or _DIRECTIVE.match(line) or line == "$$")


def _is_remark(line: str) -> bool:
    return line.startswith("%")


def _run(lines: list[str], place: int, fits: Callable[[str], bool]) -> list[str]:
    return list(takewhile(fits, lines[place:]))


def _end(lines: list[str], start: int, fence: str) -> int:
    """The line that closes what ``fence`` opened. ValueError where none does."""
    for place in range(start + 1, len(lines)):
        if lines[place] == fence:
            return place
    raise ValueError(f"nothing closes {lines[start]}")
