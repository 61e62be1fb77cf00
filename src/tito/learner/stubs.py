"""The library's source made into a learner's stub: the exercises lose their bodies, no more."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from tito.engine.source import UNTOUCHED

_KERNELS = "from tinytorch.core.given import kernels"
_LINTER = re.compile(r"  # (noqa|pyright:).*(?=\n)")

FOOTER = """

if __name__ == "__main__":
    from tito.inline import report

    report(__file__)
"""


def make_stub(source: str, exercises: Iterable[str]) -> str:
    """The text of a library module with the bodies of these exercises taken out.

    The import of the kernels goes too, for they are the answers, and what a line says to linters.
    ``exercises`` are methods, ``Linear.forward``. Signature, decorators, docstring and all that
    stands around them stay as they are; the body becomes a NotImplementedError that names the
    exercise. A footer is added that tests the file when it is run. KeyError for an exercise that
    the module does not define.

    >>> print(make_stub("class A:\\n    def f(self): return 1", ["A.f"]).splitlines()[2])
            raise NotImplementedError("A.f: your code here")
    """
    lines = source.splitlines(keepends=True)
    methods = _methods(ast.parse(source))
    bodies = [(name, methods[name]) for name in exercises]
    for name, method in sorted(bodies, key=lambda pair: pair[1].lineno, reverse=True):
        _empty(lines, name, method)
    offered = [_LINTER.sub("", line) for line in lines if not line.startswith(_KERNELS)]
    return "".join(offered).rstrip() + "\n" + FOOTER


def _methods(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    return {
        f"{part.name}.{method.name}": method
        for part in tree.body
        if isinstance(part, ast.ClassDef)
        for method in part.body
        if isinstance(method, ast.FunctionDef)
    }


def _empty(lines: list[str], name: str, method: ast.FunctionDef) -> None:
    """Replace the body of one method in the text, with the comments in it."""
    body = method.body[1:] if ast.get_docstring(method) is not None else method.body
    first, column = _start(body[0]), body[0].col_offset
    end = body[-1].end_lineno or first
    before = lines[first - 1].encode()[:column].decode()
    if not before.strip():
        while _is_remark(lines[first - 2]):
            first -= 1
        while end < len(lines) and lines[end].startswith(before + "#"):
            end += 1
    lines[first - 1 : end] = [f'{before}raise NotImplementedError("{name}: {UNTOUCHED}")\n']


def _start(statement: ast.stmt) -> int:
    """The statement's first line; a nested function begins with its decorators."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min(node.lineno for node in (statement, *decorators))


def _is_remark(line: str) -> bool:
    """Whether the line, which no statement takes part in, is blank or a comment."""
    return not line.strip() or line.lstrip().startswith("#")
