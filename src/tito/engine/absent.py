"""A method that is not there: misspelt, at another indentation, or never written."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from tito.engine.seen import Raised
from tito.engine.source import Source

_NOUNS = {"__init__": "constructor", "__call__": "call"}
_ALIKE = 0.65


@dataclass(frozen=True)
class Slip:
    """A mistake in how a method is written: its name, what to say, and the line to look at."""

    name: str
    says: str
    line: int | None


@dataclass(frozen=True)
class Sought:
    """One exercise in the learner's file.

    ``owner`` is the class of the file in which Python finds the method; None where there is none.
    """

    source: Source
    exercise: str
    owner: str | None

    @property
    def part(self) -> str:
        """The class."""
        return self.exercise.partition(".")[0]

    @property
    def method(self) -> str:
        """The method's bare name."""
        return self.exercise.partition(".")[2]

    def stood(self, error: Raised) -> str | None:
        """The exercise in which the error arose; None where it came out of nothing in the file."""
        return self.source.exercise_at(error.trace[-1].line) if error.trace else None

    @property
    def noun(self) -> str:
        """What a person calls the method."""
        return _NOUNS.get(self.method, self.method)

    def nearly(self) -> Slip | None:
        """The method, not there but nearly: misspelt, or at another indentation."""
        part = self.source.classes.get(self.part)
        if part is None or self.owner == self.part:
            return None
        found = self._inside(part) or self._outside(part) or self._close(part)
        if found is None:
            return None
        line, says = found
        return Slip(f"{self.noun}-missing", f"{self._absence} {says}", line)

    @property
    def _absence(self) -> str:
        instead = f", so the one in {self.owner} runs instead" if self.owner else ""
        return f"There is no method {self.method} in {self.part}{instead}."

    def missing(self, errors: list[Raised]) -> Slip | None:
        """That it is missing, where Python says so, or the text shows what was meant to be it."""
        evidence = self._stands_in if self.owner else self._unknown
        known = self._knows_nothing() or any(map(evidence, errors))
        nearly = self.nearly()
        if nearly is not None and (known or self.owner):
            return nearly
        return self._bare() if known else None

    def refused(self, errors: list[Raised]) -> Slip | None:
        """That it is missing, where the one of another class cannot be called like it."""
        call = f"{self.owner}.{self.method}() "
        met = [e.text for e in errors if e.type == "TypeError" and {*e.inside} <= {"__call__"}]
        return self._bare() if any(call in text for text in met) else None

    def _bare(self) -> Slip:
        part = self.source.classes.get(self.part)
        says = f"{self._absence} The class has to define its own."
        return Slip(f"{self.noun}-missing", says, part.lineno if part else None)

    def _unknown(self, error: Raised) -> bool:
        """Whether Python says that nothing of that name is there, where it was asked for."""
        if not {*error.inside} <= {"__call__"}:
            return False
        match self.method:
            case "__init__":
                words = "takes no arguments", "object.__init__() takes exactly"
                return error.type == "TypeError" and any(said in error.text for said in words)
            case "__call__":
                return error.type == "TypeError" and "object is not callable" in error.text
            case method:
                said = f"has no attribute '{method}'"
                return error.type == "AttributeError" and said in error.text

    def _knows_nothing(self) -> bool:
        """Whether the inherited method does the same for every object: it never looks at self."""
        node = self.source.methods.get(f"{self.owner}.{self.method}")
        names = [n.id for n in ast.walk(node) if isinstance(n, ast.Name)] if node else ["self"]
        return "self" not in names

    def _stands_in(self, error: Raised) -> bool:
        """Whether the inherited method, which another class has for itself, refuses."""
        inherited = f"{self.owner}.{self.method}"
        return error.type == "NotImplementedError" and self.stood(error) == inherited

    def _inside(self, part: ast.ClassDef) -> tuple[int, str] | None:
        for outer in _functions(part.body):
            for node in _functions(ast.walk(outer)):
                if node.name == self.method and node is not outer:
                    return node.lineno, (
                        f"The one on line {node.lineno} is inside {outer.name}: move it to the "
                        "left, level with the other methods."
                    )
        return None

    def _outside(self, part: ast.ClassDef) -> tuple[int, str] | None:
        before: str | None = None
        for top in self.source.tree.body:
            before = top.name if isinstance(top, ast.ClassDef) else before
            if not isinstance(top, ast.FunctionDef) or before != part.name:
                continue
            for node in _functions(ast.walk(top)):
                if node.name == self.method:
                    return node.lineno, (
                        f"The one on line {node.lineno} is outside the class: move it to the "
                        "right, level with the methods."
                    )
        return None

    def _close(self, part: ast.ClassDef) -> tuple[int, str] | None:
        near = [(_likeness(node.name, self.method), node) for node in _functions(part.body)]
        likeness, node = max(near, key=lambda pair: pair[0], default=(0.0, None))
        if node is None or likeness < _ALIKE:
            return None
        dunder = self.method.startswith("__")
        exact = "with two underscores on each side" if dunder else "under its exact name"
        return node.lineno, (
            f"{node.name}, on line {node.lineno}, is close to it; a method is found only {exact}."
        )


def _functions(nodes: Iterable[ast.AST]) -> Iterator[ast.FunctionDef]:
    return (node for node in nodes if isinstance(node, ast.FunctionDef))


def _likeness(one: str, other: str) -> float:
    pair = one.strip("_").lower(), other.strip("_").lower()
    return SequenceMatcher(None, *pair).ratio()
