"""What a cell's report says, before it is HTML or plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tito.engine.report import first_to_mend
from tito.notebook.session import Assembly, Cell
from tito.say.report import reasons
from tito.say.terminal import Screen, columns
from tito.say.words import FEW, of_exercises, trace_fields

if TYPE_CHECKING:
    from tito.engine.frames import TraceLine
    from tito.engine.report import CheckResult, Report
    from tito.notebook.session import Scope

#: How the engine's sentences name a line of the file.
_LINE = re.compile(r"((?:\(|of |in |on |at |: )line )(\d+)\b")
_WIDE = 100
_HEADINGS = {"todo": "Next to write", "blocked": "Not tried yet"}
_WORDS = {"passed": "passed", "todo": "to write", "blocked": "waits"}


@dataclass(frozen=True)
class Group:
    """The checks of one exercise: for each a word and its name."""

    exercise: str
    lines: tuple[tuple[str, str], ...]

    @property
    def passed(self) -> int:
        """How many of them passed."""
        return sum(word == "passed" for word, _ in self.lines)


@dataclass(frozen=True)
class View:
    """One report: a title, how far it is, the first thing to mend, each check, and what to know."""

    title: str
    passed: int
    total: int
    heading: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    groups: tuple[Group, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether there is nothing left to do for this title."""
        return not self.heading and 0 < self.total == self.passed

    def with_notes(self, notes: Sequence[str]) -> View:
        """The same view with these notes at its end."""
        return replace(self, notes=tuple(notes))

    @property
    def standing(self) -> str:
        """How far it is, in words."""
        if self.right:
            return f"all {self.total} checks pass"
        return f"{self.passed} of {self.total} checks pass" if self.total else "not tested"


def problem(
    title: str, message: str, lines: Iterable[tuple[int, str]], notes: Sequence[str]
) -> View:
    """The view of a cell that could not be tested at all; ``lines`` are those to look at."""
    places = tuple((f"line {number}", text) for number, text in lines)
    return View(title, 0, 0, message, places, notes=tuple(notes))


def view_of(
    report: Report, tasks: Mapping[str, str], scope: Scope, assembly: Assembly, cell: Cell
) -> View:
    """The view of a report on what is in ``scope``, as the cell that was run shows it."""
    checks = [check for check in report.checks if scope.covers(check.exercise)]
    places = _Places(assembly, cell)
    first = first_to_mend(checks)
    heading, fields = "", tuple[tuple[str, str], ...]()
    if report.error is not None:
        heading = places.said(report)
        fields = tuple(places.code(report.error_line, report.trace))
    elif first is not None:
        todo = first.status == "todo"
        heading = f"{_HEADINGS.get(first.status, 'First to fix')}: {first.exercise}"
        fields = tuple(_first(first, tasks.get(first.exercise, "") if todo else "", places))
    fields += tuple(("printed", f"{where}\n{text}") for where, text in of_exercises(checks, first))
    if not report.tested:
        return View(scope.title, 0, 0, heading, fields)
    passed = sum(check.status == "passed" for check in checks)
    names = dict.fromkeys(check.exercise for check in checks)
    groups = (Group(n, tuple(_line(c) for c in checks if c.exercise == n)) for n in names)
    return View(scope.title, passed, len(checks), heading, fields, tuple(groups))


@dataclass(frozen=True)
class _Places:
    """Lines of the file that was tested as lines of cells."""

    assembly: Assembly
    cell: Cell

    def said(self, report: Report) -> str:
        """The engine's sentence on the file as a whole, said of the cell that it is about."""
        error, name = report.error or "", Path(report.file).name
        cell = self.assembly.place(report.error_line)[0] if report.error_line else self.cell
        owner = "This cell" if cell is None or cell is self.cell else f"The cell {cell.title}"
        error = error.replace(name, owner, 1).replace("of the file", "of the cell")
        return self.renumbered(error, cell)

    def renumbered(self, text: str, owner: Cell | None = None) -> str:
        """A text of the engine's with its lines as the notebook counts them."""

        def line(found: re.Match[str]) -> str:
            return found[1] + self.name_of(int(found[2]), owner)

        return _LINE.sub(line, text)

    def name_of(self, line: int, owner: Cell | None = None) -> str:
        """A line's number, and its cell where that is neither this one nor the owner."""
        cell, number = self.assembly.place(line)
        if cell is None or cell is self.cell or cell is owner:
            return str(number)
        return f"{number} of {cell.title}"

    def code(self, line: int | None, trace: Sequence[TraceLine]) -> Iterator[tuple[str, str]]:
        """The lines on the way to an error, or the line to look at, if they are known."""
        own = [frame for frame in trace if self.assembly.place(frame["line"])[0]]
        for (_, code, where), frame in zip(trace_fields(own, _WIDE), own[-FEW:], strict=True):
            yield f"line {self.name_of(frame['line'])}", f"{code}\n{where}"
        if line and not own and self.assembly.place(line)[0]:
            text = self.assembly.text.split("\n")[line - 1].strip()
            yield f"line {self.name_of(line)}", text


def _first(check: CheckResult, task: str, places: _Places) -> Iterator[tuple[str, str]]:
    """Labels and texts on the first check that did not pass."""
    if task:
        yield "task", task.replace("\n", " ")
    else:
        yield "check", check.name
        for label, text in reasons(check):
            said = label == "got" and check.status in ("error", "timeout")
            yield label, places.renumbered(text) if said else text
    if check.status != "blocked":
        yield from places.code(check.line, check.trace)
    if check.printed.strip():
        yield "printed", check.printed.strip("\n")


def _line(check: CheckResult) -> tuple[str, str]:
    return _WORDS.get(check.status, "failed"), check.name


_LABEL = 11


def text(view: View, width: int = 79) -> str:
    """The report line by line."""
    return "\n".join(_lines(view, Screen(width=width)))


def _lines(view: View, screen: Screen) -> Iterator[str]:
    yield screen.clean(f"{view.title}: {view.standing}")
    if view.heading:
        yield ""
        yield from screen.wrap(view.heading, screen.width)
    if view.fields:
        for label, value in view.fields:
            yield from _field(label, value, screen)
    for group in view.groups:
        yield ""
        yield screen.clean(f"{group.exercise} {group.passed} of {len(group.lines)}")
        for word, name in group.lines:
            yield f"  {word:<{_LABEL - 2}}{screen.cut(name, screen.width - _LABEL)}"
    if view.notes:
        yield ""
    for note in view.notes:
        yield from screen.wrap(note, screen.width)


def _field(label: str, value: str, screen: Screen) -> Iterator[str]:
    """A label and its text beside it, or below it where the label is long."""
    room = screen.width - _LABEL - 2
    shown = [screen.clean(part).rstrip() for part in value.split("\n")]
    fits = {part: [part] for part in shown if columns(part) <= room}
    lines = [row for part in shown for row in fits.get(part) or screen.wrap(part, room)]
    if len(label) >= _LABEL:
        yield f"  {screen.clean(label)}"
        label = ""
    for line in lines:
        yield f"  {screen.clean(label):<{_LABEL}}{line}".rstrip()
        label = ""
