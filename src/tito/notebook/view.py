"""What a cell's report says: its lines, as the notebook counts them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tito.engine.report import first_to_mend
from tito.say.card import Card, card_of

if TYPE_CHECKING:
    from tito.engine.report import Report
    from tito.notebook.session import Assembly, Cell, Scope
    from tito.say.view import Field

#: How the engine's sentences name a line of the file.
_LINE = re.compile(r"((?:\(|of |in |on |at |: )line )(\d+)\b")


def view_of(
    report: Report, tasks: Mapping[str, str], scope: Scope, assembly: Assembly, cell: Cell
) -> Card:
    """The card of a report on what is in ``scope``, as the cell that was run shows it."""
    checks = [check for check in report.checks if scope.covers(check.exercise)]
    card, places = card_of(report, tasks, scope.title, checks), _Places(assembly, cell)
    first = first_to_mend(checks)
    of_an_error = first is not None and first.status in ("error", "timeout")
    heading = places.said(report) if report.error is not None else card.heading
    return replace(card, heading=heading, fields=tuple(places.shown(card, of_an_error)))


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
        return _LINE.sub(lambda found: found[1] + self.name_of(int(found[2]), owner), text)

    def name_of(self, line: int, owner: Cell | None = None) -> str:
        """A line's number, and its cell where that is neither this one nor the owner."""
        cell, number = self.assembly.place(line)
        if cell is None or cell is self.cell or cell is owner:
            return str(number)
        return f"{number} of {cell.title}"

    def shown(self, card: Card, of_an_error: bool) -> Iterator[Field]:
        """The card's fields with these lines; none of a line that no cell has."""
        for each in card.fields:
            if each.kind == "line":
                if self.assembly.place(each.number)[0]:
                    yield replace(each, label=f"line {self.name_of(each.number)}")
            elif each.label == "got" and of_an_error:
                yield replace(each, text=self.renumbered(each.text))
            else:
                yield each
