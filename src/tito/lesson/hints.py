"""Hints on one topic of one exercise, by degrees; and what to say beside a solution."""

from __future__ import annotations

from dataclasses import dataclass

#: What each degree is: the first makes one think, the last says the line in words.
DEGREES = ("think", "look", "line")


@dataclass(frozen=True)
class Ladder:
    """Three hints, each a step further: a question, what to look at, the line in words.

    ``topic`` is what they are about. ``checks`` are the names of the checks that test it; a ladder
    without any is about the exercise as a whole. ``mistakes`` are misconceptions that it fits
    although the check that found them is about something else.
    """

    exercise: str
    topic: str
    think: str
    look: str
    line: str
    checks: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The name by which it is remembered."""
        return f"{self.exercise}: {self.topic}"

    @property
    def degrees(self) -> tuple[str, str, str]:
        """The hints in their order."""
        return self.think, self.look, self.line


@dataclass(frozen=True)
class Why:
    """What to say beside the reference's own lines of an exercise.

    ``why`` is the reason that it is so; ``beyond`` says which parts go beyond the lesson.
    """

    why: str
    beyond: str = ""
