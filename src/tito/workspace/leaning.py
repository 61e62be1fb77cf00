"""What a method leans on in its own file, and another file does not have."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from tito.workspace.splicing import CannotSplice, Text


def missing(now: Text, then: Text, exercise: str) -> list[str]:
    """The lines of ``then`` that give names to the method there, and that ``now`` lacks.

    Imports and assignments are whole; of a function or class it is the first line. Nothing where
    one cannot know: a text that is not Python, or one that imports with a star.
    """
    try:
        place, body = then.place(exercise), then.body(exercise.partition(".")[0])
        here = {name for name, _ in _names(now.tree.body)}
        there = list(_names(then.tree.body))
    except CannotSplice:
        return []
    if place is None or "*" in here:
        return []
    nodes = [node for node in ast.walk(body[place]) if isinstance(node, ast.Name)]
    used = {node.id for node in nodes if isinstance(node.ctx, ast.Load)}
    wanted = used - here - set(dir(builtins))
    return list(dict.fromkeys(line for name, line in there if name in wanted))


def _names(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Every name that these statements give, with the line that gives it."""
    for node in body:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    line = ast.unparse(ast.Import([alias]))
                    yield alias.asname or alias.name.partition(".")[0], line
            case ast.ImportFrom(module=module, names=names, level=level):
                for alias in names:
                    line = ast.unparse(ast.ImportFrom(module, [alias], level))
                    yield alias.asname or alias.name, line
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name, f"def {name}({ast.unparse(node.args)}): ..."
            case ast.ClassDef(name=name):
                yield name, f"class {name}: ..."
            case ast.If(body=inner, orelse=other) | ast.Try(body=inner, orelse=other):
                yield from _names([*inner, *other])
            case _:
                line = ast.unparse(node)
                stored = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
                yield from ((n.id, line) for n in stored if isinstance(n.ctx, ast.Store))
