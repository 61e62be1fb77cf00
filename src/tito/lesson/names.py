"""What a person may type for an exercise, and which exercise that is."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tito.lesson.model import Exercise, Lesson

_NEAR = 0.6
_MOST = 3
_SHOWN = 40


@dataclass(frozen=True)
class Unclear:
    """Text that names no single exercise, and the exercises that it may mean.

    ``guessed`` says that the text is nobody's name, and the candidates are only like it.
    """

    text: str
    candidates: tuple[Exercise, ...]
    guessed: bool

    def words(self) -> str:
        """What to tell the person, who has to type one of the names."""
        names = [exercise.name for exercise in self.candidates]
        text = repr(self.text if len(self.text) <= _SHOWN else self.text[:_SHOWN] + "...")
        if not self.guessed:
            return f"{text} can be any of these; name one: {', '.join(names)}."
        if len(names) <= _MOST:
            return f"There is no exercise {text}. Did you mean {_either(names)}?"
        return f"There is no exercise {text}. These are: {', '.join(names)}."


def find_exercise(lesson: Lesson, text: str) -> list[Exercise]:
    """The exercise that ``text`` names, alone; or all that it may mean, in the lesson's order.

    Case, underscores and what stands in parentheses do not matter: ``linear.init`` is
    ``Linear.__init__``. A method or a class alone means each exercise of that name. Where nothing
    has that name the list is empty: ``nearest`` guesses.

    >>> from tito.lesson.model import load_lesson
    >>> [exercise.name for exercise in find_exercise(load_lesson("layers"), "linear.INIT")]
    ['Linear.__init__']
    >>> [exercise.name for exercise in find_exercise(load_lesson("layers"), "linear")]
    ['Linear.__init__', 'Linear.forward', 'Linear.parameters']
    """
    wanted = _key(text)
    exact = [exercise for exercise in lesson.exercises if _key(exercise.name) == wanted]
    if exact or not wanted:
        return exact
    return [exercise for exercise in lesson.exercises if wanted in _key(exercise.name).split(".")]


def nearest(lesson: Lesson, text: str) -> list[Exercise]:
    """The exercises whose names, whole or in part, are like a text that names none."""
    wanted = _key(text)
    likeness = {exercise: _likeness(wanted, exercise) for exercise in lesson.exercises}
    near = [exercise for exercise in likeness if likeness[exercise] >= _NEAR]
    best = max(likeness.values(), default=0.0)
    return [exercise for exercise in near if likeness[exercise] > best - 0.1][:_MOST]


def one_exercise(lesson: Lesson, text: str) -> Exercise | Unclear:
    """The exercise that ``text`` names; or why it names none, with what it may mean."""
    found = find_exercise(lesson, text)
    if len(found) == 1:
        return found[0]
    return Unclear(text, tuple(found or nearest(lesson, text) or lesson.exercises), not found)


def _key(text: str) -> str:
    """A name as it is compared: ``Linear.__init__(self)`` becomes ``linear.init``."""
    bare = re.sub(r"\(.*", "", text, flags=re.DOTALL)
    parts = re.split(r"[.\s:/-]+", bare.strip().casefold())
    return ".".join(part for part in (p.replace("_", "") for p in parts) if part)


def _likeness(wanted: str, exercise: Exercise) -> float:
    """From 0 to 1. Where the text has a part in front, that has to be like the class."""
    name = _key(exercise.name)
    names: Iterable[str] = (name,) if "." in wanted else (name, *name.split("."))
    return max(difflib.SequenceMatcher(None, wanted, other).ratio() for other in names)


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
