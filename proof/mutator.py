"""Every small change to the exercises of a lesson's reference, made on its syntax tree."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from proof.changes import changes
from tito.lesson.model import Lesson

CONSTANTS = "constants"


@dataclass(frozen=True)
class Mutant:
    """The reference with one small change; known by the text that changed, not by its line."""

    exercise: str
    kind: str
    before: str
    after: str
    text: str = field(repr=False, compare=False)

    @property
    def part(self) -> str:
        """The class that was changed, or "constants"."""
        return self.exercise.partition(".")[0]

    @property
    def id(self) -> str:
        """A name that stays as long as the statement and the change do."""
        return f"{self.exercise}: {self.before} -> {self.after}"


def mutants(lesson: Lesson, text: str) -> list[Mutant]:
    """All mutants of the exercises in ``text``, and of the constants at its top; each once."""
    module = ast.parse(text)
    targets = list(_targets(lesson, module))
    unchanged = ast.unparse(module)
    found: dict[str, Mutant] = {}
    for exercise, root in targets:
        for mutant in _mutants_of(exercise, root, module):
            found.setdefault(mutant.text, mutant)
    found.pop(unchanged, None)
    return list(found.values())


def _targets(lesson: Lesson, module: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """The constants of the module, and the methods that are exercises, without docstrings."""
    names = {exercise.name for exercise in lesson.exercises}
    for node in module.body:
        if isinstance(node, ast.Assign):
            yield CONSTANTS, node
        if isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and f"{node.name}.{method.name}" in names:
                    if ast.get_docstring(method) is not None:
                        del method.body[0]
                    yield f"{node.name}.{method.name}", method


def _mutants_of(exercise: str, root: ast.stmt, module: ast.Module) -> Iterator[Mutant]:
    """The mutants of one method or one assignment; the tree is as it was after each."""
    for slot in list(_slots(root, root)):
        original = slot.get()
        for kind, changed in changes(original, slot.parent, slot.name, root):
            before = _headline(slot.statement)
            slot.put(ast.fix_missing_locations(changed))
            after = "removed" if isinstance(changed, ast.Pass) else _headline(slot.shown(changed))
            text = ast.unparse(module)
            slot.put(original)
            yield Mutant(exercise, kind, before, after, text)


@dataclass(frozen=True)
class _Slot:
    """A place in the tree that holds a node, and the statement that the place is in."""

    parent: ast.AST
    name: str
    index: int | None
    statement: ast.stmt

    def get(self) -> ast.AST:
        held = getattr(self.parent, self.name)
        return held if self.index is None else held[self.index]

    def put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.parent, self.name, node)
        else:
            getattr(self.parent, self.name)[self.index] = node

    def shown(self, changed: ast.AST) -> ast.stmt:
        """The statement that shows the change: the new one, where it is one."""
        return changed if isinstance(changed, ast.stmt) else self.statement


def _slots(parent: ast.AST, statement: ast.stmt) -> Iterator[_Slot]:
    """All places below a node, but for annotations and for what an error says."""
    if isinstance(parent, ast.Call) and _is_error(parent):
        return
    for name, value in ast.iter_fields(parent):
        if name in ("annotation", "returns"):
            continue
        for index, child in _held(value):
            inside = child if isinstance(child, ast.stmt) else statement
            yield _Slot(parent, name, index, inside)
            yield from _slots(child, inside)


def _held(value: Any) -> Iterator[tuple[int | None, ast.AST]]:
    """The nodes in a field that holds one or several, each with its place among them."""
    several = isinstance(value, list)
    items = cast("list[object]", value) if several else [value]
    for index, item in enumerate(items):
        if isinstance(item, ast.AST) and not isinstance(item, ast.expr_context | ast.operator):
            yield index if several else None, item


def _is_error(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id.endswith("Error")


def _headline(statement: ast.stmt) -> str:
    """The statement's text; of one that holds others, what stands before them."""
    if isinstance(statement, ast.FunctionDef):
        statement = copy.copy(statement)
        statement.body = [ast.Pass()]
        return ", ".join(
            line.removesuffix(":") for line in ast.unparse(statement).splitlines()[:-1]
        )
    if isinstance(statement, ast.Raise) and isinstance(statement.exc, ast.Call):
        said = "..." if statement.exc.args else ""
        return f"raise {ast.unparse(statement.exc.func)}({said})"
    lines = ast.unparse(statement).splitlines()
    return " ".join([lines[0], *(line.strip() for line in lines[1:] if line.strip() == "break")])
