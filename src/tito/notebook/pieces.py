"""A learner's file in pieces, a piece for each cell; put together again they are the file."""

from __future__ import annotations

import ast
import codecs
import io
import re
import tokenize
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

EXERCISE, SETUP, FILE_ONLY = "exercise", "setup", "file_only"
#: What stands between two pieces that nobody has said more about.
GAP = "\n\n\n"
_LINE_END = re.compile(r"\r\n|\r|\n")
_EDGES = re.compile(r"\A(\s*)(.*?)(\s*)\Z", re.DOTALL)
_MARK = re.compile(r"[ \t]*#[ \t]*%%.*")
_MARKED = re.compile(rf"\A(?:[ \t]*(?:#.*)?\n)*{_MARK.pattern}\n")


@dataclass(frozen=True)
class Piece:
    """The text of one cell, and what stood before and after it in the file.

    ``names`` are the lesson's classes in it. ``as_was`` is the piece as the file had it, where its
    lines end in another way than most lines of the file.
    """

    kind: str
    text: str
    names: tuple[str, ...] = ()
    before: str = ""
    after: str = GAP
    as_was: str | None = None

    @property
    def whole(self) -> str:
        """The piece with what stands around it."""
        return self.before + self.text + self.after


@dataclass(frozen=True)
class Layout:
    """How a file writes its text: the mark at its beginning, and the end of most lines."""

    newline: str = "\n"
    mark: bool = False


def split(content: bytes, parts: Sequence[str]) -> tuple[list[Piece], Layout]:
    """The file in pieces: a class of the lesson is an exercise, all between two is setup.

    ``content`` has to be Python: SyntaxError or UnicodeDecodeError where it is not.
    """
    mark = content.startswith(codecs.BOM_UTF8)
    raw = content.removeprefix(codecs.BOM_UTF8).decode(encoding_of(content))
    layout = Layout(_most_frequent_end(raw), mark)
    text = _LINE_END.sub("\n", raw)
    lines, originals = text.split("\n"), _lines_with_ends(raw)
    pieces: list[Piece] = []
    for kind, names, first, last in _sections(text, lines, parts):
        whole = "\n".join(lines[first:last]) + ("\n" if last < len(lines) else "")
        piece = _piece(kind, names, whole)
        original = "".join(originals[first:last])
        if whole.replace("\n", layout.newline) != original:
            piece = replace(piece, as_was=original)
        pieces.append(piece)
    return pieces, layout


def join(pieces: Sequence[Piece], layout: Layout) -> bytes:
    """The file that the pieces make, byte for byte where none of them was changed.

    UnicodeEncodeError for a character that the encoding which the file declares does not have.
    """
    text = "".join(_written(piece, layout.newline) for piece in pieces)
    return (codecs.BOM_UTF8 if layout.mark else b"") + text.encode(encoding_of(text.encode()))


def encoding_of(content: bytes) -> str:
    """The encoding that the first two lines declare; UTF-8 where they declare none."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    except SyntaxError:
        return "utf-8"
    return "utf-8" if encoding == "utf-8-sig" else encoding


def parse(text: str) -> ast.Module:
    """The syntax tree, without the warnings that Python has for some texts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def bound_names(tree: ast.AST) -> set[str]:
    """The names that the statements of a module define, inside of no function or class."""
    names: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                names.add(node.name)
            case ast.Import() | ast.ImportFrom():
                names |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
            case ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
            case _:
                names |= bound_names(node)
    return names


def _piece(kind: str, names: tuple[str, ...], whole: str) -> Piece:
    """The text between white space; a ``# %%`` above it would begin a cell by itself."""
    marked = _MARKED.match(whole)
    head = marked.group() if marked else ""
    edges = _EDGES.match(whole[len(head) :])
    assert edges is not None
    before, text, after = edges.groups()
    if not text:
        before, after = "", before + after
    return Piece(kind, text, names, head + before, after)


def _written(piece: Piece, newline: str) -> str:
    if piece.as_was is not None and _LINE_END.sub("\n", piece.as_was) == piece.whole:
        return piece.as_was
    return piece.whole.replace("\n", newline)


def _lines_with_ends(raw: str) -> list[str]:
    ends = [match.end() for match in _LINE_END.finditer(raw)]
    return [raw[a:b] for a, b in zip([0, *ends], [*ends, len(raw)], strict=True)]


def _most_frequent_end(raw: str) -> str:
    found = _LINE_END.findall(raw)
    return max(("\n", "\r\n", "\r"), key=found.count)


def _sections(
    text: str, lines: list[str], parts: Sequence[str]
) -> Iterator[tuple[str, tuple[str, ...], int, int]]:
    """Kind, classes, first line and the line after the last, from 0, of each piece."""
    statements = _statements(parse(text), parts)
    starts: list[tuple[int, str, tuple[str, ...]]] = []
    end = 0
    for first, last, kind, names in statements:
        begin = _with_remarks(lines, first - 1, end)
        one_line = bool(starts) and first - 1 < end
        marked = kind == SETUP and any(_MARK.match(line) for line in lines[begin : first - 1])
        if one_line:
            above = starts.pop()
            merged = (*above[2], *names)
            starts.append((above[0], EXERCISE if merged else above[1], merged))
        elif kind != SETUP or not starts or starts[-1][1] != SETUP or marked:
            starts.append((begin, kind, names))
        end = max(end, last)
    if not starts:
        starts = [(0, SETUP, ())]
    starts[0] = (0, *starts[0][1:])
    ends = [start for start, _, _ in starts[1:]] + [len(lines)]
    for (first, kind, names), last in zip(starts, ends, strict=True):
        yield kind, names, first, last


def _statements(
    tree: ast.Module, parts: Sequence[str]
) -> Iterator[tuple[int, int, str, tuple[str, ...]]]:
    """First and last line, kind and class of each statement; of two equal classes the last."""
    final = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    for node in tree.body:
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        first = min(n.lineno for n in (node, *decorators))
        kind, names = SETUP, ()
        if isinstance(node, ast.ClassDef) and node.name in parts and final[node.name] is node:
            kind, names = EXERCISE, (node.name,)
        elif _runs_as_a_program(node):
            kind = FILE_ONLY
        yield first, node.end_lineno or first, kind, names


def _runs_as_a_program(node: ast.stmt) -> bool:
    """Whether this is ``if __name__ == "__main__":``, which a notebook would run at once."""
    match node:
        case ast.If(
            test=ast.Compare(
                left=ast.Name(id="__name__"),
                ops=[ast.Eq()],
                comparators=[ast.Constant(value="__main__")],
            )
        ):
            return True
        case _:
            return False


def _with_remarks(lines: list[str], first: int, end: int) -> int:
    """Where what belongs to the statement begins: its comments, but none right below the last."""
    begin = first
    while begin > end and (not lines[begin - 1].strip() or lines[begin - 1].startswith("#")):
        begin -= 1
    while end > 0 and begin < first and lines[begin].strip() and not _MARK.match(lines[begin]):
        begin += 1
    while begin < first and not lines[begin].strip():
        begin += 1
    return begin
