"""The cells that were run so far, and the one file that they make."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from tito.engine.source import UNTOUCHED
from tito.notebook.order import in_order, names_used
from tito.notebook.pieces import EXERCISE, bound_names, encoding_of, parse

if TYPE_CHECKING:
    from tito.engine.lesson import Lesson


@dataclass(frozen=True)
class Cell:
    """The text of one cell as it was run, without the line that names it.

    ``first_line`` is the number that the notebook gives the text's first line. ``id`` is the
    notebook's own name for the cell, where it tells one.
    """

    kind: str
    title: str
    text: str
    first_line: int = 2
    id: str | None = None

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree; SyntaxError where the text is not Python."""
        return parse(self.text)

    @cached_property
    def binds(self) -> set[str]:
        """The names that the cell defines."""
        return bound_names(self.tree)

    @cached_property
    def needs(self) -> set[str]:
        """The names that have to be there when the cell runs.

        What stands inside a function has to be there once the cell itself uses that function.
        """
        used = {name for node in self.tree.body for name in names_used(node, deep=False)}
        made = [n for n in self.tree.body if isinstance(n, ast.ClassDef | ast.FunctionDef)]
        while self.kind != EXERCISE and (run := [node for node in made if node.name in used]):
            made = [node for node in made if node not in run]
            used |= {name for node in run for name in names_used(node, deep=True)}
        return used - self.binds

    def replaces(self, other: Cell) -> bool:
        """Whether running this cell leaves nothing of the other one."""
        if self.id is not None and self.id == other.id:
            return True
        if self.kind != other.kind:
            return False
        return self.text == other.text or (bool(other.binds) and other.binds <= self.binds)


@dataclass(frozen=True)
class Assembly:
    """The text of all cells as one file, and where each of its lines stands in the notebook."""

    text: str
    places: tuple[tuple[Cell | None, int], ...] = field(repr=False)
    missing: tuple[str, ...] = ()

    @property
    def content(self) -> bytes:
        """The bytes to test, in the encoding that the text declares."""
        return self.text.encode(encoding_of(self.text.encode()), errors="replace")

    def place(self, line: int) -> tuple[Cell | None, int]:
        """The cell that a line of the file stands in, and its number there."""
        return self.places[line - 1] if 0 < line <= len(self.places) else (None, line)


def with_cell(cells: Sequence[Cell], new: Cell) -> list[Cell]:
    """The cells after one more was run: in the place of the one that it replaces, or last."""
    place = next((n for n, old in enumerate(cells) if new.replaces(old)), len(cells))
    kept = [None if new.replaces(old) else old for old in cells]
    kept[place : place + 1] = [new]
    return [cell for cell in kept if cell is not None]


def assemble(lesson: Lesson, cells: Sequence[Cell]) -> Assembly:
    """One file of these cells, in the order in which they were run, as far as that can be.

    A class of the lesson that no cell defines stands there unwritten.
    """
    there = {name for cell in cells for name in cell.binds}
    missing = tuple(part for part in lesson.parts if part not in there)
    unwritten = [Cell(EXERCISE, "", _unwritten(lesson, part)) for part in missing]
    lines: list[str] = []
    places: list[tuple[Cell | None, int]] = []
    for cell in _in_order([*cells, *unwritten]):
        text = [*cell.text.rstrip().split("\n"), "", ""]
        lines += text
        places += [(cell if cell.title else None, cell.first_line + n) for n in range(len(text))]
    return Assembly("\n".join(lines), tuple(places), missing)


def _in_order(cells: Sequence[Cell]) -> Iterator[Cell]:
    """The cells as they were run, but each after those that it needs; future imports first."""
    future_first = sorted(cells, key=lambda cell: "from __future__" not in cell.text)
    return in_order(future_first, lambda cell: cell.binds, lambda cell: cell.needs)


def _unwritten(lesson: Lesson, part: str) -> str:
    """A class in which every exercise waits to be written, upon the bases that it will have."""
    from tito.workspace import stub_of

    stub = parse(stub_of(lesson))
    made = next(n for n in stub.body if isinstance(n, ast.ClassDef) and n.name == part)
    bases = [ast.unparse(base) for base in made.bases]
    above = ", ".join(base for base in bases if base in lesson.parts)
    lines = [f"class {part}({above}):"]
    for exercise in lesson.exercises:
        if exercise.part == part:
            method = exercise.name.partition(".")[2]
            lines += [
                f"    def {method}(self, *args, **kwargs):",
                f'        raise NotImplementedError("{exercise.name}: {UNTOUCHED}")',
            ]
    return "\n".join(lines)
