"""What a cell's report says, before it is HTML or plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tito.engine.report import first_to_mend
from tito.notebook.session import Assembly, Cell
from tito.say.terminal import Screen, columns
from tito.say.view import Field, Part, View, prints

if TYPE_CHECKING:
    from tito.engine.report import CheckResult, Report
    from tito.notebook.session import Scope

#: How the engine's sentences name a line of the file.
_LINE = re.compile(r"((?:\(|of |in |on |at |: )line )(\d+)\b")
_WIDE = 100
_HEADINGS = {"todo": "Next to write", "blocked": "Not tried yet"}
_WORDS = {"passed": "passed", "todo": "to write", "blocked": "waits"}


@dataclass(frozen=True)
class CellView:
    """One report: a title, how far it is, the first thing to mend, each check, and what to know."""

    title: str
    passed: int
    total: int
    heading: str = ""
    fields: tuple[Field, ...] = ()
    groups: tuple[Part, ...] = ()  # by exercise
    notes: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether there is nothing left to do for this title."""
        return not self.heading and 0 < self.total == self.passed

    def with_notes(self, notes: Sequence[str]) -> CellView:
        """The same view with these notes at its end."""
        return replace(self, notes=tuple(notes))

    @property
    def standing(self) -> str:
        """How far it is, in words."""
        if self.right:
            return f"all {self.total} checks pass"
        return f"{self.passed} of {self.total} checks pass" if self.total else "not tested"


def word_of(check: CheckResult) -> str:
    """How a check stands, in a word."""
    return _WORDS.get(check.status, "failed")


def problem(
    title: str, message: str, lines: Iterable[tuple[int, str]], notes: Sequence[str]
) -> CellView:
    """The view of a cell that could not be tested at all; ``lines`` are those to look at."""
    places = tuple(Field(f"line {number}", text, "as it is", number) for number, text in lines)
    return CellView(title, 0, 0, message, places, notes=tuple(notes))


def view_of(
    report: Report, tasks: Mapping[str, str], scope: Scope, assembly: Assembly, cell: Cell
) -> CellView:
    """The view of a report on what is in ``scope``, as the cell that was run shows it."""
    checks = [check for check in report.checks if scope.covers(check.exercise)]
    view, places = View(report, tasks), _Places(assembly, cell)
    first = first_to_mend(checks)
    heading, fields = "", list[Field]()
    if report.error is not None:
        heading = places.said(report)
        fields = list(places.shown(view.code(report.error_line, report.trace)))
    elif first is not None:
        heading = f"{_HEADINGS.get(first.status, 'First to fix')}: {first.exercise}"
        said = (places.renumbered_in(each, first) for each in view.on(first) if each.text.strip())
        fields = list(places.shown(said))
    for where, output in prints(checks, first):
        fields.append(Field("printed", f"{where}\n{output}", "as it is"))
    if not report.tested:
        return CellView(scope.title, 0, 0, heading, tuple(fields))
    names = dict.fromkeys(check.exercise for check in checks)
    groups = tuple(Part(n, tuple(c for c in checks if c.exercise == n)) for n in names)
    passed = sum(group.passed for group in groups)
    return CellView(scope.title, passed, len(checks), heading, tuple(fields), groups)


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

    def renumbered_in(self, shown: Field, check: CheckResult) -> Field:
        """The field, its text with the notebook's lines where that is an error's."""
        said = shown.label == "got" and check.status in ("error", "timeout")
        return replace(shown, text=self.renumbered(shown.text)) if said else shown

    def shown(self, fields: Iterable[Field]) -> Iterator[Field]:
        """The fields, lines as the notebook counts them; none of a line that no cell has."""
        for each in fields:
            if each.kind != "line":
                yield each
            elif self.assembly.place(each.number)[0]:
                yield replace(each, label=f"line {self.name_of(each.number)}")


_LABEL = 11


def text(view: CellView, width: int = 79) -> str:
    """The report line by line."""
    return "\n".join(_lines(view, Screen(width=width)))


def _lines(view: CellView, screen: Screen) -> Iterator[str]:
    yield screen.clean(f"{view.title}: {view.standing}")
    if view.heading:
        yield ""
        yield from screen.wrap(view.heading, screen.width)
    if view.fields:
        for each in view.fields:
            yield from _field(each.label, shown_text(each), screen)
    for group in view.groups:
        yield ""
        yield screen.clean(f"{group.name} {group.passed} of {len(group.checks)}")
        for check in group.checks:
            name = screen.cut(check.name, screen.width - _LABEL)
            yield f"  {word_of(check):<{_LABEL - 2}}{name}"
    if view.notes:
        yield ""
    for note in view.notes:
        yield from screen.wrap(note, screen.width)


def shown_text(each: Field) -> str:
    """The text of a field, below a line of code where it stood."""
    return f"{each.text}\n{each.where(_WIDE)}" if each.frame else each.text


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
