"""The notebook of a learner's file: the lesson's text around its pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from tito.notebook.pieces import GAP, Layout, Piece, split
from tito.reading.text import Section, anchor_of, lesson_text

if TYPE_CHECKING:
    from tito.engine.lesson import Lesson

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
