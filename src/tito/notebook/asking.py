"""``%hint``: help by degrees, on the report that stands above."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tito.hints import hint_lines, next_hint
from tito.notebook.naming import Refused, named
from tito.terminal import Screen
from tito.workspace import find_workspace

if TYPE_CHECKING:
    from tito.engine.lesson import Lesson
    from tito.engine.report import Report


def hint(lesson: Lesson, report: Report | None, line: str) -> str:
    """One hint more on what the line names, or on the first thing to fix in the last report.

    Refused where nothing was tested yet, or where the name is none.
    """
    name = _exercise(lesson, report, line.strip()) if line.strip() else None
    if name is None and report is None:
        raise Refused("Run a cell that begins with %%exercise, or name one: %hint Linear.forward")
    found = next_hint(find_workspace(), lesson, report, name)
    if found is None:
        broken = report is not None and report.error is not None
        return "First mend what the report says of the cell." if broken else "All checks pass."
    notes = ["", found.note] if found.note else []
    more = [] if found.last else ["", f"For the next one: %hint {found.exercise}"]
    return "\n".join([*hint_lines(found, Screen()), *more, *notes])


def _exercise(lesson: Lesson, report: Report | None, text: str) -> str:
    """The exercise that is named; of a class the first that is not right."""
    name = named(lesson, text)
    if name not in lesson.parts:
        return name
    checks = report.checks if report else []
    open_ones = (c.exercise for c in checks if c.part == name and c.status != "passed")
    return next(open_ones, next(e.name for e in lesson.exercises if e.part == name))
