"""The learner's file, read once: its bytes, their hash, and what its text alone tells."""

from __future__ import annotations

import ast
import codecs
import hashlib
import io
import keyword
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from tito.engine.frames import Trace
from tito.lesson.model import Lesson
from tito.lesson.source import UNTOUCHED, Text, encoding_of

_Stmt = TypeVar("_Stmt", bound=ast.stmt)
MAX_BYTES = 1 << 16  # Python's parser takes seconds for some longer texts


class UnusableFile(Exception):
    """The file as a whole cannot be tested; says why, at which line, and how it came there.

    ``column`` is the place in the line, from 1, where Python could not read it.
    """

    def __init__(
        self, message: str, line: int | None = None, trace: Trace = (), column: int | None = None
    ) -> None:
        super().__init__(message)
        self.message, self.line, self.trace, self.column = message, line, trace, column


@dataclass(frozen=True)
class Source:
    """The bytes that are tested, and where they came from."""

    path: Path
    content: bytes = field(repr=False)
    saved_at: float

    @property
    def sha256(self) -> str:
        """The hash of exactly the bytes that are tested."""
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree. UnusableFile where the text is not Python in UTF-8."""
        name = self.path.name
        if is_empty(self.content):
            raise UnusableFile(f"{name} is empty. `tito restore` brings back what it held.", 1)
        _check_encoding(name, self.content)
        if b"\0" in self.content:
            line = self.content.partition(b"\0")[0].count(b"\n") + 1
            raise UnusableFile(f"{name} holds a NUL byte: it is not a text file.", line)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(self.content, filename=str(self.path))
                compile(tree, str(self.path), "exec", dont_inherit=True)
                return tree
        except SyntaxError as error:
            kind = "an indentation" if isinstance(error, IndentationError) else "a syntax"
            what = f"{name} has {kind} error on line {error.lineno}: {said(error, self.lines)}"
            column = max(error.offset or 1, 1)
            raise UnusableFile(what, error.lineno, column=column) from error
        except (ValueError, RecursionError, MemoryError) as error:
            raise UnusableFile(f"{name} is nested too deeply for Python to read.") from error

    def check_syntax(self) -> None:
        """UnusableFile where the text is not Python in UTF-8."""
        _ = self.tree

    @cached_property
    def lines(self) -> list[str]:
        """The text by lines as Python counts them: a form feed ends none."""
        text = self.content.decode("utf-8-sig", errors="replace")
        return io.StringIO(text, newline=None).read().split("\n")

    def line(self, number: int | None) -> str:
        """The text of that line, counted from 1; empty where there is none."""
        return self.lines[number - 1] if number and 0 < number <= len(self.lines) else ""

    @cached_property
    def text(self) -> Text:
        """The text, and where everything stands in it; UnusableFile as ``tree``."""
        tree, read = self.tree, Text.read(self.content, self.path.name)
        return Text(read.text, read.name, read.encoding, tree)

    @cached_property
    def methods(self) -> dict[str, ast.FunctionDef]:
        """Every method by its name, ``Linear.forward``."""
        return {
            name: place.node
            for name, place in self.text.places.items()
            if name.rpartition(".")[0] in self.classes and isinstance(place.node, ast.FunctionDef)
        }

    @cached_property
    def classes(self) -> dict[str, ast.ClassDef]:
        """The classes at the top of the file by name; of two with one name, the last."""
        return {node.name: node for node in self.tree.body if isinstance(node, ast.ClassDef)}

    def bases(self, part: str) -> Iterator[str]:
        """The classes of the file that a class is made from, the nearest first."""
        node = self.classes.get(part)
        for base in node.bases if node else ():
            if isinstance(base, ast.Name) and base.id in self.classes and base.id != part:
                yield base.id
                yield from self.bases(base.id)

    def line_naming(self, part: str) -> int | None:
        """The line that nearly makes the class: misspelt, indented, or bound to something else."""
        nearly = re.compile(rf"\s*(?:class|def)?\s*{re.escape(part)}\s*[=(:]", re.IGNORECASE)
        found = [number for number, text in enumerate(self.lines, 1) if nearly.match(text)]
        return found[-1] if found else None

    def untouched(self, exercise: str) -> bool:
        """Whether the exercise is still the stub that ``tito start`` wrote."""
        place = self.text.places.get(exercise)
        match place and place.node:
            case ast.FunctionDef(body=body) if rest := [n for n in body if not _is_docstring(n)]:
                refusal = rest[0].exc if isinstance(rest[0], ast.Raise) and not rest[1:] else None
            case ast.expr() as refusal:
                pass
            case _:
                return False
        match refusal:
            case ast.Call(args=[ast.Constant(value=str(text))]):
                return text.endswith(UNTOUCHED)
            case _:
                return False

    def line_of(
        self, exercise: str, about: str | None = None, ran: Sequence[int] | None = None
    ) -> int | None:
        """The line to look at: where ``self.<about>`` is set, a return, or the start.

        ``ran`` is the line at which the method came back, or 0, and then all lines of it that ran:
        no other is pointed at, and the ``def`` where none did. None where that is not known.
        """
        method = self.methods.get(exercise)
        if method is None:
            part = self.classes.get(exercise.partition(".")[0])
            return part.lineno if part else None
        if about and (other := self.methods.get(f"{exercise.partition('.')[0]}.{about}")):
            return other.lineno
        plain = [n for n in ast.walk(method) if isinstance(n, ast.stmt) and not hasattr(n, "body")]
        if ran is not None:
            plain = [node for node in plain if any(_holds(node, line) for line in ran[1:])]
        for kind in (ast.Attribute, ast.Name):  # self.weight, or else a weight without self
            if places := [node.lineno for node in plain if about and _binds(node, kind, about)]:
                return max(places)
        if about and (above := [n.lineno for n in plain if "super().__init__" in ast.unparse(n)]):
            return above[-1]
        if ran == []:
            return method.lineno
        body = [node for node in method.body if not _is_docstring(node)] or method.body
        start = body[0].lineno
        returns = [node.lineno for node in plain if isinstance(node, ast.Return)]
        if ran is None:
            return max(returns, default=start)
        last = next((node for node in plain if _holds(node, ran[0])), None)
        if method.name == "__init__" and not isinstance(last, ast.Return):
            return start  # a constructor comes back at its end, which says nothing
        return last.lineno if last else ran[0]

    @cached_property
    def imports(self) -> list[tuple[ast.stmt, str, str]]:
        """The imports: the statement, what is imported, ``torch.nn``, and the name that it gets."""
        found: list[tuple[ast.stmt, str, str]] = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                tops = ((a.name, a.asname or a.name.partition(".")[0]) for a in node.names)
                found += [(node, *each) for each in tops]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = ((f"{node.module}.{a.name}", a.asname or a.name) for a in node.names)
                found += [(node, *each) for each in names]
        return found

    def around(self, line: int | None, *kinds: type[_Stmt]) -> list[_Stmt]:
        """The statements of these kinds that the line stands in, the outermost first."""
        nodes = ast.walk(self.tree)
        return [n for n in nodes if line and isinstance(n, kinds) and _holds(n, line)]

    def exercise_at(self, line: int) -> str | None:
        """The method that the line stands in."""
        return next((name for name, m in self.methods.items() if _holds(m, line)), None)

    def function_at(self, line: int) -> str | None:
        """The innermost function that the line stands in, by its whole name."""
        around = self.around(line, ast.ClassDef, ast.FunctionDef)
        return ".".join(node.name for node in around) or None


def read_source(path: Path) -> Source:
    """Read the file once. UnusableFile with a sentence where it cannot be read."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnusableFile(f"{path} is larger than 64 KiB: that is not a lesson file.")
        if not path.is_file():
            raise UnusableFile(f"{path} is not a file. Name a .py file.")
        return Source(path, path.read_bytes(), path.stat().st_mtime)
    except FileNotFoundError:
        raise UnusableFile(
            f"There is no file {path}. Check the name; `tito start` writes the file of a lesson."
        ) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UnusableFile(f"{path} cannot be read: {reason}.") from error


def is_empty(content: bytes) -> bool:
    """Whether a file of this content holds nothing, as after the crash of an editor or a disk."""
    return not content.removeprefix(codecs.BOM_UTF8).strip(b"\0 \t\r\n\f\v")


def borrowed(source: Source, lesson: Lesson) -> tuple[str, int] | None:
    """The first import by which the file takes its own lesson from the library, and its line."""
    top = lesson.target.partition(".")[0]
    theirs = {lesson.target, *(f"{top}.{part}" for part in lesson.parts)}
    for node, what, _ in source.imports:
        if what in theirs or what.startswith(f"{lesson.target}."):
            return ast.unparse(node), node.lineno
    return None


def _holds(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def does_nothing(method: ast.FunctionDef) -> bool:
    """Whether nothing but ``pass``, ``...`` or a docstring stands in it."""
    return all(isinstance(n, ast.Pass) or _is_docstring(n) for n in method.body)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _binds(node: ast.stmt, kind: type[ast.Attribute | ast.Name], name: str) -> bool:
    """Whether the statement gives a value to an attribute, or to a variable, of that name."""
    targets = [n for n in ast.walk(node) if isinstance(n, kind) and isinstance(n.ctx, ast.Store)]
    return name in (t.attr if isinstance(t, ast.Attribute) else t.id for t in targets)


def _check_encoding(name: str, content: bytes) -> None:
    """UnusableFile where the bytes are not text in the encoding that they declare, or UTF-8."""
    try:
        encoding = encoding_of(content)
    except SyntaxError as error:
        if "unknown encoding" in str(error):
            raise UnusableFile(f"{name} declares an {error}. Write utf-8 there.", 1) from error
        encoding = "utf-8"
    try:
        content.decode(encoding)
    except LookupError as error:  # a codec, but of no text: rot13, hex, zip
        raise UnusableFile(
            f"{name}: {encoding} is not an encoding of text. Write utf-8.", 1
        ) from error
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UnusableFile(
            f"{name} is not {encoding.upper()} text (byte {error.start}). Save it as UTF-8.",
            line,
        ) from error
    except UnicodeError as error:
        raise UnusableFile(f"{name} is not {encoding} text. Write utf-8 there.", 1) from error


def _table(text: str) -> list[tuple[str, str]]:
    """The rows of a table: a pattern, and further in what is said of what it fits."""
    rows = re.findall(r"^(\S.*)\n((?: .*\n)+)", text, re.MULTILINE)
    return [(pattern, " ".join(words.split())) for pattern, words in rows]


_BY_MESSAGE = _table(r"""
'(.)' was never closed
    the bracket {1} that opens here is never closed.
unmatched '(.)'
    the bracket {1} closes, but none is open: it is one too many.
closing parenthesis '(.)' does not match opening parenthesis '(.)'(?: on line (\d+))?
    the bracket {1} closes where {2} is open{in 3}: both must be of the same kind.
expected '\('
    after the name, `def` needs brackets: def forward(self, x):
'=='.*instead of '='
    a single = gives something a name. To compare, write ==.
cannot assign to (None|True|False)
    {1} is a keyword, a word that Python keeps for itself: it cannot be given a value.
cannot assign to
    what is to the left of the = is not a name that can be given a value.
expected an indented block after (.*) on line (\d+)
    the body of the {1} on line {2} is empty. Indented lines have to follow there: write them, or
    `pass`.
unindent does not match
    the line is indented less than the one before, yet no line above it begins in that column.
    Lines that belong together begin in the same column.
unexpected indent
    the line is indented further than the one before, which opens no block. Lines that belong
    together begin in the same column.
unterminated triple-quoted
    the string that begins here is never closed: the three quotes at its end are missing.
unterminated
    the string that begins here has no closing quote on its line.
Missing parentheses in call to '(\w+)'
    {1} is a function, so what it is given goes in brackets: {1}({rest}).
invalid character '([\u2018-\u201f\xab\xbb\xb4])'
    {1} is a curly quote, as word processors write it. Python's quotes are " and '.
invalid character '(.)'
    Python has no use for the character {1} here. It may have been pasted in with other text: type
    it again ({like}).
invalid non-printable character (U\+\w+)
    there is an invisible character ({1}), perhaps pasted in with other text. Delete what looks
    like a space there, and type it again.
invalid decimal literal
    a number runs into a name. A name cannot begin with a digit, and a product is written with a *:
    2 * x.
leading zeros
    a whole number does not begin with 0: 7, not 007.
'return' outside
    `return` is outside any function. Is it indented far enough?
'(break|continue)' .*loop
    `{1}` is outside any loop. Is it indented far enough?
positional argument follows keyword
    arguments without a name come first, those with a name after them.
(non-default argument|parameter without a default) follows
    parameters without a default come first, those with a default after them.
duplicate argument ('\w+')
    two parameters have the name {1}.
keyword argument repeated: (\w+)
    the argument {1} is given twice.
Perhaps you forgot a comma
    something is missing between two values: a comma, an operator, or a bracket before them.
expected 'except' or 'finally' block
    a `try` ends here without its `except`. Is the `except` there, and indented like `try`?
expected 'else' after 'if'
    an `if` within a line needs its `else`: a if condition else b.
unicodeescape
    in a string, a backslash begins the code of a character. Write r'…', or / in a path.
after line continuation character
    after a backslash, the line has to end. To divide, write /.
is assigned to before|used prior to
    a `global` has to come before the name is used.
""")
_OPENS = r"(?:async |class |def |else|elif |except|finally|for |if |match |try|while |with )"
_BY_LINE = _table(r"""
(?:.*\s)?else\s+if\b
    Python writes `else if` as one word: elif.
.*(&&|\|\|)
    Python writes {1} as a word: {word}.
.*(\+\+|--)\s*$
    Python has no {1}. Write += 1 or -= 1.
.*![^=]
    Python writes ! as a word: not.
.*[=+\-*/@%]\s*(?:#.*)?$
    the line ends where a value is still missing.
(else|elif|except|finally)\b
    there is no `{opener}` that this `{1}` belongs to. It has to be indented like its `{opener}`,
    and follow the body of that directly.
""")
_OPENERS = {"else": "if", "elif": "if", "except": "try", "finally": "try"}
_WORDS = {"&&": "and", "||": "or"}
_LIKE = {"×": "*", "·": "*", "−": "-", "–": "-", "—": "-", "÷": "/", "≠": "!=", "…": "..."}
_TAKEN = "|".join(keyword.kwlist)
_NAMED = re.compile(rf"(?:\.\s*|[(,]\s*|^\s*)({_TAKEN})\s*(?:=(?!=)|[,)](?!.*:.*\blambda)|$)")
_PARAMETER = re.compile(rf"\bdef\b[^(]*\(.*?[(,]\s*({_TAKEN})\s*[,)=:]|\bdef\s+({_TAKEN})\s*\(")


def said(error: SyntaxError, lines: Sequence[str]) -> str:
    """A sentence on the error; ``lines`` are those of the file."""
    number = error.lineno or 1
    line = lines[number - 1] if number <= len(lines) else ""
    if isinstance(error, TabError):
        return _tabs(lines, number)
    if error.msg.startswith("expected ':'"):
        return _by(_BY_LINE[:1], line.strip()) or _colon(line)
    found = _by(_BY_MESSAGE, error.msg, rest=line.strip().partition(" ")[2])
    if not found and error.msg.startswith("invalid syntax"):
        found = _keyword(line) or _by(_BY_LINE, line.strip())
    hint = " Look at the end of the line before, too." if number > 1 else ""
    return found or f"Python says: {error.msg}.{hint}"


def _by(table: Sequence[tuple[str, str]], text: str, rest: str = "") -> str:
    """The first row that fits, with what it found put in."""
    for pattern, sentence in table:
        if found := re.match(pattern, text) or (table is _BY_MESSAGE and re.search(pattern, text)):
            groups = ["", *(group or "" for group in found.groups()), "", "", ""]
            first = groups[1]
            sentence = sentence.replace("{in 3}", f" since line {groups[3]}" if groups[3] else "")
            sentence = sentence.replace("{opener}", _OPENERS.get(first, ""))
            sentence = sentence.replace("{word}", _WORDS.get(first, ""))
            sentence = sentence.replace(" ({like})", f" ({_LIKE[first]})" if first in _LIKE else "")
            sentence = sentence.replace("{1}", first).replace("{2}", groups[2])
            return sentence.replace("{rest}", rest)
    return ""


def _colon(line: str) -> str:
    found = re.match(rf"\s*({_OPENS})", line)
    what = f"a line that begins with `{found[1].strip()}`" if found else "the line"
    return f"{what} has to end in a colon, and the colon is missing."


def _keyword(line: str) -> str:
    """A word that belongs to Python, used as a name."""
    found = _PARAMETER.search(line) or _NAMED.search(line)
    name = next(filter(None, found.groups()), "") if found else ""
    if not name or name in ("else", "try", "finally", "pass", "break", "continue", "return"):
        return ""
    return f"`{name}` is a keyword, a word that Python keeps for itself. Choose another name."


def _tabs(lines: Sequence[str], number: int) -> str:
    kinds = {True: "tabs", False: "spaces"}
    here = "\t" in _indentation(lines[number - 1])
    before = (n for n in range(number - 1, 0, -1) if _indentation(lines[n - 1]))
    other = next((n for n in before if ("\t" in _indentation(lines[n - 1])) != here), None)
    beside = f", line {other} by {kinds[not here]}" if other else ", partly by spaces"
    return (
        f"the line is indented by {kinds[here]}{beside}. Use four spaces for each step, everywhere."
    )


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
