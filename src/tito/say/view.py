"""What a report says, before any face of it: a terminal, a page, a notebook, a test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Literal

from tito.engine.frames import TraceLine
from tito.engine.report import CheckResult, Report
from tito.engine.source import Source
from tito.say.terminal import Screen, columns

#: As many of the last lines on the way to an error as a face shows.
FEW = 6
#: The statuses of what did not pass although it was tried.
WRONG = ("failed", "error", "timeout")
_TAB = 4

#: How a field's text is set: as prose, as values in rows, as what a line made of which names, as a
#: line of code, or as it is.
Kind = Literal["prose", "values", "names", "line", "as it is"]
_VALUES = ("with", "expected", "got")


@dataclass(frozen=True)
class Field:
    """A label with its text. One of a line of code has its ``number``, and where it stood."""

    label: str
    text: str
    kind: Kind = "prose"
    number: int = 0
    frame: TraceLine | None = None

    @property
    def part(self) -> tuple[int, int]:
        """The characters of a line of code that the error came from."""
        first, last = (self.frame.get("part") if self.frame else None) or (0, 0)
        return first, last

    def where(self, width: int) -> str:
        """In which function the line stood, and with what in scope.

        It breaks between two names where ``width`` columns are full, as ``\\n``.
        """
        if self.frame is None:
            return ""
        name = self.frame["in"]
        place = "at the top of the file" if name == "<module>" else f"in {name}"
        scope = [f"{name} is {words}" for name, words in self.frame["scope"].items()]
        lines = [f"{place}: {scope[0]}" if scope else place]
        for item in scope[1:]:
            longer = f"{lines[-1]}, {item}"
            if columns(longer) < width:
                lines[-1] = longer
            else:
                lines[-1] += ","
                lines.append(item)
        return "\n".join(lines)


@dataclass(frozen=True)
class Part:
    """The checks of one class, in order, and how it stands: in a word, with the word's style."""

    name: str
    checks: tuple[CheckResult, ...]

    @property
    def passed(self) -> int:
        """How many of them passed."""
        return sum(check.status == "passed" for check in self.checks)

    @property
    def state(self) -> tuple[str, str]:
        """How the class stands in a word, and the word's style."""
        statuses = {check.status for check in self.checks}
        if statuses == {"passed"}:
            return "right", "green"
        if statuses & set(WRONG):
            return "to fix", "red"
        if "todo" not in statuses:
            return "waits", "dim"
        return ("begun", "yellow") if "passed" in statuses else ("to write", "dim")


@dataclass(frozen=True)
class View:
    """A report, and what every face of it says.

    ``tasks`` says of each exercise what is to be written. ``before`` is how many checks passed, of
    how many, when the file could last be tested; it is told where it cannot be.
    """

    report: Report
    tasks: Mapping[str, str] = field(default_factory=dict[str, str])
    before: tuple[int | None, int | None] | None = None

    @property
    def parts(self) -> list[Part]:
        """The checks by part, parts in the order of their first check."""
        checks = self.report.checks
        order = {part: place for place, part in enumerate(dict.fromkeys(c.part for c in checks))}
        found = sorted(checks, key=lambda check: order[check.part])
        return [Part(name, tuple(own)) for name, own in groupby(found, key=lambda c: c.part)]

    @property
    def standing(self) -> str:
        """How far the learner is; of a file that could not be tested, how far they were before."""
        if self.report.tested or not self.report.checks:
            return f"{self.report.passed} of {len(self.report.checks)} checks pass."
        if self.before is None:
            return "This version was not tested."
        passed, total = self.before
        last = f"The last version that could be read passed {passed} of {total} checks."
        return f"This version was not tested. {last}"

    @property
    def title(self) -> str:
        """What is to be mended first, as a heading says it."""
        first = self.report.first
        if self.report.error is not None or first is None:
            return "First to fix: the file as a whole"
        return f"{'Next to write' if first.status == 'todo' else 'First to fix'}: {first.exercise}"

    @property
    def status(self) -> str:
        """All in a few sentences: the first thing to mend, its name and why, and how far it is."""
        report, first = self.report, self.report.first
        if report.error is not None:
            return f"{self.title}. {report.error} {self.standing}"
        if first is None:
            return self.standing
        said = "" if first.status == "todo" else f"{first.name}. "
        if first.status in ("error", "timeout"):
            said += f"{first.got.splitlines()[0].rstrip('.')}. " if first.got else ""
        if first.diagnosis:
            name = f"{first.misconception}:" if first.sure else f"Perhaps {first.misconception}."
            said = f"{name} {first.diagnosis} "
        where = f" (line {first.line})" if first.line else ""
        return f"{self.title}{where}. {said}{self.standing}"

    def on(self, check: CheckResult) -> Iterator[Field]:
        """What is said of one check: the task or the reasons, the lines to look at, the prints."""
        if check.status == "todo":
            yield Field("task", self.tasks.get(check.exercise, "").replace("\n", " "))
        else:
            yield Field("check", check.name)
            yield from reasons(check)
        if check.status != "blocked":
            yield from self.code(check.line, check.trace)
        yield Field("printed", check.printed.strip("\n"), "as it is")

    def whole(self, screen: Screen) -> Iterator[Field]:
        """The lines that show what is wrong with the file as a whole.

        Of text that Python could not read, the line and the one before it, indented as they are,
        and a mark below, as they fit beside a label.
        """
        report = self.report
        if report.trace or report.error_line is None or report.error_column is None:
            yield from self.code(report.error_line, report.trace)
            return
        yield from marked(self.lines, report.error_line, report.error_column, screen, screen.room)

    def code(self, line: int | None, trace: Sequence[TraceLine]) -> Iterator[Field]:
        """The learner's lines on the way to an error, the innermost last; or the one to look at."""
        yield from lines_of(trace)
        if line and not trace:
            known = 0 < line <= len(self.lines)
            text = self.lines[line - 1].strip() if known else "…"
            yield Field(f"line {line}", text, "line", line)

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the file that was tested."""
        return Source(Path(self.report.file), self.report.content, 0.0).lines

    def printed(self, without: CheckResult | None = None) -> Iterator[tuple[str, str]]:
        """Where something was printed, and what: at import, then in each exercise's first check.

        What ``without`` printed is told elsewhere, and so are the others of its exercise.
        """
        if self.report.printed:
            yield "while the file is imported", self.report.printed
        yield from prints(self.report.checks, without)


def reasons(check: CheckResult) -> Iterator[Field]:
    """Why a check did not pass: labels with their texts, empty ones left out."""
    given = "\n".join(f"{name} = {value}" for name, value in check.given.items())
    found = {"tried": check.tried, "with": given, "expected": check.expected}
    found["not tried" if check.status == "blocked" else "got"] = check.got
    if check.diagnosis:
        label = "mistake" if check.sure else "perhaps"
        found[label] = f"{check.misconception}\n{check.diagnosis}"
    for label, text in found.items():
        if text:
            yield Field(label, text, "values" if label in _VALUES else "prose")


def lines_of(trace: Sequence[TraceLine], most: int = FEW) -> Iterator[Field]:
    """The last ``most`` lines on the way to an error, outermost first."""
    for frame in trace[-most:]:
        yield Field(f"line {frame['line']}", frame["code"] or "…", "line", frame["line"], frame)


def prints(
    checks: Sequence[CheckResult], without: CheckResult | None = None
) -> Iterator[tuple[str, str]]:
    """What was printed in the first check of each exercise, and where; as ``View.printed``."""
    printed = [check for check in checks if check.printed.strip()]
    for exercise in dict.fromkeys(check.exercise for check in printed):
        first, *more = (check for check in printed if check.exercise == exercise)
        if without is not None and without.printed and exercise == without.exercise:
            continue
        others = f"\n… and in {len(more)} more {'check' if len(more) == 1 else 'checks'}"
        yield f"{exercise}: {first.name}", first.printed + (others if more else "")


def marked(
    lines: Sequence[str], number: int, column: int, screen: Screen, width: int
) -> Iterator[Field]:
    """The line that Python could not read and the one before it, indented as they are.

    Below the last, on a row of its own, stands a mark at the column.
    """
    if not 0 < number <= len(lines):
        return
    if before := next((n for n in range(number - 1, 0, -1) if lines[n - 1].strip()), None):
        above = screen.cut(lines[before - 1].expandtabs(_TAB), width)
        yield Field(f"line {before}", above, "as it is", before)
    text = lines[number - 1]
    place = len(text[: column - 1].expandtabs(_TAB))
    row, place = screen.window(text.expandtabs(_TAB), width, (place, place + 1))
    yield Field(f"line {number}", f"{row}\n{' ' * place}^", "as it is", number)
