"""What tito remembers of the quiz: of each question the answers, whether they were right, when."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tito.learner import Workspace
from tito.learner.folder import mapping
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
        notes = workspace.memory.table(lesson, NOTES)
        found = {name: mapping(note).get("right") for name, note in notes.items()}
        known = {name: right for name, right in found.items() if isinstance(right, bool)}
        return cls(workspace, lesson, known)

    def note(self, question: Question, answers: Sequence[str], right: bool) -> str | None:
        """Keep the answers to a question; a sentence for the person where that fails."""
        self.answered[question.name] = right
        when = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        note = {"answers": list(answers), "right": right, "when": when}
        memory = self.workspace.memory
        if not memory.folder.is_dir():
            return NO_FOLDER.format(command=command())
        kept = memory.note(self.lesson, NOTES, lambda notes: notes.update({question.name: note}))
        return None if kept else FORGOTTEN

    def state(self, question: Question) -> str:
        """How a question stands: ``right``, ``wrong`` or ``open``."""
        return {None: "open", True: "right", False: "wrong"}[self.answered.get(question.name)]

    def right(self, questions: Iterable[Question]) -> int:
        """How many of the questions were answered rightly."""
        return sum(self.state(question) == "right" for question in questions)
