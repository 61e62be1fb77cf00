"""Notebooks on disk: written anew beside the old one, and read, whatever editors did to them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from tinytorch.files.writing import write_whole
from tito.learner import WorkspaceError
from tito.learner.files import explain
from tito.learner.folder import mapping
from tito.lesson.source import LINE_END
from tito.notebook.document import BEGIN, GAP, Layout, Notebook, Piece, join
from tito.notebook.order import EXERCISE, FILE_ONLY, SETUP, Code, in_order
from tito.say.terminal import short_path


def write_anew(path: Path, notebook: Notebook) -> Path | None:
    """Write a notebook; one that is there gets another name first: that name, or None.

    WorkspaceError where it cannot be written.
    """
    aside, number = None, 0
    try:
        if os.path.lexists(path):
            while aside is None or os.path.lexists(aside):
                number += 1
                aside = path.with_name(f"{path.stem}.{number}{path.suffix}")
            os.rename(path, aside)
        write_whole(path, json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")
        return aside
    except OSError as error:
        raise WorkspaceError(explain(error, path.parent)) from error


def read_notebook(path: Path) -> Notebook:
    """The cells in an .ipynb file, as type, text, name and notes. WorkspaceError if it has none.

    Whatever else is there, or is not, is no part of a learner's file: editors and cleaners write
    many notebooks that are not valid, and hold a learner's work all the same.
    """
    try:
        content = path.read_bytes()
        if not content.strip(b"\0 \t\r\n"):
            raise ValueError("it is empty.")
        notebook = mapping(json.loads(content))
        if not isinstance(notebook.get("cells"), list):
            raise ValueError("it is JSON, but has no list of cells.")
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise WorkspaceError(f"{path} cannot be read: {why}. Check the name.") from error
    except (ValueError, RecursionError) as error:
        copy = path.parent / ".ipynb_checkpoints" / f"{path.stem}-checkpoint{path.suffix}"
        more = f"\nJupyter has an older copy of it: {short_path(copy)}" if copy.is_file() else ""
        message = f"{short_path(path)} holds no notebook: {_why(error)}{more}"
        raise WorkspaceError(message) from error
    about = mapping(mapping(notebook.get("metadata")).get("tito"))
    cells = [_cell(mapping(cell)) for cell in notebook["cells"]]
    return {"cells": cells, "metadata": {"tito": about}}


def _why(error: Exception) -> str:
    match error:
        case json.JSONDecodeError(lineno=line, colno=column, msg=what):
            return f"its JSON has an error on line {line}, column {column}: {what}."
        case UnicodeDecodeError() | RecursionError():
            return "it is not text."
        case _:
            return str(error)


def _cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    notes = mapping(mapping(cell.get("metadata")).get("tito"))
    return {
        "cell_type": cell.get("cell_type"),
        "id": cell["id"] if isinstance(cell.get("id"), str) else "",
        "metadata": {"tito": {k: v for k, v in notes.items() if isinstance(v, str)}},
        "source": _text(cell.get("source")),
    }


def _text(source: object) -> str:
    """The text of a cell, a string or a list of lines; some programs leave out their ends."""
    if isinstance(source, str):
        return LINE_END.sub("\n", source)
    lines = cast("list[object]", source) if isinstance(source, list) else []
    texts = (LINE_END.sub("\n", line) for line in lines if isinstance(line, str))
    return "\n".join(text.removesuffix("\n") for text in texts)


_KINDS = {EXERCISE: EXERCISE, SETUP: SETUP, FILE_ONLY.replace("_", "-"): FILE_ONLY}
_MAGIC = re.compile(rf"^[ \t]*%%({EXERCISE}|{SETUP}|{FILE_ONLY})\b[^\n]*\n?", re.MULTILINE)
#: The names that ``document.py`` gives to the cells of the file.
_ID = re.compile(rf"({'|'.join(_KINDS)})(?:-[a-z-]+)?-(\d+)")


@dataclass(frozen=True)
class _Part(Code):
    """Some text of a cell with what is known of it: notes, and its place in the file."""

    notes: Mapping[str, str] = field(default_factory=dict[str, str])
    number: int | None = None


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
    newline = about.get("line_ends") if about.get("line_ends") in ("\r\n", "\r") else "\n"
    found, guessed = _guess(_joined(notebook["cells"]), parts)
    left = [p.text for p in found if not p.kind and p.text.strip() and BEGIN not in p.text]
    texts = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] != "code"]
    return Taken(
        _pieces([part for part in found if part.kind]),
        Layout(newline, about.get("mark") is True),
        guessed,
        [text.strip().partition("\n")[0] for text in left],
        [text.strip().partition("\n")[0] for text in texts if _MAGIC.match(text.lstrip())],
    )


def _parts(cell: Mapping[str, Any]) -> Iterator[_Part]:
    """The cell's text; of cells that were merged each by itself."""
    text = cell["source"]
    known = _ID.fullmatch(cell.get("id") or "")
    notes, number = cell["metadata"].get("tito", {}), int(known[2]) if known else None
    magics = list(_MAGIC.finditer(text))
    if not magics:
        yield _Part(_KINDS[known[1]] if known and text.strip() else None, text, notes, number)
        return
    head, whole = text[: magics[0].start()], text[magics[0].end() :]
    if not head.strip() and (len(magics) == 1 or Code(None, whole).tree):
        yield _Part(magics[0][1], whole, notes, number)
        return
    remarks = Code(None, head).tree
    if remarks is None or remarks.body:
        yield _Part(None, head)
        head = ""
    ends = [magic.start() for magic in magics[1:]] + [len(text)]
    for magic, end in zip(magics, ends, strict=True):
        yield _Part(magic[1], head.lstrip("\n") + text[magic.end() : end])
        head = ""


def _joined(cells: Sequence[Mapping[str, Any]]) -> list[_Part]:
    """The parts of all cells; one that begins in the middle of a class goes on with the last."""
    found: list[_Part] = []
    for part in (part for cell in cells if cell["cell_type"] == "code" for part in _parts(cell)):
        inside = part.text.strip("\n").startswith((" ", "\t")) and part.text.strip()
        if inside and not part.kind and found and found[-1].kind:
            text = f"{found[-1].text.rstrip()}\n\n{part.text.strip(chr(10))}"
            found[-1] = replace(found[-1], text=text)
        else:
            found.append(part)
    return found


def _guess(found: list[_Part], parts: Sequence[str]) -> tuple[list[_Part], list[str]]:
    """The parts, and the classes taken although no cell of the file has them any more."""
    there = {name for part in found if part.kind for name in part.binds}
    guessed: list[str] = []
    for place, part in enumerate(found if any(part.kind for part in found) else ()):
        own = [name for name in parts if name in part.binds - there and not part.kind]
        if own:
            found[place] = replace(part, kind=EXERCISE)
            guessed += own
            there |= set(own)
    return found, guessed


def _pieces(parts: Sequence[_Part]) -> list[Piece]:
    """The parts in the order in which Python can run them, with what stands around each.

    What a cell does not say stands as in any other file.
    """
    numbers = [part.number for part in parts]
    if None in numbers or numbers != sorted(number or 0 for number in numbers):
        parts = list(in_order(parts))
    pieces: list[Piece] = []
    for place, part in enumerate(parts, 1):
        assert part.kind is not None
        after = part.notes.get("after", "\n" if place == len(parts) else GAP)
        if place < len(parts) and not after.endswith("\n"):
            after = GAP
        text, before = part.text.rstrip("\n"), part.notes.get("before", "")
        pieces.append(Piece(part.kind, text, (), before, after))
    return pieces
