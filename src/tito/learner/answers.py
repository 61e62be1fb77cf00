"""What tito remembers of the quiz: of each question the answers, whether they were right, when."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from tito.learner import Workspace
from tito.lesson.quiz import Question
from tito.say.terminal import command

NOTES = "quiz"
FORGOTTEN = "The answers could not be noted: the next quiz will ask these questions again."
NO_FOLDER = "The answers are not noted, for you have no folder yet. Begin with: {command} start"


@dataclass
class Record:
    """The questions answered so far, by name: True where all of it was right."""

    workspace: Workspace
    lesson: str
    answered: dict[str, bool] = field(default_factory=dict[str, bool])

    @classmethod
    def of(cls, workspace: Workspace, lesson: str) -> Record:
        """What is remembered; notes that are not of this kind are left aside."""
        kept: object = workspace.memory.of(lesson).get(NOTES)
        notes = cast("dict[str, object]", kept) if isinstance(kept, dict) else {}
        found: dict[str, bool] = {}
        for name, note in notes.items():
            right = cast("dict[str, object]", note).get("right") if isinstance(note, dict) else None
            if isinstance(right, bool):
                found[name] = right
        return cls(workspace, lesson, found)

    def note(self, question: Question, answers: Sequence[str], right: bool) -> str | None:
        """Keep the answers to a question; a sentence for the person where that fails."""
        self.answered[question.name] = right
        when = time.strftime("%Y-%m-%dT%H:%M:%S%z")

        def edit(notes: dict[str, Any]) -> None:
            if not isinstance(notes.get(NOTES), dict):
                notes[NOTES] = {}
            note = {"answers": list(answers), "right": right, "when": when}
            notes[NOTES][question.name] = note

        if not self.workspace.memory.folder.is_dir():
            return NO_FOLDER.format(command=command())
        try:
            self.workspace.memory.change(self.lesson, edit)
        except OSError:
            return FORGOTTEN
        return None

    def state(self, question: Question) -> str:
        """How a question stands: ``right``, ``wrong`` or ``open``."""
        if question.name not in self.answered:
            return "open"
        return "right" if self.answered[question.name] else "wrong"

    def right(self, questions: Iterable[Question]) -> int:
        """How many of the questions were answered rightly."""
        return sum(self.state(question) == "right" for question in questions)
