"""What is read off a class as it is written: methods missing, misspelt, or without self."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain
from typing import Any

from tito.engine.seen import Raised, errors_in
from tito.engine.source import Source, does_nothing

_NOUNS = {"__init__": "constructor", "__call__": "call"}
_ALIKE = 0.65


@dataclass(frozen=True)
class Slip:
    """A mistake in how a method is written: its name, what to say, and the line if known."""

    name: str
    says: str
    line: int | None = None


#: The names that are given here, and what each says, for the table of misconceptions.
SLIPS = {
    "call-missing": "The class has no method `__call__`.",
    "constructor-missing": "The class has no method `__init__`.",
    "forward-missing": "The class has no method `forward`.",
    "parameters-missing": "The class has no method `parameters`.",
    "no-self-in-def": "The `def` of the method has no `self`.",
    "method-is-static": "`@staticmethod` or `@classmethod` takes the object away from the method.",
    "forward-is-a-property": "`@property` turns what is to be called into an attribute.",
    "not-written-yet": "The method still refuses with NotImplementedError, or is empty.",
    "super-init-forgotten": "The base's constructor makes what is missing, but never runs.",
    "argument-not-taken": "The `def` has no place for what the method is called with.",
    "argument-not-given": "The `def` insists on what the method is not called with.",
}
_WHO_LACKS = re.compile(r"'(\w+)' object has no attribute '(\w+)'")


@dataclass
class Written:
    """One exercise as the learner's file has it, or has not.

    ``owner`` is the class of the file in which Python finds the method; None where there is none.
    ``takes`` is what the reference's takes after ``self``.
    """

    source: Source
    exercise: str
    owner: str | None
    takes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.part, _, self.method = self.exercise.partition(".")
        self.noun = _NOUNS.get(self.method, self.method)

    def stood(self, error: Raised) -> str | None:
        """The exercise in which the error arose; None where it came out of nothing in the file."""
        return self.source.exercise_at(error.trace[-1].line) if error.trace else None

    def slip(self, seen: Any) -> Slip | None:
        """What is wrong in the writing, where what was seen says so."""
        errors = list(errors_in(seen))
        if self.owner != self.part:
            return self.missing(errors)
        node = self.source.methods.get(self.exercise)
        found = self._without_self(node, errors) if node else None
        return found or self._refusing(errors) or self._without_base(errors)

    def misfit(self, seen: Any) -> Slip | None:
        """What is told where no better reason is known: an empty body, or a call that misfits."""
        node = self.source.methods.get(self.exercise)
        if self.owner not in (None, self.part):
            return self.refused(list(errors_in(seen)))
        if node is None:
            return None
        if does_nothing(node):
            says = f"Your {self.noun} does nothing yet: what is there is only a placeholder."
            return Slip("not-written-yet", says, node.lineno)
        met = [e.text for e in errors_in(seen) if e.type == "TypeError" and not e.inside]
        if node.args.vararg or not any(f"{self.exercise}() " in text for text in met):
            return None
        own = [*_positional(node), *(argument.arg for argument in node.args.kwonlyargs)][1:]
        lacking = [name for name in self.takes if name not in own]
        given = f"with {_listed(self.takes)}" if self.takes else "without arguments"
        if lacking and len(own) < len(self.takes):
            what = "them" if len(lacking) > 1 else "it"
            what = what if lacking == [*self.takes] else _listed(lacking)
            says = f"Your {self.noun} is called {given}, but its def has no place for {what}."
            return Slip("argument-not-taken", says, node.lineno)
        required = own[: len(_positional(node)) - 1 - len(node.args.defaults)]
        if more := [name for name in required if name not in self.takes]:
            says = f"Your {self.noun} insists on {_listed(more)}, but it is called {given}."
            return Slip("argument-not-given", says, node.lineno)
        return None

    def _without_self(self, node: ast.FunctionDef, errors: list[Raised]) -> Slip | None:
        marks = {mark.id for mark in node.decorator_list if isinstance(mark, ast.Name)}
        if errors and marks & {"staticmethod", "classmethod"}:
            static = "staticmethod" in marks
            what = "staticmethod hands nothing" if static else "classmethod hands the class"
            says = (
                f"@{what} to {self.method} where self "
                "should be the object. A method that works with what its object keeps is a plain "
                "def."
            )
            return Slip("method-is-static", says, node.lineno)
        if "property" in marks and any("required positional" in e.text for e in errors):
            says = (
                f"@property makes {self.method} an attribute: asking for it runs it at once, "
                "without the argument. It is to be called, so it has to be a plain def."
            )
            return Slip(f"{self.noun}-is-a-property", says, node.lineno)
        if marks or not self._lacks_self(node, errors):
            return None
        first = next(iter(_positional(node)), None)
        says = (
            f"The def of {self.method} has no self. Python hands a method its object as the first "
            f"argument: {f'it arrives here as {first}' if first else 'its place is missing here'}. "
            "Write self first."
        )
        return Slip("no-self-in-def", says, node.lineno)

    def _lacks_self(self, node: ast.FunctionDef, errors: list[Raised]) -> bool:
        first = next(iter(_positional(node)), None)
        if first == "self":
            return False
        if first in self.takes or (first is None and node.args.vararg is None):
            return True
        unknown = "name 'self' is not defined"
        return any(unknown in e.text and self.method in e.inside for e in errors)

    def _refusing(self, errors: list[Raised]) -> Slip | None:
        for error in errors:
            if error.type == "NotImplementedError" and self.stood(error) == self.exercise:
                says = (
                    f"Your {self.noun} still refuses with NotImplementedError. That line is only "
                    "a placeholder for what is to be written."
                )
                return Slip("not-written-yet", says, error.line)
        return None

    def _without_base(self, errors: list[Raised]) -> Slip | None:
        """A base makes, in its constructor, what the class's own asks for without calling that."""
        own = self.source.methods.get(f"{self.part}.__init__")
        if own is None or ".__init__(" in ast.unparse(own):
            return None
        for error in errors:
            early = error.type == "AttributeError" and "__init__" in error.inside
            lack = _WHO_LACKS.search(error.text) if early else None
            if lack is None or lack[1] != self.part:
                continue
            for base in self.source.bases(self.part):
                method = self.source.methods.get(f"{base}.__init__")
                if method and any(_keeps(node, lack[2]) for node in ast.walk(method)):
                    says = (
                        f"The constructor of {base} makes {lack[2]}, but it never runs: the "
                        f"constructor of {self.part} has to call super().__init__() first."
                    )
                    return Slip("super-init-forgotten", says, own.lineno)
        return None

    def nearly(self) -> Slip | None:
        """The method, not there but nearly: misspelt, or at another indentation."""
        part = self.source.classes.get(self.part)
        if part is None or self.owner == self.part:
            return None
        for line, says in chain(self._misplaced(part), self._close(part)):
            return Slip(f"{self.noun}-missing", f"{self._absence} {says}", line)
        return None

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

    def _misplaced(self, part: ast.ClassDef) -> Iterator[tuple[int, str]]:
        """The method of that name inside another one, or outside, below the class."""
        for outer in _functions(part.body):
            for node in _functions(ast.walk(outer)):
                if node.name == self.method and node is not outer:
                    where = f"inside {outer.name}: move it to the left, level with the other"
                    yield node.lineno, f"The one on line {node.lineno} is {where} methods."
        above: str | None = None
        for top in self.source.tree.body:
            above = top.name if isinstance(top, ast.ClassDef) else above
            found = ast.walk(top) if isinstance(top, ast.FunctionDef) else ()
            for node in _functions(found):
                if above == part.name and node.name == self.method:
                    where = "outside the class: move it to the right, level with the methods."
                    yield node.lineno, f"The one on line {node.lineno} is {where}"

    def _close(self, part: ast.ClassDef) -> Iterator[tuple[int, str]]:
        """The method whose name is nearest, where it is near."""
        near = [(_likeness(node.name, self.method), node) for node in _functions(part.body)]
        likeness, node = max(near, key=lambda pair: pair[0], default=(0.0, None))
        if node is not None and likeness >= _ALIKE:
            dunder = self.method.startswith("__")
            exact = "with two underscores on each side" if dunder else "under its exact name"
            where = f"{node.name}, on line {node.lineno}, is close to it"
            yield node.lineno, f"{where}; a method is found only {exact}."


def _functions(nodes: Iterable[ast.AST]) -> Iterator[ast.FunctionDef]:
    return (node for node in nodes if isinstance(node, ast.FunctionDef))


def _likeness(one: str, other: str) -> float:
    pair = one.strip("_").lower(), other.strip("_").lower()
    return SequenceMatcher(None, *pair).ratio()


def _positional(node: ast.FunctionDef) -> list[str]:
    return [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _keeps(node: ast.AST, attribute: str) -> bool:
    match node:
        case ast.Attribute(attr=attr, ctx=ast.Store()):
            return attr == attribute
        case _:
            return False
