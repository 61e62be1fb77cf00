"""How a method is written, where that alone is why it fails: without self, or not at all.

What a method computes is the lesson's to judge. What is told here is the same in every class and
every lesson: it is read off the text of the class, and only where an error says so.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tito.engine.absent import Slip, Sought
from tito.engine.seen import Raised, errors_in

#: The names that are given here, and what each says, for the table of misconceptions.
SLIPS = {
    "call-missing": "The class has no method `__call__`.",
    "constructor-missing": "The class has no method `__init__`.",
    "forward-missing": "The class has no method `forward`.",
    "parameters-missing": "The class has no method `parameters`.",
    "no-self-in-def": "The `def` of the method has no `self`.",
    "method-is-static": "`@staticmethod` or `@classmethod` takes the object away from the method.",
    "forward-is-a-property": "`@property` makes an attribute of what is to be called.",
    "not-written-yet": "The method still refuses with NotImplementedError.",
    "super-init-forgotten": "The base's constructor makes what is missing, and never runs.",
    "argument-not-taken": "The `def` has no place for what the method is called with.",
}
_WHO_LACKS = re.compile(r"'(\w+)' object has no attribute '(\w+)'")


@dataclass(frozen=True)
class Written(Sought):
    """A method that is there or not; ``takes`` is what the reference's takes after ``self``."""

    takes: tuple[str, ...]

    def slip(self, seen: Any) -> Slip | None:
        """What is wrong in the writing, where what was seen says so."""
        errors = list(errors_in(seen))
        if self.owner != self.part:
            return self.missing(errors)
        node = self.source.methods.get(self.exercise)
        found = self._without_self(node, errors) if node else None
        return found or self._refusing(errors) or self._without_base(errors)

    def misfit(self, seen: Any) -> Slip | None:
        """The same for a call that the ``def`` has too few places for, whatever the reason."""
        node = self.source.methods.get(self.exercise)
        said = f"{self.exercise}() takes "
        if node is None or not any(said in e.text and not e.inside for e in errors_in(seen)):
            return None
        own = [*_positional(node), *(argument.arg for argument in node.args.kwonlyargs)]
        lacking = [name for name in self.takes if name not in own]
        if node.args.vararg or not lacking or len(own) > len(self.takes):
            return None
        says = (
            f"Your {self.noun} is called with {_listed(self.takes)}, and its def has no place for "
            f"{_listed(lacking)}."
        )
        return Slip("argument-not-taken", says, node.lineno)

    def _without_self(self, node: ast.FunctionDef, errors: list[Raised]) -> Slip | None:
        marks = {mark.id for mark in node.decorator_list if isinstance(mark, ast.Name)}
        if errors and marks & {"staticmethod", "classmethod"}:
            static = "staticmethod" in marks
            what = "hands nothing" if static else "hands the class"
            says = (
                f"@{'static' if static else 'class'}method {what} to {self.method} where self "
                "should be the object. A method that works with what its object keeps is a plain "
                "def."
            )
            return Slip("method-is-static", says, node.lineno)
        if "property" in marks and any("required positional" in e.text for e in errors):
            says = (
                f"@property makes {self.method} an attribute: asking for it runs it at once, "
                "without the argument. It is to be called, so it is a plain def."
            )
            return Slip(f"{self.noun}-is-a-property", says, node.lineno)
        if marks or not self._lacks_self(node, errors):
            return None
        first = next(iter(_positional(node)), None)
        says = (
            f"The def of {self.method} has no self. Python hands a method its object as the first "
            f"argument: {f'here it arrives as {first}' if first else 'here is no place for it'}. "
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
            stands = error.line is not None and self.source.exercise_at(error.line)
            if error.type == "NotImplementedError" and stands == self.exercise:
                says = (
                    f"Your {self.noun} still refuses with NotImplementedError. That line only "
                    "keeps the place of what is to be written."
                )
                return Slip("not-written-yet", says, error.line)
        return None

    def _without_base(self, errors: list[Raised]) -> Slip | None:
        """A base makes an attribute in its constructor, which the class does not call."""
        own = self.source.methods.get(f"{self.part}.__init__")
        if own is None or any(_calls_constructor(node) for node in ast.walk(own)):
            return None
        for error in errors:
            lack = _WHO_LACKS.search(error.text) if error.type == "AttributeError" else None
            if lack is None or lack[1] != self.part:
                continue
            for base in self._bases(self.part):
                method = self.source.methods.get(f"{base}.__init__")
                if method and any(_keeps(node, lack[2]) for node in ast.walk(method)):
                    says = (
                        f"The constructor of {base} makes {lack[2]}, and it never runs: that of "
                        f"{self.part} has to call super().__init__() first."
                    )
                    return Slip("super-init-forgotten", says, own.lineno)
        return None

    def _bases(self, name: str) -> Iterator[str]:
        node = self.source.classes.get(name)
        for base in node.bases if node else ():
            if isinstance(base, ast.Name) and base.id != name:
                yield base.id
                yield from self._bases(base.id)


def _positional(node: ast.FunctionDef) -> list[str]:
    return [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _calls_constructor(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="__init__")):
            return True
        case _:
            return False


def _keeps(node: ast.AST, attribute: str) -> bool:
    match node:
        case ast.Attribute(attr=attr, ctx=ast.Store()):
            return attr == attribute
        case _:
            return False
