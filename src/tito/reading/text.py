"""A lesson's text as sections: each has an anchor to point at, a title, a level and a body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
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
        from tito.reading.inline import plain

        return plain(self.title).replace("`", "")

    def markdown(self) -> str:
        """Heading and body as Markdown that Jupyter and GitHub show as it is meant."""
        from tito.reading.markdown import to_markdown

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
        from tito.reading.finding import find

        return find(self.sections, text)

    def near(self, text: str) -> list[Section]:
        """At most three sections whose names look like ``text``, the likeliest first."""
        from tito.reading.finding import near

        return near(self.sections, text)

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
    from tito.reading.blocks import Paragraph, blocks
    from tito.reading.inline import plain

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
