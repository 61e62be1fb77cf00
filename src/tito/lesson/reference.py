"""The library's own module that a lesson is about, as text: the one place that reads it."""

from __future__ import annotations

import ast
import importlib
import textwrap
from functools import cached_property
from importlib.machinery import PathFinder
from pathlib import Path
from types import CodeType

from tito.lesson.source import Text

#: The file that code of the reference, and of its wrong variants, says it comes from.
VARIANT_FILE = "<a wrong variant>"


class Reference(Text):
    """The text of a module, found on the path: also where a learner's stands in its place."""

    def __init__(self, target: str) -> None:
        package = target.rpartition(".")[0]
        spec = PathFinder.find_spec(
            target, importlib.import_module(package).__path__ if package else None
        )
        assert spec is not None
        assert spec.origin is not None
        self.target, self.path = target, Path(spec.origin).resolve()
        super().__init__(self.path.read_text(encoding="utf-8"))
        self._alone: dict[str, str | None] = {}

    @cached_property
    def code(self) -> CodeType:
        """The module, compiled under a name of its own, so that its errors count as a variant's."""
        return compile(self.tree, VARIANT_FILE, "exec", dont_inherit=True)

    def alone(self, name: str) -> str | None:
        """The text of an exercise, without its docstring, as if it stood alone in a file.

        A method that its class inherits is the one of the class above; None where there is none.
        """
        if name not in self._alone:
            part, _, inner = name.partition(".")
            self._alone[name] = self._plain(name) if self.defines(name) else None
            kind = self.places[part].node if inner and part in self.places else None
            if self._alone[name] is None and isinstance(kind, ast.ClassDef):
                above = (self.alone(f"{ast.unparse(base)}.{inner}") for base in kind.bases)
                self._alone[name] = next(filter(None, above), None)
        return self._alone[name]

    def defines(self, name: str) -> bool:
        """Whether the exercise stands in this file itself, and is not inherited."""
        return name in self.places and not isinstance(self.places[name].node, ast.ClassDef)

    def _plain(self, name: str) -> str:
        place = self.places[name]
        if not isinstance(place.node, ast.FunctionDef):
            return ast.get_source_segment(self.text, place.node) or ""
        said, kept = place.node.body[0], range(place.first, place.end)
        if ast.get_docstring(place.node, clean=False) is not None and len(place.node.body) > 1:
            gone = range(said.lineno - 1, said.end_lineno or said.lineno)
            kept = [number for number in kept if number not in gone]
        return textwrap.dedent("".join(self.lines[number] for number in kept))
