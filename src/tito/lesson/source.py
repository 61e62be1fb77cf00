"""A Python text: where classes, functions and entries of tables stand, exchanged or emptied."""

from __future__ import annotations

import ast
import builtins
import io
import re
import tokenize
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeGuard, cast

#: How the text of an exercise that is not written yet ends.
UNTOUCHED = "your code here"
LINE_END = re.compile(r"\r\n|\r|\n")
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_MARK = "\ufeff"

Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class EditError(ValueError):
    """A text cannot be changed as asked: says why, after the name that it was given."""


@dataclass(frozen=True)
class Place:
    """Where a class, a function or an entry of a table stands, in lines that count from 0."""

    node: Named | ast.expr
    top: int  # the comments above it, at its own margin
    first: int  # its decorators, or an entry's key
    body: int  # the first statement after its docstring
    end: int  # the line after it
    tail: int  # the line after the comments below it that are further in


class Text:
    """A Python text, and ``name`` for it in a sentence.

    A method is called ``Linear.forward``, a function ``relu``, an entry of a table
    ``DERIVATIVES.mul``.
    """

    def __init__(
        self,
        text: str,
        name: str = "the text",
        encoding: str = "utf-8",
        tree: ast.Module | None = None,
    ) -> None:
        """``tree`` is the syntax tree, where it was made already."""
        self.text, self.name, self.encoding = text, name, encoding
        if tree is not None:
            vars(self)["tree"] = tree

    @classmethod
    def read(cls, content: bytes, name: str = "the text") -> Text:
        """The text of a file. EditError where the bytes are none in the encoding they declare."""
        try:
            encoding = encoding_of(content)
            text = content.decode(encoding)
        except (SyntaxError, ValueError, LookupError) as error:
            raise EditError(f"{name} has a syntax error") from error
        return cls(text, name, encoding)

    @property
    def content(self) -> bytes:
        """The bytes of a file with this text. UnicodeEncodeError where the encoding has none."""
        return self.text.encode(self.encoding)

    @cached_property
    def lines(self) -> list[str]:
        """The lines with their ends, as Python counts them: a form feed ends none."""
        return _LINES.findall(self.text)

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree. EditError where the text is not Python."""
        try:
            return parse(self.text)
        except SyntaxError as error:
            where = f" on line {error.lineno}" if error.lineno else ""
            raise EditError(f"{self.name} has a syntax error{where}") from error
        except (ValueError, RecursionError, MemoryError) as error:
            raise EditError(f"{self.name} is not Python") from error

    @cached_property
    def line_end(self) -> str:
        """The line end that most of its lines have."""
        return line_end(self.text)

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """All that has a name, by that name: of two that have the same, the last, as in Python."""
        found: dict[str, Place] = {}

        def walk(body: Sequence[ast.stmt], before: str) -> None:
            above = 0
            for node in body:
                if isinstance(node, Named):
                    name = before + node.name
                    if name in found and isinstance(node, ast.ClassDef):
                        for gone in [other for other in found if other.startswith(f"{name}.")]:
                            del found[gone]
                    found[name] = self._place(node, node, above)
                    walk(node.body, f"{name}.")
                elif not before and (table := _table(node)):
                    for key, value in zip(table[1].keys, table[1].values, strict=True):
                        if isinstance(key, ast.Constant):
                            found[f"{table[0]}.{key.value}"] = self._place(key, value, 0)
                above = node.end_lineno or node.lineno

        walk(self.tree.body, "")
        return found

    def place(self, name: str) -> Place:
        """Where it stands. EditError where nothing has that name."""
        if name in self.places:
            return self.places[name]
        raise EditError(f"{self.name} has no {name}")

    def method(self, name: str) -> str:
        """The lines of it, with decorators and the comments that belong to it."""
        place = self.place(name)
        return "".join(self.lines[place.top : place.tail])

    def with_pieces(self, pieces: Iterable[tuple[int, int, str]]) -> str:
        """The text with a piece in place of the lines from the first to before the second.

        EditError where two of them are to take the place of one line.
        """
        lines, above = list(self.lines), len(self.lines)
        for first, end, new in sorted(pieces, reverse=True):
            if end > above:
                raise EditError(f"{self.name} has two things on line {end} that are to change")
            lines[first:end], above = [new], first
        return "".join(lines)

    def replace(self, name: str, then: Text) -> Text:
        """This text with what has that name in ``then``, comments and all; nothing else changes.

        It gets the margin, the line ends and the encoding of this text; a method that is not here
        any more is added to the end of its class. EditError where the rest would not stay what it
        is.
        """
        new, old = then.place(name), self.places.get(name)
        holder = name.rpartition(".")[0]
        if old is None and (not holder or isinstance(new.node, ast.expr)):
            raise EditError(f"{self.name} has no {name}")
        beside = old or self._last_in(holder)
        lines = then._moved(new, self._margin(beside.first))
        lines = [line.rstrip("\r\n") + self.line_end for line in lines]
        piece = "".join(lines if old else [self.line_end, *lines])
        first = beside.top if old else beside.tail
        if first and not LINE_END.search(self.lines[first - 1]):
            piece = self.line_end + piece
        made = Text(self.with_pieces([(first, beside.tail, piece)]), self.name, self.encoding)
        try:
            _ = made.content
        except UnicodeEncodeError:
            raise EditError(f"{self.name} is in the encoding {self.encoding}") from None
        try:
            same = made._apart(name) == (then._apart(name)[0], self._apart(name)[1])
        except EditError:
            same = False
        if not same:
            raise EditError(f"{self.name} has {name} written so that it cannot be taken alone")
        return made

    def stub(self, names: Iterable[str]) -> str:
        """The text without the bodies of these, each replaced by what refuses and says its name.

        Signature, decorators, docstring and all that stands around stay as they are; the comments
        in a body go with it, and so does what stands beside an entry. EditError for a name that
        nothing has.

        >>> print(Text("def f(x):\\n    # how\\n    return x\\n").stub(["f"]), end="")
        def f(x):
            raise NotImplementedError("f: your code here")
        """
        return self.with_pieces(self._emptied(name) for name in names)

    def lacks(self, name: str, then: Text) -> list[str]:
        """The lines of ``then`` that give names to what is called ``name`` there, and are not here.

        Imports and assignments are whole; of a function or class it is the first line. Nothing
        where one cannot know: a text that is not Python, or one that imports with a star.
        """
        try:
            here = {name for name, _ in given(self.tree.body)}
            return [] if "*" in here else then.giving(names_in(then.place(name).node) - here)
        except EditError:
            return []

    def giving(self, names: set[str]) -> list[str]:
        """The lines that give these names, where they are not Python's own."""
        wanted = names - set(dir(builtins))
        found = (line_giving(node) for name, node in given(self.tree.body) if name in wanted)
        return list(dict.fromkeys(found))

    def _place(self, node: ast.stmt | ast.expr, inner: Named | ast.expr, above: int) -> Place:
        first, end = first_line(node) - 1, inner.end_lineno or inner.lineno
        margin, body, top, tail = self._margin(first), inner.lineno - 1, first, end
        if isinstance(inner, Named):
            statements = _body(inner)
            body = first_line(statements[0]) - 1 if statements else end
        while top > above and self.lines[top - 1].startswith(f"{margin}#"):
            top -= 1
        for number in range(end, len(self.lines)):
            line = self.lines[number].strip()
            if line and not (line[0] == "#" and self._margin(number) > margin):
                break
            tail = number + 1 if line else tail
        return Place(inner, top, first, body, end, tail)

    def _margin(self, number: int) -> str:
        line = self.lines[number].removeprefix(_MARK)
        return line[: len(line) - len(line.lstrip(" \t\f"))]

    def _last_in(self, holder: str) -> Place:
        """The last statement of a class, to which a method can be added."""
        place = self.places.get(holder)
        if place is None or not isinstance(place.node, ast.ClassDef):
            raise EditError(f"{self.name} has no class {holder}")
        last = place.node.body[-1]
        if place.node.body[0].lineno == place.node.lineno:
            raise EditError(f"{self.name} has the class {holder} on one line")
        if isinstance(last, Named):
            return self.places[f"{holder}.{last.name}"]
        first, end = last.lineno - 1, last.end_lineno or last.lineno
        return Place(place.node, first, first, first, end, end)

    def _moved(self, place: Place, margin: str) -> list[str]:
        """Its lines at another margin; those that begin inside of a string stay."""
        lines, old = self.lines[place.top : place.tail], self._margin(place.first)
        inside: set[int] = set()
        for node in ast.walk(place.node):
            if isinstance(node, ast.Constant | ast.JoinedStr) and node.end_lineno:
                inside |= set(range(node.lineno - place.top, node.end_lineno - place.top))
        return [
            line if number in inside or not line.startswith(old) else margin + line[len(old) :]
            for number, line in enumerate(lines)
        ]

    def _apart(self, name: str) -> tuple[str, str]:
        """What has the name, and all else, as what Python reads there."""
        text = Text(self.text, self.name)
        place = text.places.get(name)
        if place is None:
            return "", ast.dump(text.tree)
        for parent in ast.walk(text.tree):
            for _, value in ast.iter_fields(parent):
                if isinstance(value, list):
                    siblings = cast("list[object]", value)
                    siblings[:] = [each for each in siblings if each is not place.node]
        return ast.dump(place.node), ast.dump(text.tree)

    def _emptied(self, name: str) -> tuple[int, int, str]:
        """The lines of a body, and the one that comes in their place."""
        place, refusal = self.place(name), f'NotImplementedError("{name}: {UNTOUCHED}")'
        first, end, node = place.body, place.end, place.node
        if isinstance(node, ast.expr):
            last = self.lines[end - 1]
            after = last[len(_up_to(last, node.end_col_offset or 0)) :]
            after = re.sub(r"^\s*,?[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|$)", ",", after)
            return first, end, _up_to(self.lines[first], node.col_offset) + refusal + after
        if isinstance(node, ast.ClassDef) or not (body := _body(node)):
            raise EditError(f"{self.name} has no body of {name}")
        before = _up_to(self.lines[first], body[0].col_offset)
        if not before.strip():
            while _is_remark(self.lines[first - 1]):
                first -= 1
            while end < len(self.lines) and self.lines[end].startswith(f"{before}#"):
                end += 1
        return first, end, f"{before}raise {refusal}{self.line_end}"


def encoding_of(content: bytes) -> str:
    """The encoding that a file declares, or UTF-8. SyntaxError where it declares none there is."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    return encoding.removesuffix("-sig")


def declared(text: str) -> str:
    """The encoding in which a text is to be written: what it declares, if there is such a one."""
    try:
        return encoding_of(text.encode())
    except SyntaxError:
        return "utf-8"


def line_end(text: str) -> str:
    """The line end that most lines of the text have."""
    return max(("\n", "\r\n", "\r"), key=LINE_END.findall(text).count)


def parse(text: str) -> ast.Module:
    """The syntax tree, without the warnings that Python has for some texts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text.removeprefix(_MARK))


def first_line(node: ast.stmt | ast.expr) -> int:
    """The line, from 1, that it begins in; a function begins with its decorators."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min(each.lineno for each in (node, *decorators))


def given(body: Iterable[ast.AST]) -> Iterator[tuple[str, ast.stmt]]:
    """The names that these statements give at their own level, each with what gives it."""
    for node in body:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    yield alias.asname or alias.name.partition(".")[0], ast.Import([alias])
            case ast.ImportFrom(module=module, names=names, level=level):
                for alias in names:
                    yield alias.asname or alias.name, ast.ImportFrom(module, [alias], level)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name, node
            case ast.stmt() | ast.excepthandler() | ast.match_case():
                inner = list(ast.iter_child_nodes(node))
                parts = [n for n in inner if isinstance(n, ast.expr | ast.withitem)]
                if isinstance(node, ast.stmt):
                    stored = (n for part in parts for n in ast.walk(part))
                    yield from ((n.id, node) for n in stored if _is_stored(n))
                yield from given(n for n in inner if n not in parts)
            case _:
                continue


def line_giving(node: ast.stmt) -> str:
    """A statement that gives a name, in one line."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return f"def {name}({ast.unparse(node.args)}): ..."
        case ast.ClassDef(name=name):
            return f"class {name}: ..."
        case _:
            return ast.unparse(node)


def names_in(node: ast.AST) -> set[str]:
    """The names that are looked up in it."""
    names = (n for n in ast.walk(node) if isinstance(n, ast.Name))
    return {n.id for n in names if isinstance(n.ctx, ast.Load)}


def _table(node: ast.stmt) -> tuple[str, ast.Dict] | None:
    match node:
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict() as table)
            | ast.AnnAssign(target=ast.Name(id=name), value=ast.Dict() as table)
        ):
            return name, table
        case _:
            return None


def _body(node: Named) -> list[ast.stmt]:
    return node.body[ast.get_docstring(node, clean=False) is not None :]


def _up_to(line: str, column: int) -> str:
    """The line before a column that is counted in bytes, as syntax trees have it."""
    return line.encode()[:column].decode()


def _is_remark(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _is_stored(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
