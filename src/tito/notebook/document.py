"""The notebook of a learner's file: the lesson's text around its pieces."""

from __future__ import annotations

import ast
import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from tito.lesson.source import (
    LINE_END,
    Text,
    declared,
    encoding_of,
    first_line,
    given,
    line_end,
    parse,
)
from tito.lesson.text import Section, anchor_of, lesson_text

if TYPE_CHECKING:
    from tito.lesson.model import Lesson

Notebook = dict[str, Any]
LINE_ENDS = {"crlf": "\r\n", "cr": "\r"}
BEGIN = "%load_ext tito.notebook"
_ID = re.compile(r"[^a-z0-9]+")
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
    cells = list(_cells(lesson, pieces, name))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    language = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"}
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": kernel,
            "language_info": language,
            "jupytext": {"notebook_metadata_filter": "tito,kernelspec,language_info,-all"},
            "tito": {"lesson": lesson.name, **_as_names(layout)},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _as_names(layout: Layout) -> dict[str, str]:
    """What a file has that most files do not, in words that every format carries."""
    names = {newline: name for name, newline in LINE_ENDS.items()}
    ends = {"line_ends": names[layout.newline]} if layout.newline in names else {}
    return {**ends, "mark": "utf-8"} if layout.mark else ends


def _cells(lesson: Lesson, pieces: Sequence[Piece], name: str) -> Iterator[dict[str, Any]]:
    """The text before the exercises, each exercise below its sections, and what comes after."""
    text = lesson_text(lesson.name)
    chapters = {e.name: _chapter(text.sections, anchor_of(e.name)) for e in lesson.exercises}
    taught = {section.anchor for chapter in chapters.values() for section in chapter}
    first = next(n for n, section in enumerate(text.sections) if section.anchor in taught)
    yield _prose(text.sections[0])
    how = HOW_TO.format(notebook=name, filename=lesson.filename)
    yield _markdown("how-to", how)
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
    around = {"before": piece.before, "after": piece.after, "as_was": piece.as_was}
    usual = {"before": "", "after": "\n" if last else GAP, "as_was": None}
    said = {key: value for key, value in around.items() if value != usual[key]}
    name = "-".join([piece.kind, *piece.names, str(number)])
    return _code(name, f"{magic}\n{piece.text}", {"tito": said} if said else {})


def _prose(section: Section) -> dict[str, Any]:
    return _markdown(f"text-{section.anchor}", section.markdown().strip("\n"))


def _markdown(name: str, source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": _id(name), "metadata": {}, "source": source}


def _code(name: str, source: str, metadata: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": _id(name),
        "metadata": dict(cast("Mapping[str, Any]", metadata or {})),
        "outputs": [],
        "source": source,
    }


def _id(name: str) -> str:
    """A cell's name as the format has them: letters, digits and hyphens, 64 at most."""
    return _ID.sub("-", name.lower()).strip("-")[:64]


EXERCISE, SETUP, FILE_ONLY = "exercise", "setup", "file_only"
#: What stands between two pieces that nobody has said more about.
GAP = "\n\n\n"
_EDGES = re.compile(r"\A(\s*)(.*?)(\s*)\Z", re.DOTALL)
_MARK = re.compile(r"[ \t]*#[ \t]*%%.*")
_MARKED = re.compile(rf"\A(?:[ \t]*(?:#.*)?\n)*{_MARK.pattern}\n")


@dataclass(frozen=True)
class Piece:
    """The text of one cell, and what stood before and after it in the file.

    ``names`` are the lesson's classes in it. ``as_was`` is the piece as the file had it, where its
    lines end in another way than most lines of the file.
    """

    kind: str
    text: str
    names: tuple[str, ...] = ()
    before: str = ""
    after: str = GAP
    as_was: str | None = None

    @property
    def whole(self) -> str:
        """The piece with what stands around it."""
        return self.before + self.text + self.after


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
    layout = Layout(line_end(raw), mark=content.startswith(codecs.BOM_UTF8))
    text, originals = LINE_END.sub("\n", raw), Text(raw).lines
    lines = text.split("\n")
    pieces: list[Piece] = []
    for kind, names, first, last in _sections(text, lines, parts):
        whole = "\n".join(lines[first:last]) + ("\n" if last < len(lines) else "")
        piece = _piece(kind, names, whole)
        original = "".join(originals[first:last])
        if whole.replace("\n", layout.newline) != original:
            piece = replace(piece, as_was=original)
        pieces.append(piece)
    return pieces, layout


def join(pieces: Sequence[Piece], layout: Layout) -> bytes:
    """The file that the pieces make, byte for byte where none of them was changed.

    UnicodeEncodeError for a character that the encoding which the file declares does not have.
    """
    text = "".join(_written(piece, layout.newline) for piece in pieces)
    return (codecs.BOM_UTF8 if layout.mark else b"") + text.encode(declared(text))


def bound_names(tree: ast.Module) -> set[str]:
    """The names that the statements of a module define, inside of no function or class."""
    return {name for name, _ in given(tree.body)}


def _piece(kind: str, names: tuple[str, ...], whole: str) -> Piece:
    """The text between white space; a ``# %%`` above it would begin a cell by itself."""
    marked = _MARKED.match(whole)
    head = marked.group() if marked else ""
    edges = _EDGES.match(whole[len(head) :])
    assert edges is not None
    before, text, after = edges.groups()
    if not text:
        before, after = "", before + after
    return Piece(kind, text, names, head + before, after)


def _written(piece: Piece, newline: str) -> str:
    if piece.as_was is not None and LINE_END.sub("\n", piece.as_was) == piece.whole:
        return piece.as_was
    return piece.whole.replace("\n", newline)


def _sections(
    text: str, lines: list[str], parts: Sequence[str]
) -> Iterator[tuple[str, tuple[str, ...], int, int]]:
    """Kind, classes, first line and the line after the last, from 0, of each piece."""
    statements = _statements(parse(text), parts)
    starts: list[tuple[int, str, tuple[str, ...]]] = []
    end = 0
    for first, last, kind, names in statements:
        begin = _with_remarks(lines, first - 1, end)
        one_line = bool(starts) and first - 1 < end
        marked = kind == SETUP and any(_MARK.match(line) for line in lines[begin : first - 1])
        if one_line:
            above = starts.pop()
            merged = (*above[2], *names)
            starts.append((above[0], EXERCISE if merged else above[1], merged))
        elif kind != SETUP or not starts or starts[-1][1] != SETUP or marked:
            starts.append((begin, kind, names))
        end = max(end, last)
    if not starts:
        starts = [(0, SETUP, ())]
    starts[0] = (0, *starts[0][1:])
    ends = [start for start, _, _ in starts[1:]] + [len(lines)]
    for (first, kind, names), last in zip(starts, ends, strict=True):
        yield kind, names, first, last


def _statements(
    tree: ast.Module, parts: Sequence[str]
) -> Iterator[tuple[int, int, str, tuple[str, ...]]]:
    """First and last line, kind and class of each statement; of two equal classes the last."""
    final = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    for node in tree.body:
        first = first_line(node)
        kind, names = SETUP, ()
        if isinstance(node, ast.ClassDef) and node.name in parts and final[node.name] is node:
            kind, names = EXERCISE, (node.name,)
        elif _runs_as_a_program(node):
            kind = FILE_ONLY
        yield first, node.end_lineno or first, kind, names


def _runs_as_a_program(node: ast.stmt) -> bool:
    """Whether this is ``if __name__ == "__main__":``, which a notebook would run at once."""
    match node:
        case ast.If(
            test=ast.Compare(
                left=ast.Name(id="__name__"),
                ops=[ast.Eq()],
                comparators=[ast.Constant(value="__main__")],
            )
        ):
            return True
        case _:
            return False


def _with_remarks(lines: list[str], first: int, end: int) -> int:
    """Where what belongs to the statement begins: its comments, but none right below the last."""
    begin = first
    while begin > end and (not lines[begin - 1].strip() or lines[begin - 1].startswith("#")):
        begin -= 1
    while end > 0 and begin < first and lines[begin].strip() and not _MARK.match(lines[begin]):
        begin += 1
    while begin < first and not lines[begin].strip():
        begin += 1
    return begin
