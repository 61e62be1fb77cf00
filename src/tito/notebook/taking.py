"""The learner's file, taken out of a notebook's cells, whatever was done to the notebook."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tito.notebook.document import BEGIN, LINE_ENDS
from tito.notebook.order import in_order, names_used
from tito.notebook.pieces import (
    EXERCISE,
    FILE_ONLY,
    GAP,
    SETUP,
    Layout,
    Piece,
    bound_names,
    join,
    parse,
)

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
        used = names_used(self.tree, deep=False, annotations=False)
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
