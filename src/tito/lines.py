"""Lines of the learner's file as a report points at them, with a mark where that helps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tito.engine.source import UnusableFile, read_source

if TYPE_CHECKING:
    from tito.engine.report import Report
    from tito.terminal import Screen

_TAB = 4


def line_of(report: Report, number: int) -> str | None:
    """A line of the file that was tested; None if the file is another one by now."""
    lines = lines_of(report)
    return lines[number - 1].strip() if 0 < number <= len(lines) else None


def lines_of(report: Report) -> list[str]:
    """The lines of the file that was tested; none if the file is another one by now."""
    try:
        source = read_source(Path(report.file))
    except UnusableFile:
        return []
    return source.lines if source.sha256 == report.sha256 else []


def marked(
    lines: Sequence[str], number: int, column: int, screen: Screen, width: int
) -> Iterator[tuple[int, str]]:
    """The line that Python could not read and the one before it, indented as they are.

    Each with its number; below the last, on a row of its own, a mark at the column.
    """
    if not 0 < number <= len(lines):
        return
    before = next((n for n in range(number - 1, 0, -1) if lines[n - 1].strip()), None)
    if before is not None:
        yield before, screen.cut(lines[before - 1].expandtabs(_TAB), width)
    text = lines[number - 1]
    place = len(text[: column - 1].expandtabs(_TAB))
    row, place = screen.window(text.expandtabs(_TAB), width, (place, place + 1))
    yield number, f"{row}\n{' ' * place}^"
