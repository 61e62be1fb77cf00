"""Hints on one topic of one exercise, by degrees; and which topic fits what went wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tito.engine.report import CheckResult

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


def choose(ladders: Iterable[Ladder], exercise: str, result: CheckResult | None) -> Ladder:
    """The hints on an exercise that fit what failed; KeyError for one that has none.

    The named mistake decides, then the check; what is not written yet, waits, or is right, gets
    the hints on the whole.
    """
    own = [ladder for ladder in ladders if ladder.exercise == exercise]
    if not own:
        raise KeyError(exercise)
    whole = next((ladder for ladder in own if not ladder.checks), own[0])
    if result is None or result.status in ("todo", "blocked", "passed"):
        return whole
    named = (ladder for ladder in own if result.misconception in ladder.mistakes)
    tested = (ladder for ladder in own if result.name in ladder.checks)
    return next(named, None) or next(tested, whole)
