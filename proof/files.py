"""A learner's file who holds given misconceptions: what the simulation is held against.

The file is the reference's text with the wrong methods in place of its own: a file as anyone could
write it, judged as any other is, by a worker in a process of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from proof.warm import warm_worker
from tito.engine import examine
from tito.engine.report import Report
from tito.lesson.edits import changed
from tito.lesson.model import Lesson, Misconception


def file_with(lesson: Lesson, held: Sequence[Misconception]) -> str:
    """The text of a file with these misconceptions in it."""
    text = lesson.reference.text
    for wrong in held:
        for exercise, method in wrong.replacements.items():
            text = with_method(text, exercise, method)
    return text


def with_method(text: str, exercise: str, method: str) -> str:
    """The text with this method in its class, in place of the one that stands there, if any."""
    return changed(text, {exercise: method.rstrip("\n")})


def examine_with(lesson: Lesson, held: Sequence[Misconception], file: Path, seed: int) -> Report:
    """The engine's verdict on such a file, written to ``file``."""
    file.write_text(file_with(lesson, held), encoding="utf-8")
    return examine(lesson, file, seed=seed, worker=warm_worker(lesson.name))
