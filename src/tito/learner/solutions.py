"""The reference's own lines of one exercise, as a learner can put them into their file."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from textwrap import indent
from typing import TYPE_CHECKING, Any

from tito.lesson.hints import Why

if TYPE_CHECKING:
    from tito.engine.source import Source
    from tito.learner import Workspace
    from tito.lesson.model import Lesson

NOTES = "solutions"
FORGOTTEN = "It could not be noted that you saw this."


@dataclass(frozen=True)
class Solution:
    """One method of the reference: ``code`` without its docstring, indented as it stands there."""

    exercise: str
    code: str
    why: Why
    reference: ast.Module

    def needs(self, source: Source) -> list[str]:
        """The lines that the code counts on and the learner's file does not have.

        They are imports and the first lines of classes; a stub has all of them.
        """
        bound = set(_bound(source.tree.body))
        kinds = [
            kind
            for kind in _with_bases(self.exercise.partition(".")[0], self.reference)
            if self._inherits and _first_line(kind) != _first_line(source.classes.get(kind.name))
        ]
        used = {node.id for node in ast.walk(self._tree) if isinstance(node, ast.Name)}
        used |= {ast.unparse(base) for kind in kinds for base in kind.bases}
        head = [line for name, line in _head(self.reference) if name in used - bound]
        return [*head, *map(_first_line, kinds)]

    @cached_property
    def _inherits(self) -> bool:
        """Whether the code uses what the reference's classes have from those above them.

        A decorator may: ``follows_mode`` asks for the layer's own mode.
        """
        own = {node.name for node in ast.walk(self.reference) if isinstance(node, ast.FunctionDef)}
        for node in ast.walk(self.reference):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                own.add(node.attr)
        for node in ast.walk(self._tree):
            match node:
                case ast.Attribute(value=ast.Name(id="self"), attr=name) if name not in own:
                    return True
                case ast.FunctionDef(decorator_list=[_, *_]):
                    return True
                case _:
                    continue
        return False

    @cached_property
    def _tree(self) -> ast.Module:
        return ast.parse(f"class {self.exercise.partition('.')[0]}:\n{self.code}")


def solution_of(lesson: Lesson, exercise: str) -> Solution | None:
    """The reference's method of that name, or a plainer one where that is written for speed.

    None where it has none, and inherits it.
    """
    reference = lesson.reference
    code = lesson.plain.get(exercise)
    if code is None and reference.defines(exercise):
        code = reference.method(exercise)
    if code is None:
        return None
    code = indent(code.rstrip("\n"), "    ") if "." in exercise else code.rstrip("\n")
    return Solution(exercise, code, lesson.solutions.get(exercise, Why("")), reference.tree)


def note_shown(workspace: Workspace, lesson: Lesson, exercise: str) -> str | None:
    """Remember when a solution was shown first; a sentence for the person where that fails."""

    def edit(notes: dict[str, Any]) -> None:
        if not isinstance(notes.get(NOTES), dict):
            notes[NOTES] = {}
        notes[NOTES].setdefault(exercise, {"when": time.strftime("%Y-%m-%dT%H:%M:%S%z")})

    try:
        workspace.memory.change(lesson.name, edit)
    except OSError:
        return FORGOTTEN
    return None


def _head(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The names that stand at the head of a file, each with a line that binds it alone."""
    for node in tree.body:
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                yield from ((a.name, f"from {module} import {a.name}") for a in names)
            case ast.Import(names=names):
                yield from ((a.asname or a.name, ast.unparse(node)) for a in names)
            case ast.Assign(targets=[ast.Name(id=name)]):
                yield name, ast.unparse(node)
            case _:
                continue


def _bound(statements: list[ast.stmt]) -> Iterator[str]:
    """The names that statements bind at their own level: no function's, no class's inner names."""
    for node in statements:
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                yield name
                continue
            case ast.ImportFrom(names=names) | ast.Import(names=names):
                yield from ((a.asname or a.name).partition(".")[0] for a in names)
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
            case _:
                pass
        for inner in ("body", "orelse", "finalbody"):
            yield from _bound(getattr(node, inner, []))


def _with_bases(part: str, tree: ast.Module) -> Iterator[ast.ClassDef]:
    """The class, and those of its bases that stand in the same file."""
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    if part in classes:
        for base in classes[part].bases:
            yield from _with_bases(ast.unparse(base), tree)
        yield classes[part]


def _first_line(kind: ast.ClassDef | None) -> str:
    return f"class {kind.name}({', '.join(map(ast.unparse, kind.bases))}):" if kind else ""
