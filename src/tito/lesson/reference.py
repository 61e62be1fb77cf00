"""The library's own module that a lesson is about, as text: the one place that reads it."""

from __future__ import annotations

import ast
import importlib.util
import textwrap
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import CodeType

#: The file that code of the reference, and of its wrong variants, says it comes from.
VARIANT_FILE = "<a wrong variant>"

Node = ast.FunctionDef | ast.ClassDef | ast.expr


class Reference:
    """The text of a module, and where the exercises stand in it.

    An exercise is a method, ``Linear.forward``; a function, ``relu``; or an entry of a table,
    ``DERIVATIVES.mul``.
    """

    def __init__(self, target: str) -> None:
        self.target = target

    @cached_property
    def path(self) -> Path:
        """The file, found without running it."""
        spec = importlib.util.find_spec(self.target)
        assert spec is not None
        assert spec.origin is not None
        return Path(spec.origin)

    @cached_property
    def text(self) -> str:
        """The whole file."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """The file, parsed."""
        return ast.parse(self.text)

    @cached_property
    def code(self) -> CodeType:
        """The module, compiled under a name of its own, so that its errors count as a variant's."""
        return compile(self.tree, VARIANT_FILE, "exec", dont_inherit=True)

    def method(self, name: str) -> str | None:
        """The text of an exercise, without its docstring, as if it stood alone in a file.

        A method that its class inherits is the one of the class above; None where there is none.
        """
        if name not in self._methods:
            found = next(self._find(*name.partition(".")[::2]), None)
            self._methods[name] = None if found is None else self._plain(found)
        return self._methods[name]

    @cached_property
    def _methods(self) -> dict[str, str | None]:
        return {}

    def defines(self, name: str) -> bool:
        """Whether the exercise stands in this file itself, and is not inherited."""
        part, _, inner = name.partition(".")
        return any(True for _ in self._own(part, inner))

    def _find(self, part: str, inner: str) -> Iterator[Node]:
        yield from self._own(part, inner)
        kind = self._tops.get(part)
        for base in kind.bases if isinstance(kind, ast.ClassDef) else ():
            yield from self._find(ast.unparse(base), inner)

    def _own(self, part: str, inner: str) -> Iterator[Node]:
        top = self._tops.get(part)
        if not inner and isinstance(top, ast.FunctionDef):
            yield top
        elif isinstance(top, ast.ClassDef):
            for node in reversed(top.body):
                if isinstance(node, ast.FunctionDef) and node.name == inner:
                    yield node
        elif isinstance(top, ast.Dict):
            for key, value in zip(top.keys, top.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == inner:
                    yield value

    @cached_property
    def _tops(self) -> dict[str, Node]:
        tops: dict[str, Node] = {}
        for node in self.tree.body:
            match node:
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    tops[name] = node
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                ):
                    tops[name] = value
                case _:
                    continue
        return tops

    def _plain(self, node: Node) -> str:
        if not isinstance(node, ast.FunctionDef):
            return ast.get_source_segment(self.text, node) or ""
        first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
        kept = list(range(first, (node.end_lineno or first) + 1))
        if ast.get_docstring(node, clean=False) is not None and len(node.body) > 1:
            said = node.body[0]
            kept = [n for n in kept if not said.lineno <= n <= (said.end_lineno or said.lineno)]
        return textwrap.dedent("".join(self._lines[number - 1] for number in kept))

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.splitlines(keepends=True)
