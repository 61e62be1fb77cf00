"""The reference's own lines of one exercise, as a learner can put them into their file."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from textwrap import indent
from typing import TYPE_CHECKING

from tito.engine.source import Source, UnusableFile
from tito.lesson.hints import Why
from tito.lesson.source import Text, given, names_in
from tito.say.view import Field

if TYPE_CHECKING:
    from tito.learner import Workspace
    from tito.lesson.model import Lesson

NOTES = "solutions"
FORGOTTEN = "It could not be noted that you saw this."
QUESTION = "Show the reference's own lines of {exercise}?"
NOTED = "It will be noted that you saw them."
NONE = "The reference has no {exercise} of its own: it inherits it, and so can yours."
ADVICE = "Read it, put it away, and write it in your own words."


@dataclass(frozen=True)
class Solution:
    """One method of the reference: ``code`` without its docstring, indented as it stands there."""

    exercise: str
    code: str
    why: Why
    reference: Text

    def needs(self, source: Source) -> list[str]:
        """The imports and constants that the code counts on and the learner's file does not have.

        A stub has all of them.
        """
        part = self.exercise.partition(".")[0]
        used = names_in(ast.parse(f"class {part}:\n{self.code}"))
        tops = {name for name, place in self.reference.places.items() if _is_named(place.node)}
        bound = {name for name, _ in given(source.tree.body)}
        return self.reference.giving(used - bound - tops)

    @property
    def title(self) -> str:
        """Whose lines these are."""
        return f"{self.exercise}, as the reference has it"

    def notes(self, source: Source | None) -> Iterator[Field]:
        """Why it is written so, what is beyond, and what the learner's file needs for it."""
        yield Field("why", self.why.why)
        yield Field("beyond", self.why.beyond)
        with suppress(UnusableFile):
            if source and (needs := self.needs(source)):
                lines = "\n".join(["These lines, which your file does not have:", *needs])
                yield Field("needs", lines)


def solution_of(lesson: Lesson, exercise: str) -> Solution | None:
    """The reference's method of that name, or a plainer one where that is written for speed.

    None where it has none, and inherits it.
    """
    reference = lesson.reference
    code = lesson.plain.get(exercise)
    if code is None and reference.defines(exercise):
        code = reference.alone(exercise)
    if code is None:
        return None
    code = indent(code.rstrip("\n"), "    ") if "." in exercise else code.rstrip("\n")
    return Solution(exercise, code, lesson.solutions.get(exercise, Why("")), reference)


def note_shown(workspace: Workspace, lesson: Lesson, exercise: str) -> str | None:
    """Remember when a solution was shown first; a sentence for the person where that fails."""
    now = {"when": time.strftime("%Y-%m-%dT%H:%M:%S%z")}
    kept = workspace.memory.note(lesson.name, NOTES, lambda notes: notes.setdefault(exercise, now))
    return None if kept else FORGOTTEN


def _is_named(node: ast.AST) -> bool:
    return isinstance(node, ast.ClassDef | ast.FunctionDef)
