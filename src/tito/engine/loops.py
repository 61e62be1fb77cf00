"""Why a loop or a recursion did not end, as far as the text of the file tells."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tito.engine.crash import Trace, cycle_of, named
from tito.engine.source import Source

_LONG = 60
_PURE = frozenset(
    {"abs", "bool", "float", "int", "isinstance", "len", "max", "min", "print", "sum"}
)


def without_end(trace: Trace, source: Source, hung: bool) -> str:
    """What to add to the words of a death: the cycle of calls, or the loop in which it hung."""
    if cycle := cycle_of(named(trace, source)):
        return f"\n{cycle}"
    reasons = (stuck_in(source, frame.line) for frame in reversed(trace) if hung)
    return next((f"\n{reason}" for reason in reasons if reason), "")


def stuck_in(source: Source, line: int) -> str:
    """A sentence or two on the loop that the line stands in; nothing where it stands in none.

    Nothing is said of a condition whose names the loop may change by a call.
    """
    loop = _innermost(source.tree, line)
    if loop is None:
        return ""
    if isinstance(loop, ast.For):
        inside = _short(ast.unparse(loop.iter))
        return f"It was in the loop on line {loop.lineno}, over `{inside}`: {_growing(loop)}"
    where = f"It was in the loop on line {loop.lineno}, `while {_short(ast.unparse(loop.test))}`"
    if isinstance(loop.test, ast.Constant) and loop.test.value:
        if any(isinstance(node, ast.Break | ast.Return) for node in _inside(loop)):
            return f"{where}: its break or return was never reached. When should it be?"
        return f"{where}: it has no break and no return, so nothing ends it."
    names = _names(loop.test)
    unchanged = [name for name in names if name not in _changed(loop)]
    if names and len(unchanged) == len(names):
        said = " or ".join(f"`{name}`" for name in names)
        return f"{where}: nothing in the loop changes {said}, so the condition stays as it is."
    return f"{where}: how is its condition to become false?"


def _growing(loop: ast.For) -> str:
    """What to say of a for loop: whether it adds to what it runs over."""
    over = ast.unparse(loop.iter)
    for node in _inside(loop):
        match node:
            case ast.Call(func=ast.Attribute(value=kept, attr="append" | "extend" | "insert")):
                if ast.unparse(kept) == over:
                    return (
                        f"line {node.lineno} adds to `{_short(over)}` while the loop runs over it."
                    )
            case _:
                continue
    return "does that ever come to an end?"


def _innermost(tree: ast.AST, line: int) -> ast.While | ast.For | None:
    found = None
    for node in ast.walk(tree):  # outer nodes come before inner ones
        if isinstance(node, ast.While | ast.For) and _spans(node, line):
            found = node
    return found


def _spans(loop: ast.While | ast.For, line: int) -> bool:
    end = loop.body[-1].end_lineno or loop.body[-1].lineno
    return loop.lineno <= line <= end


def _inside(loop: ast.While | ast.For) -> Iterator[ast.AST]:
    for statement in loop.body:
        yield from ast.walk(statement)


def _names(test: ast.expr) -> list[str]:
    """What the condition is about: its names and attributes, without the functions it calls."""
    called = {id(node.func) for node in ast.walk(test) if isinstance(node, ast.Call)}
    wholes = [n for n in ast.walk(test) if isinstance(n, ast.Attribute) and id(n) not in called]
    inner = {id(part) for whole in wholes for part in ast.walk(whole.value)}
    names = [n for n in ast.walk(test) if isinstance(n, ast.Name)]
    names = [n for n in names if id(n) not in called and id(n) not in inner]
    return list(dict.fromkeys(ast.unparse(node) for node in (*names, *wholes)))


def _changed(loop: ast.While) -> set[str]:
    """What the loop may change: what it assigns, and what is handed to or asked to do something."""
    changed: set[str] = set()
    for node in (*_inside(loop), *ast.walk(loop.test)):
        match node:
            case ast.Name(ctx=ast.Store() | ast.Del()) | ast.Attribute(ctx=ast.Store()):
                changed.add(ast.unparse(node))
            case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()):
                changed.add(ast.unparse(value))
            case ast.Call(func=ast.Name(id=name)) if name in _PURE:
                continue
            case ast.Call(func=function, args=args, keywords=keywords):
                given = (*args, *(keyword.value for keyword in keywords))
                owner = (function.value,) if isinstance(function, ast.Attribute) else ()
                touched = [part for root in (*given, *owner) for part in ast.walk(root)]
                changed |= {
                    ast.unparse(n) for n in touched if isinstance(n, ast.Name | ast.Attribute)
                }
            case _:
                continue
    return changed


def _short(text: str) -> str:
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"
