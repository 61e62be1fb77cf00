"""Cells as pieces of a program: the names that each defines and needs, and an order that runs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from tito.lesson.source import given, parse

#: The kinds of cells that are part of a learner's file.
EXERCISE, SETUP, FILE_ONLY = "exercise", "setup", "file_only"


@dataclass(frozen=True)
class Code:
    """The text of a cell, of a kind where it is part of the file."""

    kind: str | None
    text: str

    @cached_property
    def tree(self) -> ast.Module | None:
        """The syntax tree; None where the text is not Python."""
        try:
            return parse(self.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None

    @cached_property
    def binds(self) -> set[str]:
        """The names that it defines, inside of no function or class."""
        return {name for name, _ in given(self.tree.body)} if self.tree else set()

    @cached_property
    def needs(self) -> set[str]:
        """The names that have to be there when it runs.

        What stands inside a function has to be there once the cell itself uses that function.
        """
        body = self.tree.body if self.tree else []
        used = {name for node in body for name in _names_used(node, deep=False)}
        made = [n for n in body if isinstance(n, ast.ClassDef | ast.FunctionDef)]
        while self.kind != EXERCISE and (run := [node for node in made if node.name in used]):
            made = [node for node in made if node not in run]
            used |= {name for node in run for name in _names_used(node, deep=True)}
        return used - self.binds


AnyCode = TypeVar("AnyCode", bound=Code)


def in_order(cells: Iterable[AnyCode]) -> Iterator[AnyCode]:
    """The cells as they are given, but each after one that defines what it needs, if there is.

    Imports from the future come first, and what runs only in the file comes last.
    """
    waiting = sorted(
        cells, key=lambda cell: (cell.kind == FILE_ONLY, "from __future__" not in cell.text)
    )
    defined: set[str] = set()
    while waiting:
        ready = (cell for cell in waiting if not _waits(cell.needs - defined, waiting))
        chosen = next(ready, waiting[0])
        waiting.remove(chosen)
        defined |= chosen.binds
        yield chosen


def _waits(needs: set[str], others: Iterable[Code]) -> bool:
    return any(needs & other.binds for other in others)


def _names_used(node: ast.AST, *, deep: bool) -> Iterator[str]:
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
        yield from _names_used(child, deep=deep)
