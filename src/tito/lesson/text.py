"""The lessons' texts: their sections, found by what a person types, and shown in a terminal."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from pathlib import Path

_LESSONS = Path(__file__).parents[1] / "lessons"
_TARGET = re.compile(r"\(([a-z0-9-]+)\)=")
_HEADING = re.compile(r"(#+) +(.*?) *")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True)
class Section:
    """What stands below one heading, as MyST, without the sections below it.

    ``level`` is 1 for the title of the whole, 2 for a chapter; ``number`` is ``3`` for a chapter,
    ``3.2`` for a section in it, and empty for the title.
    """

    anchor: str
    title: str
    level: int
    body: str
    number: str = ""

    @property
    def plain_title(self) -> str:
        """The title as words, without marks."""
        from tito.lesson.tex import plain

        return plain(self.title).replace("`", "")

    def markdown(self) -> str:
        """Heading and body as Markdown that Jupyter and GitHub show as it is meant."""
        return to_markdown(f"{'#' * self.level} {self.title}\n\n{self.body}")


@dataclass(frozen=True)
class LessonText:
    """The text of a lesson, as its sections in order."""

    sections: tuple[Section, ...]

    def find(self, text: str) -> list[Section]:
        """The sections that a person can mean: one that is named exactly, or all that fit.

        A section is named by its number, its anchor, its title or the exercise that it is about,
        in any spelling: ``4.2``, ``linear-forward``, ``Linear.forward``, ``forward``.
        """
        number, wanted = text.strip().rstrip("."), anchor_of(text)
        whole = re.compile(rf"(?:^|-){re.escape(wanted)}(?:-|$)")
        fits: list[Callable[[Section], object]] = [
            lambda section: section.number == number,
            lambda section: wanted in (section.anchor, section.anchor.replace("-", "")),
            lambda section: wanted == anchor_of(section.plain_title),
            lambda section: whole.search(section.anchor),
            lambda section: whole.search(anchor_of(section.plain_title)),
            lambda section: wanted in anchor_of(section.plain_title),
        ]
        found = ([section for section in self.sections if fit(section)] for fit in fits)
        return next(filter(None, found), list[Section]()) if wanted else []

    def near(self, text: str) -> list[Section]:
        """At most three sections whose names look like ``text``, the likeliest first."""
        wanted, likeness = anchor_of(text), dict[str, float]()
        for section in self.sections:
            bare, title = section.anchor.replace("-", ""), anchor_of(section.plain_title)
            names = (
                difflib.SequenceMatcher(None, wanted, n) for n in (section.anchor, bare, title)
            )
            likeness[section.anchor] = max(name.ratio() for name in names)
        ranked = sorted(self.sections, key=lambda section: -likeness[section.anchor])
        return [section for section in ranked if likeness[section.anchor] >= 0.6][:3]

    def of_exercise(self, name: str) -> Section:
        """The section about an exercise, ``Linear.forward``. KeyError where there is none."""
        return self.at(anchor_of(name))

    def at(self, anchor: str) -> Section:
        """The section with this anchor. KeyError where there is none."""
        for section in self.sections:
            if section.anchor == anchor:
                return section
        raise KeyError(anchor)

    def with_all_below(self, section: Section) -> tuple[Section, ...]:
        """The section and those below it: a chapter with its sections."""
        start = self.sections.index(section) + 1
        end = start
        while end < len(self.sections) and self.sections[end].level > section.level:
            end += 1
        return (section, *self.sections[start:end])


def lessons_with_text() -> list[str]:
    """The names of the lessons that have a text."""
    return sorted(path.parent.name for path in _LESSONS.glob("*/lesson.md"))


@lru_cache
def lesson_text(lesson: str) -> LessonText:
    """The text of a lesson. KeyError where there is no such lesson, or none with a text."""
    if lesson not in lessons_with_text():
        raise KeyError(lesson)
    return parse((_LESSONS / lesson / "lesson.md").read_text(encoding="utf-8"))


def parse(source: str) -> LessonText:
    """The sections of a MyST text; each heading follows its target, ``(linear-forward)=``.

    ValueError for a heading without a target, or for a target that is given twice.
    """
    return LessonText(tuple(_sections(source)))


def first_paragraph(section: Section) -> str:
    """The section's first paragraph as one line of plain text; empty where it has none."""
    from tito.lesson.tex import plain

    paragraphs = (block.text for block in blocks(section.body) if isinstance(block, Paragraph))
    return plain(next(paragraphs, ""))


def anchor_of(exercise: str) -> str:
    """The anchor of the section about an exercise: ``linear-init`` for ``Linear.__init__``."""
    return "-".join(re.findall(r"[a-z0-9]+", exercise.lower()))


def _sections(source: str) -> Iterator[Section]:
    lines = source.splitlines()
    heads = [place for place in _outside_fences(lines) if _HEADING.fullmatch(lines[place])]
    counts: list[int] = []
    seen: set[str] = set()
    for place, following in zip(heads, [*heads[1:], len(lines) + 1], strict=True):
        found, target = _HEADING.fullmatch(lines[place]), _TARGET.fullmatch(lines[place - 1])
        if found is None or target is None or target[1] in seen:
            raise ValueError(f"line {place + 1}: expected a target of its own above {lines[place]}")
        seen.add(target[1])
        level = len(found[1])
        counts = [*counts, 0, 0, 0][: level - 1]
        if counts:
            counts[-1] += 1
        body = "\n".join(lines[place + 1 : following - 1]).strip("\n")
        yield Section(target[1], found[2], level, body, ".".join(map(str, counts)))


def _outside_fences(lines: list[str]) -> Iterator[int]:
    """The numbers of the lines that are in no block of code: there, # is a comment."""
    fence = ""
    for number, line in enumerate(lines):
        found = _FENCE.match(line)
        if fence:
            fence = "" if line.strip().startswith(fence) and not line.strip(" `~") else fence
        elif found:
            fence = found[1]
        else:
            yield number


_INNER_LINK = re.compile(r"\[([^]]+)\]\(#[^)]+\)")
_KINDS = {"note": "Note", "tip": "Tip", "warning": "Mind"}


def to_markdown(myst: str) -> str:
    """The same text: admonitions as quotations, a drawing in its text form, links out kept."""
    return "\n\n".join(_block(block) for block in blocks(myst)) + "\n"


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            return _inline(text)
        case Items(items, numbered):
            marks = [f"{n}. " if numbered else "- " for n in range(1, len(items) + 1)]
            return "\n".join(m + _inline(item) for m, item in zip(marks, items, strict=True))
        case Table(rows, right):
            rule = ["---:" if place in right else "---" for place in range(len(rows[0]))]
            lines = [rows[0], rule, *rows[1:]]
            return "\n".join("| " + " | ".join(map(_inline, line)) + " |" for line in lines)
        case Code(language, lines):
            return _fenced(language, lines)
        case Math(tex):
            return f"$$\n{tex}\n$$"
        case Diagram(_, text):
            return _fenced("text", text)
        case Note(kind, title, inner):
            lines = _titled(title or _KINDS[kind], inner).split("\n")
            return "\n".join(f"> {line}".rstrip() for line in lines)
        case _:
            return "\n\n".join(_titled(title, inner) for title, inner in block.tabs)


def _titled(title: str, inner: tuple[Block, ...]) -> str:
    return "\n\n".join([f"**{title}**", *map(_block, inner)])


def _fenced(language: str, lines: tuple[str, ...]) -> str:
    return "\n".join([f"```{language}", *lines, "```"])


def _inline(text: str) -> str:
    return _INNER_LINK.sub(r"\1", text)


_BLOCK_FENCE = re.compile(r"(`{3,})(?:\{([a-z-]+)\}|([a-z]*))$")
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
        elif fence := _BLOCK_FENCE.match(line):
            end = _end(lines, place, fence[1])
            inner = tuple(lines[place + 1 : end])
            place = end + 1
            if fence[2] is None:
                yield Code(fence[3], inner)
                continue
            remarks = list(takewhile(_is_remark, lines[place:]))
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
            found = list(takewhile(_goes_on, lines[place:]))
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
    items: list[str] = []
    for line in lines:
        if found := start.match(line):
            items.append(found[1])
        else:
            items[-1] += " " + line.strip()
    yield from items


def _table(lines: list[str]) -> Table:
    if len(lines) < 2 or not _RULE.match(lines[1]):
        raise ValueError(f"expected a rule below the headings of a table: {lines[0]}")
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    right = frozenset(n for n, cell in enumerate(rows[1]) if cell.endswith(":"))
    return Table((rows[0], *rows[2:]), right)


def _directed(name: str, title: str, lines: list[str]) -> Block:
    inner = tuple(_blocks(lines))
    if name == "tab-set":
        tabs = [block for block in inner if isinstance(block, Note) and block.kind == "tab-item"]
        if len(tabs) != len(inner):
            raise ValueError("a tab-set holds tab-items alone")
        return Tabs(tuple((tab.title, tab.blocks) for tab in tabs))
    if name not in ("note", "tip", "warning", "tab-item"):
        raise ValueError(f"the lessons' texts do not use the directive {name}")
    return Note(name, title, inner)


def _drawn(name: str, source: tuple[str, ...], remarks: list[str]) -> Diagram:
    if name != "mermaid" or not remarks:
        raise ValueError(f"expected mermaid, then its text form behind %, and got {name}")
    return Diagram(source, tuple(line[1:].removeprefix(" ") for line in remarks))


def _goes_on(line: str) -> bool:
    return bool(line.strip()) and not (
        _BLOCK_FENCE.match(line) or _DIRECTIVE.match(line) or line == "$$"
    )


def _is_remark(line: str) -> bool:
    return line.startswith("%")


def _end(lines: list[str], start: int, fence: str) -> int:
    """The line that closes what ``fence`` opened. ValueError where none does."""
    for place in range(start + 1, len(lines)):
        if lines[place] == fence:
            return place
    raise ValueError(f"nothing closes {lines[start]}")
