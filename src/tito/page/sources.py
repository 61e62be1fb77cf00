"""What Sphinx is given: the lessons' texts as they are, and pages written from what is known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tito.learner import project_root
from tito.lesson.model import Lesson
from tito.lesson.text import anchor_of
from tito.page.reference import escaped, reference_pages

__all__ = ["write_sources"]

_HERE = Path(__file__).parent
_ROW = re.compile(
    r"\| `(?P<name>.+?)` \| `(?P<exercise>.+?)` \| \d+ \| (?P<by>.*?) \| (?P<says>.*) \|"
)
_CHECK = re.compile(r"\| (?P<mark>[A-Z]\d+) \| `.+?` \| (?P<name>.*) \|")
_MARK = re.compile(r"[A-Z]\d+")
_FEW = 3


def write_sources(
    folder: Path, lessons: Sequence[Lesson], helps: Mapping[str, str], *, only_lessons: bool
) -> list[str]:
    """Write the source of each page into a new folder; the names of the pages, in order."""
    folder.mkdir()
    start = _read(_HERE / "start.md")
    pages = {"index": start.replace("COURSE", "\n".join(_course(lessons)))}
    for lesson in lessons:
        pages[lesson.name] = _read(lesson.folder / "lesson.md")
    if not only_lessons:
        pages |= _project(lessons, helps)
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return list(pages)


def _course(lessons: Sequence[Lesson]) -> Iterator[str]:
    """The map of the course; a script writes into each `standing` how far one is."""
    yield '```{raw} html\n<ol class="map">'
    for lesson in lessons:
        yield f'<li value="{lesson.number}" data-lesson="{lesson.name}">'
        yield f'<a href="{lesson.name}.html">{lesson.title}</a>'
        yield f'<span>{", ".join(lesson.parts)}</span> <span class="standing"></span></li>'
    yield "</ol>\n```"


def _project(lessons: Sequence[Lesson], helps: Mapping[str, str]) -> dict[str, str]:
    """The pages that say more than a lesson does; some of them stand in a clone alone."""
    docs = (project_root() or _HERE) / "docs"
    texts = {path.stem.replace("_", "-"): _read(path) for path in sorted(docs.glob("*.md"))}
    commands = texts.pop("commands", "# Commands\n") + "\n".join(_helps(helps))
    pages = {"mistakes": "\n".join(_mistakes_of_all(lessons))}
    for lesson in lessons:
        table = docs / "misconceptions" / f"{lesson.name}.md"
        known = _read(table) if table.is_file() else ""
        pages[f"mistakes-{lesson.name}"] = "\n".join(_mistakes(lesson, known.splitlines()))
    return pages | reference_pages() | {"commands": commands} | texts


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _helps(helps: Mapping[str, str]) -> Iterator[str]:
    if helps:
        yield "\n## What each says with `--help`\n"
    for command, text in helps.items():
        yield f"### `{command}`\n\n```text\n{text}\n```\n"


def _mistakes_of_all(lessons: Sequence[Lesson]) -> Iterator[str]:
    yield "# Mistakes\n"
    yield (
        "A mistake that is known has a name, and a sentence that says what is misunderstood. "
        "`tito test` tells you when it has found one in your file, and the page of a lesson does, "
        "too. Here are all of them, each with the checks that catch it; the search finds a name "
        "that you were told.\n"
    )
    for lesson in lessons:
        known = {(wrong.exercise, wrong.name) for wrong in lesson.misconceptions}
        page = f"mistakes-{lesson.name}.md"
        yield f"## [Mistakes in {lesson.title}]({page})\n\n| class | known mistakes |\n|---|---:|"
        for part in lesson.parts:
            count = sum(exercise.partition(".")[0] == part for exercise, _ in known)
            yield f"| [`{part}`]({page}#{part.lower()}) | {count} |"
        yield ""


def _mistakes(lesson: Lesson, table: Sequence[str]) -> Iterator[str]:
    """A lesson's mistakes; what catches each is known from the table that proves the checks."""
    checks = {found["mark"]: found["name"] for found in map(_CHECK.match, table) if found}
    rows = filter(None, map(_ROW.match, table))
    caught = {(row["exercise"], row["name"], row["says"]): row["by"] for row in rows}
    said: dict[str, dict[str, dict[str, str]]] = {exercise: {} for exercise in lesson.tasks}
    for wrong in lesson.misconceptions:
        by = caught.get((wrong.exercise, wrong.name, wrong.says), "")
        said.setdefault(wrong.exercise, {}).setdefault(wrong.name, {})[wrong.says] = by
    yield f"---\ntocdepth: 3\n---\n# Mistakes in {lesson.title}\n"
    yield f"What can be misunderstood in [the lesson]({lesson.name}.md), by class and by method.\n"
    for part in lesson.parts:
        yield f"## {part}\n"
        for exercise in (each for each in said if each.partition(".")[0] == part):
            yield f"### `{exercise}`\n"
            for name, sentences in said[exercise].items():
                yield f"({anchor_of(exercise)}-{name})=\n#### `{name}`\n"
                for says, by in sentences.items():
                    yield f"{escaped(says)}\n"
                    yield from _caught(by, checks)


def _caught(by: str, checks: Mapping[str, str]) -> Iterator[str]:
    """The checks that catch a mistake; those in brackets only in some forms, or by chance."""
    always, _, sometimes = by.partition("(")
    lists = [
        [escaped(checks[mark]) for mark in _MARK.findall(each)] for each in (always, sometimes)
    ]
    names = [*lists[0], *(f"{name} (in some forms)" for name in lists[1])]
    if not names:
        return
    if len(names) <= _FEW:
        yield "{.caught}\nCaught by: " + "; ".join(names) + "\n"
        return
    yield f":::{{dropdown}} Caught by {len(names)} checks"
    yield "; ".join(names)
    yield ":::\n"
