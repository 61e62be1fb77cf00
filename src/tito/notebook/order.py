"""Cells in an order in which each comes after those that define what it needs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

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


def names_used(node: ast.AST, *, deep: bool, annotations: bool = True) -> Iterator[str]:
    """The names that running a statement looks up; with ``deep`` also inside of functions."""
    if isinstance(node, ast.Name):
        yield node.id
    for field, child in _children(node):
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and field == "body"
        if not deep and (inside or isinstance(node, ast.Lambda)):
            continue
        if annotations or field not in ("annotation", "returns"):
            yield from names_used(child, deep=deep, annotations=annotations)


def _waits(place: int, needs: set[str], makers: dict[str, list[int]], waiting: list[int]) -> bool:
    """Whether a name that the cell needs is defined only by cells that wait still."""
    for name in needs:
        others = [maker for maker in makers.get(name, ()) if maker != place]
        if others and all(maker in waiting for maker in others):
            return True
    return False


def _children(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:  # pyright: ignore[reportUnknownVariableType]
            if isinstance(child, ast.AST):
                yield field, child
