"""Where each module of a program comes from: the learner's file, or the reference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tinytorch.core import MODULES
from tito.learner import find_workspace
from tito.learner.folder import folder_elsewhere
from tito.learner.versions import Versions
from tito.lesson.model import Lesson, entrance, lesson_names, load_lesson
from tito.say.terminal import command, short_path

if TYPE_CHECKING:
    from tito.engine.report import CheckResult, Report
    from tito.engine.source import Source

#: Where a command notes that its person asked for the reference.
REFERENCE_ASKED = ContextVar("tito.reference", default=False)


@dataclass(frozen=True)
class Chosen:
    """A file of the learner's that is used as its lesson's module, and the verdict on it.

    ``again`` is the command that tests it anew.
    """

    lesson: Lesson
    source: Source
    report: Report
    again: str = "test"


def modules_of(chosen: Iterable[Chosen]) -> list[tuple[Lesson, Source]]:
    """Each lesson and the file that is its module."""
    return [(each.lesson, each.source) for each in chosen]


def checks_of(chosen: Iterable[Chosen]) -> list[CheckResult]:
    """The checks of all these files."""
    return [check for each in chosen for check in each.report.checks]


def sources_line(chosen: Sequence[Chosen]) -> str:
    """One line for each of the learner's modules, one for the reference's.

    A file of theirs that is gone, so that the reference takes its place, has a line too.
    """
    yours = {each.lesson.name: each for each in chosen}
    lines = [
        f"{name}: yours ({short_path(each.source.path)}){how_right(each.report)}"
        for name, each in yours.items()
    ]
    said = set(yours)
    gone = [name for name in lesson_names() if name not in yours and is_gone(name)]
    if reference_asked() or not (yours or gone):
        lines, gone, said = [f"{entrance()}: the reference ({_why_none()})"], [], {entrance()}
    for name in gone:
        back = _typed("restore", name, "--lesson ")
        lines.append(f"{name}: the reference (yours is gone, but its text is kept: {back})")
        said.add(name)
    rest = [name for name in MODULES if name not in said]
    return "\n".join([*lines, f"{', '.join(rest)}: the reference"])


def reference_asked() -> bool:
    """Whether the command that runs was asked for the reference."""
    return REFERENCE_ASKED.get()


def is_gone(lesson: str) -> bool:
    """Whether the learner had a file of that lesson, and has none now."""
    workspace, filename = find_workspace(), load_lesson(lesson).filename
    kept = Versions(workspace.folder).list(filename)
    return bool(kept) and not workspace.has_begun(load_lesson(lesson))


def _typed(verb: str, lesson: str, named: str) -> str:
    """The command on that lesson, which is ``named`` where it is not the one in hand."""
    in_hand = find_workspace().lesson or entrance()
    return f"{command()} {verb}" + ("" if lesson == in_hand else f" {named}{lesson}")


def _why_none() -> str:
    """Why it is not the learner's file, and what gives them one where there is none."""
    if reference_asked():
        return "as asked"
    if folder := folder_elsewhere(find_workspace().folder):
        return f"none of yours here; the folder you used last: {folder}"
    return f"you have none yet: {_typed('start', entrance(), '')}"


def how_right(report: Report) -> str:
    """What to add to the name of a file that is used although it does not pass; or nothing."""
    if report.ok:
        return ""
    if report.error:
        return ", which cannot be tested as it is"
    return f", {report.passed} of {len(report.checks)} checks pass"
