"""The next hint: which one fits the learner's file, and which were given before.

``next_hint`` is for every place where a person can ask: the command, ``tito watch``, the notebook.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tito.engine.report import first_to_mend
from tito.lesson.hints import DEGREES, Ladder

if TYPE_CHECKING:
    from tito.engine.report import CheckResult, Report
    from tito.learner import Workspace
    from tito.learner.folder import Notes
    from tito.lesson.model import Lesson
    from tito.say.terminal import Screen

NOTES = "hints"
FORGOTTEN = "It could not be noted which hints you have had, so the next one may be one of these."
_LABEL = 9


@dataclass(frozen=True)
class Hint:
    """All hints on one topic that a person has had; ``new`` says that the last is a new one.

    ``note`` is a sentence for the person where the hint will not be remembered.
    """

    exercise: str
    topic: str
    given: tuple[str, ...]
    new: bool
    note: str | None = None

    @property
    def key(self) -> str:
        """The name by which its ladder is remembered."""
        return f"{self.exercise}: {self.topic}"

    @property
    def degree(self) -> int:
        """How many of them were given."""
        return len(self.given)

    @property
    def last(self) -> bool:
        """Whether there is no further one."""
        return self.degree == len(DEGREES)


def next_hint(
    workspace: Workspace,
    lesson: Lesson,
    report: Report | None,
    exercise: str | None = None,
    *,
    further: bool = True,
) -> Hint | None:
    """One step further in the hints that fit the report, and remember it; never raises.

    Without ``exercise`` they are about the first thing to fix; None where there is none, or where
    the file as a whole is at fault. With ``further=False`` the hints that were given come again;
    the first comes in any case.
    """
    had = workspace.memory.table(lesson.name, NOTES)
    hint = hint_after(had, lesson, report, exercise, further=further)
    if hint is None or not hint.new:
        return hint

    def remember(notes: Notes) -> None:
        notes[hint.key] = max(hint.degree, _given(notes, hint.key))

    kept = workspace.memory.note(lesson.name, NOTES, remember)
    return hint if kept else replace(hint, note=FORGOTTEN)


def hint_after(
    had: Mapping[str, object],
    lesson: Lesson,
    report: Report | None,
    exercise: str | None = None,
    *,
    further: bool = True,
) -> Hint | None:
    """The same for who ``had`` so many hints by their keys; nothing is remembered."""
    result = result_to_hint(report, exercise)
    exercise = exercise or (result.exercise if result else None)
    if exercise is None:
        return None
    ladder = choose(lesson.hints, exercise, result)
    before = _given(had, ladder.key)
    degree = min(before + 1, len(DEGREES)) if further or not before else before
    return Hint(exercise, ladder.topic, ladder.degrees[:degree], degree > before)


def result_to_hint(report: Report | None, exercise: str | None = None) -> CheckResult | None:
    """The check that the hint is about: the first to fix, of one exercise if one is named."""
    if report is None or report.error is not None:
        return None
    wanted = [check for check in report.checks if exercise in (None, check.exercise)]
    return first_to_mend(wanted)


def hint_lines(hint: Hint, screen: Screen) -> list[str]:
    """The hints as lines for a terminal, the new one marked."""
    title = f"Hints for {hint.exercise}, {hint.topic}: {hint.degree} of {len(DEGREES)}"
    lines = [screen.paint(line, "bold") for line in screen.wrap(title, screen.width)]
    for place, text in enumerate(hint.given):
        newest = hint.new and place == hint.degree - 1
        label = f"{'> ' if newest else '  '}{place + 1} {DEGREES[place]}"
        lines.append("")
        lines += screen.hang(f"{label:<{2 + _LABEL}}", text, "bold" if newest else "dim")
    return lines


def _given(had: Mapping[str, object], key: str) -> int:
    """How many hints of a ladder were given, by notes that may be anybody's."""
    degree = had.get(key)
    return min(max(degree, 0), len(DEGREES)) if type(degree) is int else 0


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
