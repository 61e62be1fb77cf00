"""The reference's own lines of one exercise, as a learner can put them into their file."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from textwrap import indent
from typing import TYPE_CHECKING

from tito.lesson.hints import Why
from tito.lesson.source import Text, given, names_in

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
    reference: Text

    def needs(self, source: Source) -> list[str]:
        """The lines that the code counts on and the learner's file does not have.

        They are imports and the first lines of classes; a stub has all of them.
        """
        bound = {name for name, _ in given(source.tree.body)}
        kinds = [
            kind
            for kind in self._kinds(self.exercise.partition(".")[0])
            if self._inherits and _first_line(kind) != _first_line(source.classes.get(kind.name))
        ]
        used = names_in(self._tree).union(*map(names_in, (b for kind in kinds for b in kind.bases)))
        tops = {name for name, place in self.reference.places.items() if _is_named(place.node)}
        return [*self.reference.giving(used - bound - tops), *map(_first_line, kinds)]

    def _kinds(self, part: str) -> Iterator[ast.ClassDef]:
        """The class, after those of its bases that stand in the same file."""
        place = self.reference.places.get(part)
        if place and isinstance(place.node, ast.ClassDef):
            for base in place.node.bases:
                yield from self._kinds(ast.unparse(base))
            yield place.node

    @cached_property
    def _inherits(self) -> bool:
        """Whether the code uses what the reference's classes have from those above them.

        A decorator may: ``follows_mode`` asks for the layer's own mode.
        """
        own = {
            node.name for node in ast.walk(self.reference.tree) if isinstance(node, ast.FunctionDef)
        }
        for node in ast.walk(self.reference.tree):
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
        code = reference.alone(exercise)
    if code is None:
        return None
    code = indent(code.rstrip("\n"), "    ") if "." in exercise else code.rstrip("\n")
    return Solution(exercise, code, lesson.solutions.get(exercise, Why("")), reference)


def note_shown(workspace: Workspace, lesson: Lesson, exercise: str) -> str | None:
    """Remember when a solution was shown first; a sentence for the person where that fails."""
    now = {"when": time.strftime("%Y-%m-%dT%H:%M:%S%z")}
    kept = workspace.memory.note(lesson.name, NOTES, lambda notes: notes.setdefault(exercise, now))
    return None if kept else FORGOTTEN


def _is_named(node: ast.AST) -> bool:
    return isinstance(node, ast.ClassDef | ast.FunctionDef)


def _first_line(kind: ast.ClassDef | None) -> str:
    return f"class {kind.name}({', '.join(map(ast.unparse, kind.bases))}):" if kind else ""
