"""The learner's lines on the way to an error, in words: the code, and what was in scope there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tito.engine.frames import TraceLine
from tito.engine.report import CheckResult, Report
from tito.engine.source import UnusableFile, read_source
from tito.say.terminal import columns

if TYPE_CHECKING:
    from tito.say.terminal import Screen

#: As many of the last lines as a screen shows.
FEW = 6


def trace_fields(
    trace: Sequence[TraceLine], width: int, most: int = FEW
) -> Iterator[tuple[str, str, str]]:
    """For each line, outermost first: its label, its code, and where and with what it stood.

    What was in scope breaks between two names where ``width`` columns are full, as ``\\n``.
    """
    for frame in trace[-most:]:
        yield f"line {frame['line']}", frame["code"] or "…", _where(frame, width)


def part_of(frame: TraceLine) -> tuple[int, int]:
    """The characters of the line's code that the error came from."""
    first, last = frame.get("part") or (0, 0)
    return first, last


def _where(frame: TraceLine, width: int) -> str:
    place = "at the top of the file" if frame["in"] == "<module>" else f"in {frame['in']}"
    scope = [f"{name} is {words}" for name, words in frame["scope"].items()]
    lines = [f"{place}: {scope[0]}" if scope else place]
    for item in scope[1:]:
        longer = f"{lines[-1]}, {item}"
        if columns(longer) < width:
            lines[-1] = longer
        else:
            lines[-1] += ","
            lines.append(item)
    return "\n".join(lines)


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


def prints(report: Report, without: CheckResult | None = None) -> Iterator[tuple[str, str]]:
    """Where something was printed, and what: at import, then in the first check of each exercise.

    What ``without`` printed is told elsewhere, and so are the others of its exercise.
    """
    if report.printed:
        yield "while the file is imported", report.printed
    yield from of_exercises(report.checks, without)


def of_exercises(
    checks: list[CheckResult], without: CheckResult | None = None
) -> Iterator[tuple[str, str]]:
    """The same of these checks alone."""
    printed = [check for check in checks if check.printed.strip()]
    for exercise in dict.fromkeys(check.exercise for check in printed):
        first, *more = (check for check in printed if check.exercise == exercise)
        if without is not None and without.printed and exercise == without.exercise:
            continue
        others = f"\n… and in {len(more)} more {'check' if len(more) == 1 else 'checks'}"
        yield f"{exercise}: {first.name}", first.printed + (others if more else "")
