"""The notebook of a learner's file: the lesson's text around its pieces."""

from __future__ import annotations

import ast
import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tito.lesson.source import LINE_END, declared, encoding_of, first_line, line_end, parse
from tito.lesson.text import Section, anchor_of, lesson_text
from tito.notebook.order import EXERCISE, FILE_ONLY, SETUP

if TYPE_CHECKING:
    from tito.lesson.model import Lesson

Notebook = dict[str, Any]
BEGIN = "%load_ext tito.notebook"
FIRST_CELL = f"""\
# Run this cell first: it brings the commands that begin with %%.
# Where tito is not installed, as in Colab, it asks pip for the package tinytorch-lessons.
# That works only where pip can find that package; otherwise install it from a clone.
try:
    import tito
except ImportError:
    import subprocess
    import sys

    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "tinytorch-lessons"])
{BEGIN}"""
HOW_TO = """\
> **In this notebook**
>
> - Run the cells from top to bottom. A cell that begins with `%%exercise` is yours to write: run
>   it, and it is tested, together with the exercises that were run before. The report names the
>   first thing to fix; its line numbers count the line `%%exercise` as line 1.
> - `%%setup` begins what the exercises also need: imports, constants, helpers of your own.
> - A cell without either is for trying things out, and is not part of your file.
> - In a terminal, `tito notebook --to-py {notebook}` puts the code into `{filename}`."""


def to_notebook(lesson: Lesson, content: bytes, name: str) -> Notebook:
    """The notebook called ``name`` of the file with this content, which has to be Python."""
    pieces, layout = split(content, lesson.parts)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    language = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"}
    about = {"lesson": lesson.name, "line_ends": layout.newline, "mark": layout.mark}
    return {
        "cells": list(_cells(lesson, pieces, name)),
        "metadata": {"kernelspec": kernel, "language_info": language, "tito": about},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cells(lesson: Lesson, pieces: Sequence[Piece], name: str) -> Iterator[dict[str, Any]]:
    """The text before the exercises, each exercise below its sections, and what comes after."""
    text = lesson_text(lesson.name)
    chapters = {e.name: _chapter(text.sections, anchor_of(e.name)) for e in lesson.exercises}
    taught = {section.anchor for chapter in chapters.values() for section in chapter}
    first = next(n for n, section in enumerate(text.sections) if section.anchor in taught)
    yield _prose(text.sections[0])
    yield _cell("markdown", "how-to", HOW_TO.format(notebook=name, filename=lesson.filename))
    yield _code("begin", FIRST_CELL)
    yield from map(_prose, text.sections[1:first])
    said: set[str] = set()
    for number, piece in enumerate(pieces, 1):
        for exercise in lesson.exercises:
            if exercise.part in piece.names:
                for section in chapters[exercise.name]:
                    if section.anchor not in said:
                        yield _prose(section)
                    said.add(section.anchor)
        yield _code_of(piece, number, last=number == len(pieces))
    yield from (_prose(s) for s in text.sections[first:] if s.anchor not in said)


def _chapter(sections: Sequence[Section], anchor: str) -> list[Section]:
    """The section about an exercise, after the beginning of the chapter that it is in."""
    place = next(n for n, section in enumerate(sections) if section.anchor == anchor)
    start = max(n for n in range(place + 1) if sections[n].level <= 2)
    return [sections[start], sections[place]]


def _code_of(piece: Piece, number: int, *, last: bool) -> dict[str, Any]:
    magic = f"%%{piece.kind} {' '.join(piece.names)}".rstrip()
    around = {"before": piece.before, "after": piece.after}
    usual = {"before": "", "after": "\n" if last else GAP}
    said = {key: value for key, value in around.items() if value != usual[key]}
    name = "-".join([piece.kind, *piece.names, str(number)])
    return _code(name, f"{magic}\n{piece.text}", **({"tito": said} if said else {}))


def _prose(section: Section) -> dict[str, Any]:
    return _cell("markdown", f"text-{section.anchor}", section.markdown().strip("\n"))


def _code(name: str, source: str, **metadata: Any) -> dict[str, Any]:
    return {**_cell("code", name, source, **metadata), "execution_count": None, "outputs": []}


def _cell(kind: str, name: str, source: str, **metadata: Any) -> dict[str, Any]:
    """A cell; its name is made of letters, digits and hyphens, 64 at most, as the format asks."""
    known = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:64]
    return {"cell_type": kind, "id": known, "metadata": metadata, "source": source}


#: What stands between two pieces that nobody has said more about.
GAP = "\n\n\n"
_EDGES = re.compile(r"\A(\s*)(.*?)(\s*)\Z", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """The text of one cell, and what stood before and after it in the file.

    ``names`` are the lesson's classes in it.
    """

    kind: str
    text: str
    names: tuple[str, ...] = ()
    before: str = ""
    after: str = GAP


@dataclass(frozen=True)
class Layout:
    """How a file writes its text: the mark at its beginning, and the end of most lines."""

    newline: str = "\n"
    mark: bool = False


def split(content: bytes, parts: Sequence[str]) -> tuple[list[Piece], Layout]:
    """The file in pieces: a class of the lesson is an exercise, all between two is setup.

    ``content`` has to be Python: SyntaxError or UnicodeDecodeError where it is not.
    """
    raw = content.removeprefix(codecs.BOM_UTF8).decode(encoding_of(content))
    text = LINE_END.sub("\n", raw)
    lines = text.split("\n")
    pieces: list[Piece] = []
    for kind, names, first, last in _sections(parse(text), lines, parts):
        edges = _EDGES.match("\n".join(lines[first:last]) + ("\n" if last < len(lines) else ""))
        assert edges is not None
        before, inner, after = edges.groups() if edges[2] else ("", "", edges[0])
        pieces.append(Piece(kind, inner, names, before, after))
    return pieces, Layout(line_end(raw), mark=content.startswith(codecs.BOM_UTF8))


def join(pieces: Sequence[Piece], layout: Layout) -> bytes:
    """The file that the pieces make: where none was changed, the one that was split.

    All its lines end in the way in which most did. UnicodeEncodeError for a character that the
    encoding which the file declares does not have.
    """
    text = "".join(piece.before + piece.text + piece.after for piece in pieces)
    written = text.replace("\n", layout.newline).encode(declared(text))
    return (codecs.BOM_UTF8 if layout.mark else b"") + written


def _sections(
    tree: ast.Module, lines: list[str], parts: Sequence[str]
) -> Iterator[tuple[str, tuple[str, ...], int, int]]:
    """Kind, classes, first line and the line after the last, from 0, of each piece."""
    starts: list[tuple[int, str, tuple[str, ...]]] = []
    end = 0
    for first, last, kind, names in _statements(tree, parts):
        if starts and first < end:  # on the line on which the statement before ends
            begin, above, before = starts.pop()
            names = (*before, *names)
            starts.append((begin, EXERCISE if names else above, names))
        elif kind != SETUP or not starts or starts[-1][1] != SETUP:
            starts.append((_with_remarks(lines, first, end), kind, names))
        end = max(end, last)
    starts = starts or [(0, SETUP, ())]
    starts[0] = (0, *starts[0][1:])
    ends = [start for start, _, _ in starts[1:]] + [len(lines)]
    for (first, kind, names), last in zip(starts, ends, strict=True):
        yield kind, names, first, last


def _statements(
    tree: ast.Module, parts: Sequence[str]
) -> Iterator[tuple[int, int, str, tuple[str, ...]]]:
    """First line and line after the last, from 0, kind and class of each statement.

    Of two classes with one name the last is the exercise.
    """
    final = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    for node in tree.body:
        first = first_line(node)
        kind, names = SETUP, ()
        if isinstance(node, ast.ClassDef) and node.name in parts and final[node.name] is node:
            kind, names = EXERCISE, (node.name,)
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'":
            kind = FILE_ONLY  # a notebook would run it at once
        yield first - 1, node.end_lineno or first, kind, names


def _with_remarks(lines: list[str], first: int, end: int) -> int:
    """Where what belongs to the statement begins: its comments, but none right below the last."""
    begin = first
    while begin > end and (not lines[begin - 1].strip() or lines[begin - 1].startswith("#")):
        begin -= 1
    while end > 0 and begin < first and lines[begin].strip():
        begin += 1
    while begin < first and not lines[begin].strip():
        begin += 1
    return begin
