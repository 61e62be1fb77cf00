"""One method of a learner's file exchanged for another text of it; all else stays, byte by byte."""

from __future__ import annotations

import ast
import builtins
import io
import re
import tokenize
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_END = re.compile(rb"[\r\n]+$")


class CannotSplice(Exception):
    """One method alone cannot be exchanged; says why, for the person."""


@dataclass(frozen=True)
class Text:
    """A Python file as bytes, and ``name`` for it in a sentence."""

    content: bytes
    name: str

    @cached_property
    def lines(self) -> list[bytes]:
        """Its lines with their ends, as Python counts them."""
        return _LINE.findall(self.content)

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree. CannotSplice where the text is not Python."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self.content)
        except SyntaxError as error:
            where = f" on line {error.lineno}" if error.lineno else ""
            raise CannotSplice(f"{self.name} has a syntax error{where}") from error
        except (ValueError, RecursionError, MemoryError) as error:
            raise CannotSplice(f"{self.name} is not Python") from error

    @cached_property
    def encoding(self) -> str:
        """The encoding that it declares, or UTF-8."""
        found, _ = tokenize.detect_encoding(io.BytesIO(self.content).readline)
        return found.removesuffix("-sig")

    @cached_property
    def line_end(self) -> bytes:
        """The line end that most of its lines have."""
        ends = [_END.search(line) for line in self.lines]
        found = Counter(end[0] for end in ends if end)
        return found.most_common(1)[0][0] if found else b"\n"

    def body(self, part: str) -> list[ast.stmt]:
        """What stands in a class; of two with one name, in the last."""
        found = [n for n in self.tree.body if isinstance(n, ast.ClassDef) and n.name == part]
        if not found:
            raise CannotSplice(f"{self.name} has no class {part}")
        return found[-1].body

    def place(self, exercise: str) -> int | None:
        """Which statement of its class the method is; None where there is no such method."""
        part, _, method = exercise.partition(".")
        found = [
            place
            for place, node in enumerate(self.body(part))
            if isinstance(node, ast.FunctionDef) and node.name == method
        ]
        return found[-1] if found else None

    def method(self, exercise: str) -> bytes:
        """The lines of a method with its decorators and comments. CannotSplice without one."""
        place = self.place(exercise)
        if place is None:
            raise CannotSplice(f"{self.name} has no {exercise}")
        start, end = self.span(self.body(exercise.partition(".")[0]), place)
        return b"".join(self.lines[start:end])

    def span(self, body: list[ast.stmt], place: int) -> tuple[int, int]:
        """From which line to before which a statement goes, with its decorators and comments.

        Comments above it at its own margin belong to it, and comments below it further in.
        """
        node = body[place]
        start, end = first_line(node) - 1, node.end_lineno or node.lineno
        margin, above = self.margin(start), body[place - 1].end_lineno or 0 if place else 0
        while start > above and self.lines[start - 1].startswith(margin + b"#"):
            start -= 1
        for number in range(end, len(self.lines)):
            line = self.lines[number]
            if line.strip() and not (self.margin(number) > margin and line.strip()[:1] == b"#"):
                break
            end = number + 1 if line.strip() else end
        return start, end

    def margin(self, number: int) -> bytes:
        """The white space that a line begins with."""
        line = self.lines[number]
        return line[: len(line) - len(line.lstrip(b" \t\f"))]


def splice(now: Text, then: Text, exercise: str) -> bytes:
    """``now`` with the text that the method has in ``then``.

    It gets the margin, the line ends and the encoding of ``now``; a method that is not there any
    more is added to the end of its class. CannotSplice where the rest would not stay what it is.
    """
    part = exercise.partition(".")[0]
    body, place = now.body(part), now.place(exercise)
    method = then.method(exercise)
    if body[0].lineno == _class_line(now, part):
        raise CannotSplice(f"{now.name} has the class {part} on one line")
    margin = now.margin(first_line(body[0 if place is None else place]) - 1)
    lines = _fitted(method, then, now, margin)
    if place is None:
        _, start = now.span(body, len(body) - 1)
        end, lines = start, [now.line_end, *lines]
    else:
        start, end = now.span(body, place)
    before = now.lines[:start]
    if before and not _END.search(before[-1]):
        before[-1] += now.line_end
    result = b"".join([*before, *lines, *now.lines[end:]])
    _check(result, now, then, exercise)
    return result


def first_line(node: ast.stmt) -> int:
    """The line that a statement begins in; a function begins with its decorators."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min(part.lineno for part in (node, *decorators))


def with_line_ends(content: bytes, line_end: bytes) -> bytes:
    """The text with these line ends in the place of its own."""
    return b"".join(_END.sub(b"", line) + line_end for line in _LINE.findall(content))


def _class_line(text: Text, part: str) -> int:
    classes = [n for n in text.tree.body if isinstance(n, ast.ClassDef) and n.name == part]
    return classes[-1].lineno


def _fitted(method: bytes, then: Text, now: Text, margin: bytes) -> list[bytes]:
    """The method's lines with another margin, other line ends, and in the other's encoding."""
    lines = [_END.sub(b"", line) for line in _LINE.findall(method)]
    old = lines[0][: len(lines[0]) - len(lines[0].lstrip(b" \t\f"))]
    inside = _inside_strings(method.decode(then.encoding)) if old != margin else set[int]()
    for number, line in enumerate(lines):
        if number not in inside and line.startswith(old):
            lines[number] = margin + line[len(old) :]
    if then.encoding != now.encoding:
        try:
            lines = [line.decode(then.encoding).encode(now.encoding) for line in lines]
        except UnicodeError:
            raise CannotSplice(f"{now.name} is in the encoding {now.encoding}") from None
    return [line + now.line_end for line in lines]


def _inside_strings(method: str) -> set[int]:
    """The lines, from 0, that begin inside of a string, and so must not be moved."""
    inside: set[int] = set()
    for node in ast.walk(Text(f"if 1:\n{method}".encode(), "the method").tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and node.end_lineno:
            inside |= set(range(node.lineno - 1, node.end_lineno - 1))
    return inside


def _check(result: bytes, now: Text, then: Text, exercise: str) -> None:
    """CannotSplice unless the result is ``now`` with the method of ``then``, and nothing else."""
    part = exercise.partition(".")[0]
    wanted, place = Text(now.content, now.name), now.place(exercise)
    body, source = wanted.body(part), then.place(exercise)
    assert source is not None
    method = then.body(part)[source]
    body[slice(len(body), None) if place is None else slice(place, place + 1)] = [method]
    try:
        same = ast.dump(Text(result, now.name).tree) == ast.dump(wanted.tree)
    except CannotSplice:
        same = False
    if not same:
        raise CannotSplice(f"{now.name} has {exercise} written so that it cannot be taken alone")


def missing(now: Text, then: Text, exercise: str) -> list[str]:
    """The lines of ``then`` that give names to the method there, and that ``now`` lacks.

    Imports and assignments are whole; of a function or class it is the first line. Nothing where
    one cannot know: a text that is not Python, or one that imports with a star.
    """
    try:
        place, body = then.place(exercise), then.body(exercise.partition(".")[0])
        here = {name for name, _ in _names(now.tree.body)}
        there = list(_names(then.tree.body))
    except CannotSplice:
        return []
    if place is None or "*" in here:
        return []
    nodes = [node for node in ast.walk(body[place]) if isinstance(node, ast.Name)]
    used = {node.id for node in nodes if isinstance(node.ctx, ast.Load)}
    wanted = used - here - set(dir(builtins))
    return list(dict.fromkeys(line for name, line in there if name in wanted))


def _names(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Every name that these statements give, with the line that gives it."""
    for node in body:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    line = ast.unparse(ast.Import([alias]))
                    yield alias.asname or alias.name.partition(".")[0], line
            case ast.ImportFrom(module=module, names=names, level=level):
                for alias in names:
                    line = ast.unparse(ast.ImportFrom(module, [alias], level))
                    yield alias.asname or alias.name, line
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name, f"def {name}({ast.unparse(node.args)}): ..."
            case ast.ClassDef(name=name):
                yield name, f"class {name}: ..."
            case ast.If(body=inner, orelse=other) | ast.Try(body=inner, orelse=other):
                yield from _names([*inner, *other])
            case _:
                line = ast.unparse(node)
                stored = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
                yield from ((n.id, line) for n in stored if isinstance(n.ctx, ast.Store))
