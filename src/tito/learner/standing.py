"""How far a learner is in a lesson, as their file shows it: the verdict, help taken, time spent."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from tito.engine import examine
from tito.learner.folder import Workspace, mapping
from tito.learner.versions import Version, Versions
from tito.say.view import View

if TYPE_CHECKING:
    from tito.engine.report import Report
    from tito.lesson.model import Lesson


@dataclass(frozen=True)
class Standing:
    """A lesson: ``report`` is the verdict on the file as it is, None where there is none.

    ``solutions`` says when the solution of an exercise was shown; ``hints`` how many were given.
    """

    lesson: Lesson
    file: str
    gone: bool
    report: Report | None
    solutions: dict[str, str]
    hints: dict[str, int]
    versions: list[Version]
    seconds: float

    @property
    def state(self) -> str:
        """A word for where the learner is with it."""
        return "begun" if self.report else "gone" if self.gone else "not begun"

    def to_dict(self) -> dict[str, Any]:
        """The published form, as ``--json`` prints it."""
        report = self.report
        parts = View(report).parts if report else []
        return {
            "lesson": self.lesson.name,
            "file": self.file,
            "state": self.state,
            "sha256": report.sha256 if report else None,
            "saved_at": report.saved_at if report else None,
            "ok": report is not None and report.ok,
            "tested": report is not None and report.tested,
            "passed": report.passed if report else 0,
            "total": len(self.lesson.checks),
            "error": report.error if report else None,
            "parts": [
                {"part": part.name, "passed": part.passed, "total": len(part.checks)}
                for part in parts
            ],
            "solutions_shown": self.solutions,
            "hints": self.hints,
            "versions": len(self.versions),
            "seconds_spent": round(self.seconds),
        }


def standing_in(workspace: Workspace, lesson: Lesson) -> Standing:
    """How far the learner is in a lesson. Its file is tested, if it is there."""
    path, kept = workspace.file(lesson.filename), Versions(workspace.folder)
    versions = kept.list(lesson.filename)
    table = partial(workspace.memory.table, lesson.name)
    hints = Counter[str]()
    for key, count in table("hints").items():  # the key is ``exercise: topic``
        if isinstance(count, int) and count > 0:
            hints[key.partition(":")[0]] += count
    return Standing(
        lesson,
        str(path),
        bool(versions) and not os.path.lexists(path),
        examine(lesson, path) if workspace.has_begun(lesson) else None,
        {name: _when(note) for name, note in table("solutions").items()},
        dict(hints),
        versions,
        kept.time_spent(lesson.filename),
    )


def _when(note: object) -> str:
    """When a solution was shown, as far as the note can be read."""
    when = mapping(note).get("when")
    return when[:16].replace("T", " ") if isinstance(when, str) else "at some time"
