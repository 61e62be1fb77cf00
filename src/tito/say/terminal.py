"""The terminal a text is for: how wide it is, whether it has colours, which characters it knows."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Self, TextIO

_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}
_PLAIN = {
    "…": "...",
    "✓": "+",
    "✗": "x",
    "·": ".",
    "≠": "!=",
    "×": "x",
    "−": "-",
    "–": "-",
    "—": "-",
    "≤": "<=",
    "≥": ">=",
    "→": "->",
    "µ": "u",
    "ᵀ": "^T",
    "±": "+-",
    "σ": "sigma",
    "Φ": "Phi",
    "π": "pi",
    "Σ": "sum",
}
LABEL = 11  # columns that a label beside a text has
_NARROWEST, _WIDEST = 39, 100  # one column stays free: some terminals wrap in the last


@dataclass(frozen=True)
class Screen:
    """Where a text will be read; ``command`` is how the person there types ``tito``."""

    width: int = 79
    colour: bool = False
    encoding: str = "utf-8"
    command: str = "tito"

    @classmethod
    def of(cls, stream: TextIO | None) -> Screen:
        """The screen behind a stream: a terminal, a pipe, a file, or nothing."""
        columns = shutil.get_terminal_size((80, 24)).columns - 1
        return cls(
            width=min(max(columns, _NARROWEST), _WIDEST),
            colour=_has_colours(stream),
            encoding=getattr(stream, "encoding", None) or "ascii",
            command=command(),
        )

    @cached_property
    def _knows_marks(self) -> bool:
        try:
            "".join(_PLAIN).encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True

    def paint(self, text: str, style: str) -> str:
        """The text in a style, where there are colours."""
        return f"\033[{_STYLES[style]}m{text}\033[0m" if self.colour and text else text

    def clean(self, text: str) -> str:
        """The text with only characters that the screen can show, each in its place.

        Control characters would move the cursor or change colours: they are taken out.
        """
        if text.isascii() and text.replace("\n", "").isprintable():
            return text
        text = text.expandtabs(4).encode("utf-8", errors="replace").decode()
        text = "".join(c for c in text if c == "\n" or unicodedata.category(c)[0] != "C")
        if self._knows_marks:
            return text
        for character, plain in _PLAIN.items():
            text = text.replace(character, plain)
        return text.encode(self.encoding, errors="replace").decode(self.encoding)

    def cut(self, text: str, width: int) -> str:
        """One line of at most ``width`` columns, ending in an ellipsis if there was more."""
        line = self.clean(text).replace("\n", " ").rstrip()
        if columns(line) <= width:
            return line
        return _head(line, width - columns(self.clean("…"))) + self.clean("…")

    def window(self, text: str, width: int, part: tuple[int, int]) -> tuple[str, int]:
        """As much of a long line as fits, with its characters ``part`` in it.

        What was cut on either side is an ellipsis. With it, the column at which the part begins.
        """
        first, last = (len(self.clean(text[:place])) for place in part)
        line, ellipsis = self.clean(text).replace("\n", " ").rstrip(), self.clean("…")
        if columns(line[:last]) <= width - len(ellipsis) or columns(line) <= width:
            return self.cut(line, width), columns(line[:first])
        room = width - 2 * len(ellipsis)
        begin = max(min(first, last - room // 2), 0)
        rest = line[begin:]
        while begin and columns(line[begin - 1 :]) <= room + len(ellipsis):
            begin, rest = begin - 1, line[begin - 1 :]
        row = ellipsis + self.cut(rest, width - len(ellipsis))
        return row, len(ellipsis) + columns(line[begin:first])

    def code(self, text: str, width: int, most: int, part: tuple[int, int] = (0, 0)) -> list[str]:
        """A line of code in at most ``most`` rows: broken at spaces, or cut around ``part``."""
        rows, rest = list[str](), self.clean(text).replace("\n", " ").rstrip()
        if columns(rest) > most * width:
            return [self.window(text, width, part)[0]]
        while columns(rest) > width - (4 if rows else 0):
            head = _head(rest, width - (4 if rows else 0))
            place = head.rfind(" ", width // 2) + 1 or len(head)
            rows.append(rest[:place].rstrip())
            rest = rest[place:]
        rows.append(rest)
        if len(rows) > most:
            return [self.window(text, width, part)[0]]
        return [rows[0], *(f"    {row}" for row in rows[1:])]

    def wrap(self, text: str, width: int, most: int = 1000) -> list[str]:
        """The text as at most ``most`` lines; a last line that was cut ends in an ellipsis."""
        paragraphs = self.clean(text).strip("\n").split("\n")
        lines = [line for paragraph in paragraphs for line in _wrapped(paragraph, width)]
        if len(lines) <= most:
            return lines
        ellipsis = self.clean("…")
        last = _head(lines[most - 1], width - columns(ellipsis)).rstrip() + ellipsis
        return [*lines[: most - 1], last]

    def hang(self, label: str, text: str, style: str = "", most: int = 1000) -> list[str]:
        """The text beside a label in its style; further lines, up to ``most``, stand below it."""
        wide = columns(label)
        first, *others = self.wrap(text, max(self.width - wide, 20), most)
        head = self.paint(label, style) if style else label
        return [head + first, *(" " * wide + line for line in others)]

    def heading(self, text: str) -> str:
        """One line in bold."""
        return self.paint(self.cut(text, self.width), "bold")

    @property
    def room(self) -> int:
        """How wide the text beside a label is."""
        return self.width - 2 - LABEL

    def field(self, label: str, text: str, most: int) -> list[str]:
        """A label and its text beside it; nothing where there is no text."""
        return self.hang(f"  {label:<{LABEL}}", text, "dim", most) if text.strip() else []

    def beside(self, label: str, rows: Sequence[str]) -> list[str]:
        """A label and rows beside it, which stay as they are."""
        heads = [self.paint(f"  {label:<{LABEL}}", "dim"), *[" " * (2 + LABEL)] * (len(rows) - 1)]
        return [head + row for head, row in zip(heads, rows, strict=True)]

    def fitting(self, text: str) -> list[str]:
        """The text in lines that fit; what is indented, a person's own lines, stays as it is."""
        lines = text.split("\n")
        rows = ([self.clean(x)] if x[:1] == " " else self.wrap(x, self.width) for x in lines)
        return [row for each in rows for row in each]


class PassingLine:
    """One line on a terminal that says what is going on, and is gone when it is over."""

    def __init__(self, shown: bool = True) -> None:
        """Say nothing at all unless ``shown``, and all goes to a terminal."""
        self.shown = shown and sys.stderr.isatty() and sys.stdout.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.say("")

    def say(self, text: str) -> None:
        """Put this in the place of what was said before."""
        if self.shown:
            sys.stderr.write(f"\r\033[K{text}")
            sys.stderr.flush()


def table(
    rows: Sequence[Sequence[str]], sides: str, screen: Screen, styles: Sequence[str] = ()
) -> Iterator[str]:
    """Columns as wide as their cells, each to the side that ``sides`` says, "<" or ">".

    A row of one cell stands for itself; of two, the second stands in the last column. A style is
    for the last cell of its row.
    """
    cleaned = [[screen.clean(cell) for cell in row] for row in rows]
    full = [row for row in cleaned if len(row) == len(sides)]
    widths = [max(map(columns, column)) for column in zip(*full, strict=True)]
    for row, style in zip_longest(cleaned, styles, fillvalue=""):
        cells = list(row)
        if len(row) == len(sides):
            for place, (cell, width, side) in enumerate(zip(row, widths, sides, strict=True)):
                room = " " * (width - columns(cell))
                cells[place] = cell + room if side == "<" else room + cell
        elif len(row) == 2:
            cells[0] = row[0].ljust(sum(widths[:-1]) + 2 * (len(widths) - 2))
        line = "  " + "  ".join(cells).rstrip()
        if style and row[-1]:
            line = line.removesuffix(row[-1]) + screen.paint(row[-1], style)
        yield line


def command() -> str:
    """How the person types ``tito`` here; the launcher hands on what was typed."""
    return shlex.quote(os.environ.get("TITO_COMMAND") or "tito")


def columns(text: str) -> int:
    """How many columns of a terminal the text takes: some characters take two, some none."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def listed(names: Sequence[str]) -> str:
    """Names as in a sentence: ``A``, ``A and B``, ``A, B and C``."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def short_path(path: str | Path) -> str:
    """The path as one would type it here: from the working folder where that is shorter."""
    try:
        return min(os.path.relpath(path), os.fspath(path), key=len)
    except (ValueError, OSError):
        return os.fspath(path)


def allow_any_text(streams: Iterable[TextIO | None]) -> None:
    """Let a stream write what it cannot encode as a question mark, in place of an error."""
    for stream in streams:
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def _wrapped(paragraph: str, width: int) -> Iterator[str]:
    line = ""
    for word in paragraph.split():
        longer = f"{line} {word}" if line else word
        if line and columns(longer) > width:
            yield line
            longer = word
        while columns(longer) > width:
            head = _head(longer, width)
            yield head
            longer = longer[len(head) :]
        line = longer
    yield line


def _head(text: str, width: int) -> str:
    """As many of the first characters as fit into ``width`` columns, one at least."""
    taken = 0
    for place, character in enumerate(text):
        taken += _columns(character)
        if taken > width and place:
            return text[:place]
    return text


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _has_colours(stream: TextIO | None) -> bool:
    if stream is None or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()
