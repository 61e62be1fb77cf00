"""What a person may write after ``%%exercise``."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tito.exercises import Unclear, one_exercise

if TYPE_CHECKING:
    from tito.engine.lesson import Lesson
    from tito.notebook.session import Cell


class Refused(Exception):
    """A magic cannot do what it was asked; shown as its sentence, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


@dataclass(frozen=True)
class Scope:
    """What a cell's report is about: classes of the lesson, and exercises named alone."""

    names: tuple[str, ...]

    def covers(self, exercise: str) -> bool:
        """Whether a check on this exercise belongs to it."""
        return exercise in self.names or exercise.partition(".")[0] in self.names

    @property
    def title(self) -> str:
        """The names in a row."""
        return ", ".join(self.names)

    @property
    def parts(self) -> tuple[str, ...]:
        """The classes that the cell has to define."""
        return tuple(dict.fromkeys(name.partition(".")[0] for name in self.names))


def scope_of(lesson: Lesson, line: str, cell: Cell) -> Scope:
    """What is named on the magic's line; without a name, the classes that the cell defines.

    Refused for a name that is none, with what it may be meant to be.
    """
    names = line.replace(",", " ").split() or _defined(lesson, cell)
    if not names:
        raise Refused(f"Which exercise is this? Write it there: %%exercise {lesson.parts[0]}")
    return Scope(tuple(dict.fromkeys(named(lesson, name) for name in names)))


def named(lesson: Lesson, name: str) -> str:
    """The class or the exercise that a person typed. Refused where that is none."""
    parts = {part.casefold(): part for part in lesson.parts}
    if part := parts.get(name.casefold()):
        return part
    found = one_exercise(lesson, name)
    if not isinstance(found, Unclear):
        return found.name
    near = difflib.get_close_matches(name.casefold(), parts, n=1)
    if near and found.guessed and "." not in name:
        raise Refused(f"There is no class {name!r} in the lesson. Did you mean {parts[near[0]]}?")
    raise Refused(found.words())


def _defined(lesson: Lesson, cell: Cell) -> list[str]:
    try:
        return [part for part in lesson.parts if part in cell.binds]
    except SyntaxError:
        return []
