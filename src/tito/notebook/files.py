"""Notebooks on disk: read, written as .ipynb or as jupytext's percent format, never lost."""

from __future__ import annotations

import ast
import builtins
import importlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar, cast

from tinytorch.files.writing import write_whole
from tito.learner import WorkspaceError
from tito.learner.files import explain
from tito.learner.folder import mapping
from tito.lesson.source import parse
from tito.notebook.document import (
    BEGIN,
    EXERCISE,
    FILE_ONLY,
    GAP,
    LINE_ENDS,
    SETUP,
    Layout,
    Notebook,
    Piece,
    bound_names,
    join,
)
from tito.say.terminal import short_path


def as_text(notebook: Notebook, suffix: str) -> str:
    """The notebook as the text of a file: JSON, or the percent format for ``.py``.

    WorkspaceError where the percent format would lose or split a cell.
    """
    jupytext, nbformat = _libraries()
    node = nbformat.from_dict(notebook)
    nbformat.validate(node)
    if suffix != ".py":
        return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    text: str = jupytext.writes(node, "py:percent")
    again = jupytext.reads(text, "py:percent")
    if _contents(again) != _contents(node):
        raise WorkspaceError(
            "This file would not come back whole from the percent format: a cell holds a line "
            "that begins with `# %%`, or blank lines at its end. Write an .ipynb file."
        )
    return text


def read_notebook(path: Path) -> Notebook:
    """The notebook in a file, of either format. WorkspaceError where there is none.

    Only the text of its cells is looked at, and what tito noted there: editors and cleaners write
    many notebooks that are not valid, and hold a learner's work all the same.
    """
    try:
        content = path.read_bytes()
        return _from_percent(content) if path.suffix == ".py" else from_json(content)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise WorkspaceError(f"{path} cannot be read: {why}. Check the name.") from error
    except NoNotebook as error:
        if path.suffix not in (".py", ".ipynb"):
            raise WorkspaceError(
                f"{short_path(path)} is neither a notebook, .ipynb, nor its cells as text, .py."
            ) from error
        copy = path.parent / ".ipynb_checkpoints" / f"{path.stem}-checkpoint{path.suffix}"
        more = f"\nJupyter has an older copy of it: {short_path(copy)}" if copy.is_file() else ""
        raise WorkspaceError(f"{short_path(path)} holds no notebook: {error}{more}") from error


def _from_percent(content: bytes) -> Notebook:
    jupytext, _ = _libraries()
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
        percent = re.search(r"^# *%%(?:[ \t]|$)", text, re.MULTILINE)
        return plain(jupytext.reads(text, "py:percent" if percent else "py"))
    except Exception as error:  # jupytext raises what it likes for what is no notebook
        words = str(error).partition("\n")[0]
        raise NoNotebook(f"jupytext cannot read it ({type(error).__name__}: {words}).") from error


def write_anew(path: Path, text: str) -> Path | None:
    """Write a notebook; one that is there gets another name first: that name, or None.

    WorkspaceError where it cannot be written.
    """
    try:
        aside = _free_name(path) if os.path.lexists(path) else None
        if aside:
            os.rename(path, aside)
        write_whole(path, text)
        return aside
    except OSError as error:
        raise WorkspaceError(explain(error, path.parent)) from error


def _libraries() -> tuple[Any, Any]:
    """jupytext and nbformat, which are there with the extra ``notebook``."""
    return importlib.import_module("jupytext"), importlib.import_module("nbformat")


def _free_name(path: Path) -> Path:
    """A name beside ``path`` that no file has: layers.1.ipynb."""
    number = 1
    while os.path.lexists(aside := path.with_name(f"{path.stem}.{number}{path.suffix}")):
        number += 1
    return aside


def _contents(notebook: Any) -> list[tuple[str, str, Any]]:
    """What of each cell has to come back."""
    return [(c.cell_type, c.source, c.metadata.get("tito")) for c in notebook.cells]


_KINDS = {EXERCISE: EXERCISE, SETUP: SETUP, FILE_ONLY.replace("_", "-"): FILE_ONLY}
_MAGIC = re.compile(rf"^[ \t]*%%({EXERCISE}|{SETUP}|{FILE_ONLY})\b[^\n]*\n?", re.MULTILINE)
#: The names that ``document.py`` gives to the cells of the file.
_ID = re.compile(rf"({'|'.join(_KINDS)})(?:-[a-z-]+)?-(\d+)")


@dataclass
class _Part:
    """Some text of a cell: of a kind where it is part of the file, and with what is known of it."""

    text: str
    kind: str | None = None
    notes: Mapping[str, str] = field(default_factory=dict[str, str])
    number: int | None = None

    @property
    def tree(self) -> ast.Module:
        """The syntax tree; an empty one where the text is not Python."""
        return _tree(self.text) or ast.Module([], [])

    @property
    def binds(self) -> set[str]:
        """The names that the text defines."""
        return bound_names(self.tree)

    @property
    def needs(self) -> set[str]:
        """The names that have to be there when the text is run, besides Python's own."""
        used = names_used(self.tree, deep=False)
        return {name for name in used if not hasattr(builtins, name)} - self.binds


@dataclass(frozen=True)
class Taken:
    """What a notebook holds of a learner's file, and the code that is no part of it.

    ``guessed`` are the classes taken although their cell no longer says that it is part of the
    file; ``left`` has the first line of each cell with code that was not taken, and ``silent``
    those of cells which say that they are part of it, but are no cells of code.
    """

    pieces: list[Piece]
    layout: Layout
    guessed: list[str]
    left: list[str]
    silent: list[str]

    @property
    def content(self) -> bytes | None:
        """The file; None where no cell holds any of it. UnicodeEncodeError as ``join``."""
        return join(self.pieces, self.layout) if self.pieces else None


def take(notebook: Mapping[str, Any], parts: Sequence[str]) -> Taken:
    """What the notebook's cells hold of the file of a lesson with these classes."""
    about = notebook["metadata"].get("tito", {})
    newline = LINE_ENDS.get(str(about.get("line_ends")), "\n")
    found = list(_joined(part for cell in notebook["cells"] for part in _parts(cell)))
    guessed = _guess(found, parts)
    texts = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] != "code"]
    return Taken(
        _pieces([part for part in found if part.kind]),
        Layout(newline, about.get("mark") == "utf-8"),
        guessed,
        [_first_line(part.text) for part in found if _is_left(part)],
        [_first_line(text) for text in texts if _MAGIC.match(text.lstrip())],
    )


def _parts(cell: Mapping[str, Any]) -> Iterator[_Part]:
    """The cell's text; of cells that were merged each by itself."""
    if cell["cell_type"] != "code":
        return
    notes, text = cell["metadata"].get("tito", {}), cell["source"]
    known = _ID.fullmatch(cell.get("id") or "")
    number = int(known[2]) if known else None
    magics = list(_MAGIC.finditer(text))
    if not magics:
        yield _Part(text, _KINDS[known[1]] if known and text.strip() else None, notes, number)
        return
    head, whole = text[: magics[0].start()], text[magics[0].end() :]
    if not head.strip() and (len(magics) == 1 or _tree(whole)):
        yield _Part(whole, magics[0][1], notes, number)
        return
    remarks = _tree(head)
    if remarks is None or remarks.body:
        yield _Part(head)
        head = ""
    ends = [magic.start() for magic in magics[1:]] + [len(text)]
    for magic, end in zip(magics, ends, strict=True):
        yield _Part(head.lstrip("\n") + text[magic.end() : end], magic[1])
        head = ""


def _joined(parts: Iterator[_Part]) -> Iterator[_Part]:
    """The parts; one that begins in the middle of a class goes on with the one before."""
    before: _Part | None = None
    for part in parts:
        if before is not None and before.kind and not part.kind and _goes_on(part.text):
            text = f"{before.text.rstrip()}\n\n{part.text.strip(chr(10))}"
            before = replace(before, text=text)
            continue
        if before is not None:
            yield before
        before = part
    if before is not None:
        yield before


def _goes_on(text: str) -> bool:
    return text.strip("\n").startswith((" ", "\t")) and bool(text.strip())


def _guess(found: Sequence[_Part], parts: Sequence[str]) -> list[str]:
    """Take the cells with a class that no cell of the file has; the names of those classes."""
    there = {name for part in found if part.kind for name in part.binds}
    guessed: list[str] = []
    for part in found if any(part.kind for part in found) else ():
        own = [name for name in parts if name in part.binds - there] if not part.kind else []
        if own:
            part.kind, guessed, there = EXERCISE, [*guessed, *own], there | set(own)
    return guessed


def _pieces(parts: Sequence[_Part]) -> list[Piece]:
    """The parts in the order in which Python can run them, with what stands around each."""
    numbers = [part.number for part in parts]
    if None in numbers or numbers != sorted(number or 0 for number in numbers):
        begin = sorted(parts, key=lambda p: (p.kind == FILE_ONLY, "from __future__" not in p.text))
        parts = list(in_order(begin, lambda part: part.binds, lambda part: part.needs))
    return [_piece(part, last=part is parts[-1]) for part in parts]


def _piece(part: _Part, *, last: bool) -> Piece:
    """What a cell does not say stands as in any other file."""
    usual = "\n" if last else GAP
    after = part.notes.get("after", usual)
    if not last and not after.endswith("\n"):
        after = usual
    assert part.kind is not None
    text = part.text.rstrip("\n")
    return Piece(part.kind, text, (), part.notes.get("before", ""), after, part.notes.get("as_was"))


def _is_left(part: _Part) -> bool:
    """Whether this is code of the person's which is not part of the file."""
    return not part.kind and bool(part.text.strip()) and BEGIN not in part.text


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.split("\n") if line.strip()), "")


def _tree(text: str) -> ast.Module | None:
    try:
        return parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


_LINE_END = re.compile(r"\r\n|\r")


class NoNotebook(Exception):
    """What was read holds no notebook; says why, to be read after "it" or "its"."""


def from_json(content: bytes) -> dict[str, Any]:
    """The notebook in the bytes of an .ipynb file. NoNotebook with what is wrong."""
    if not content.strip(b"\0 \t\r\n"):
        raise NoNotebook("it is empty.")
    try:
        return plain(json.loads(content))
    except (ValueError, RecursionError) as error:
        raise NoNotebook(_why(content, error)) from error


def plain(found: object) -> dict[str, Any]:
    """A notebook of any version as cells with type, text, name and notes, and no more.

    Whatever else is there, or is not, is no part of a learner's file. NoNotebook where there are
    no cells.
    """
    notebook = mapping(found)
    sheets = [mapping(sheet) for sheet in _sequence(notebook.get("worksheets"))]  # nbformat 3
    lists = [holder["cells"] for holder in (notebook, *sheets) if "cells" in holder]
    if not lists or not all(isinstance(each, list) for each in lists):
        raise NoNotebook("it is JSON, but has no list of cells.")
    cells = [mapping(cell) for each in lists for cell in each]
    return {
        "cells": [_cell(cell) for cell in cells],
        "metadata": {"tito": mapping(mapping(notebook.get("metadata")).get("tito"))},
    }


def _cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    notes = mapping(mapping(cell.get("metadata")).get("tito"))
    return {
        "cell_type": cell.get("cell_type"),
        "id": cell.get("id") if isinstance(cell.get("id"), str) else None,
        "metadata": {"tito": {k: v for k, v in notes.items() if isinstance(v, str)}},
        "source": _text(cell.get("source", cell.get("input"))),
    }


def _text(source: object) -> str:
    """The text of a cell, which is written as one string, or as a list of lines."""
    if isinstance(source, str):
        return _LINE_END.sub("\n", source)
    lines = [line for line in _sequence(source) if isinstance(line, str)]
    return "".join(_with_ends([_LINE_END.sub("\n", line) for line in lines]))


def _with_ends(lines: list[str]) -> Iterator[str]:
    """The lines, each with its end, which some programs leave out."""
    for number, line in enumerate(lines, 1):
        yield line if number == len(lines) or line.endswith("\n") else f"{line}\n"


def _sequence(value: object) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _why(content: bytes, error: Exception) -> str:
    """What a person sees in a text that is no JSON."""
    text = content.decode("utf-8", errors="replace").lstrip("\ufeff \t\r\n")
    if conflict := re.search(r"^<{7}", text, re.MULTILINE):
        line = text.count("\n", 0, conflict.start()) + 1
        return f"it has a merge conflict that is not resolved, on line {line} (<<<<<<<)."
    if text.startswith("<"):
        return "it is a web page. Where it came from, download the file itself (often called raw)."
    if isinstance(error, json.JSONDecodeError):
        if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated"):
            return f"it breaks off on line {error.lineno}."
        return f"its JSON has an error on line {error.lineno}, column {error.colno}: {error.msg}."
    return "it is not text."


Cell = TypeVar("Cell")
Names = Callable[[Cell], set[str]]


def in_order(cells: Sequence[Cell], binds: Names[Cell], needs: Names[Cell]) -> Iterator[Cell]:
    """The cells as they are given, but each after one that defines what it needs, if there is."""
    makers: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        for name in binds(cell):
            makers.setdefault(name, []).append(place)
    waiting = list(range(len(cells)))
    while waiting:
        ready = (p for p in waiting if not _waits(p, needs(cells[p]), makers, waiting))
        chosen = next(ready, waiting[0])
        waiting.remove(chosen)
        yield cells[chosen]


def names_used(node: ast.AST, *, deep: bool) -> Iterator[str]:
    """The names that running a statement looks up; with ``deep`` also inside of functions."""
    if isinstance(node, ast.Name):
        yield node.id
    inner: Iterable[ast.AST] = ast.iter_child_nodes(node)
    match node:
        case ast.Lambda() if not deep:
            inner = ()
        case ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body) if not deep:
            inner = (child for child in inner if child not in body)
        case _:
            pass
    for child in inner:
        yield from names_used(child, deep=deep)


def _waits(place: int, needs: set[str], makers: dict[str, list[int]], waiting: list[int]) -> bool:
    """Whether a name that the cell needs is defined only by cells that wait still."""
    for name in needs:
        others = [maker for maker in makers.get(name, ()) if maker != place]
        if others and all(maker in waiting for maker in others):
            return True
    return False
