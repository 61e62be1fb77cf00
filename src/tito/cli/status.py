"""``tito status``: how far the learner is, as their files show it."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import click

from tinytorch.core import MODULES
from tito.cli.common import keep, lesson_in_hand, nothing_yet
from tito.cli.restore import moment
from tito.engine import examine
from tito.engine.report import Report
from tito.engine.source import is_empty
from tito.learner import Workspace, find_workspace, is_handed_on
from tito.learner.folder import STATE, mapping
from tito.learner.keeping import passed_before
from tito.learner.versions import PAUSE_S, Version, Versions
from tito.lesson.model import Lesson, entrance, lesson_names, load_lesson
from tito.say.report import Page
from tito.say.terminal import Screen, listed, short_path
from tito.say.view import View


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print all of it as one JSON object.")
def status(as_json: bool) -> int:
    """How far you are, what help you took, and the time spent.

    Your files are tested as they are now: no lesson is called done because it was once.

    \b
    tito status
    tito status --json

    The exit code is 0 wherever you have begun, and 1 where there is nothing yet.
    """
    workspace = find_workspace()
    if not as_json and not (workspace.folder / STATE).is_dir():
        return nothing_yet(load_lesson(lesson_in_hand()))
    found = [standing(workspace, load_lesson(name)) for name in lesson_names()]
    if as_json:
        lessons = [each.to_dict() for each in found]
        click.echo(json.dumps({"folder": str(workspace.folder), "lessons": lessons}))
    else:
        click.echo(page(workspace, found, Screen.of(sys.stdout)))
    for report in (each.report for each in found if each.report):
        keep(report)
    return 0 if any(each.state != "not begun" for each in found) else 1


@dataclass(frozen=True)
class Standing:
    """One lesson: ``report`` is the verdict on the file as it is, None where there is none.

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


def standing(workspace: Workspace, lesson: Lesson) -> Standing:
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


def page(workspace: Workspace, found: list[Standing], screen: Screen) -> str:
    """Every lesson that was begun on one screen, or where to begin, and the next command."""
    lines: list[str] = []
    begun = [standing for standing in found if standing.state != "not begun"]
    shown = begun or [standing for standing in found if standing.lesson.name == entrance()]
    for standing in shown:
        lines += [*_lesson_lines(standing, screen), ""]
    handed_on = [
        f"{name}_dev.py"
        for name in MODULES
        if name not in [standing.lesson.name for standing in shown]
        and is_handed_on(workspace.file(f"{name}_dev.py"), f"tinytorch.core.{name}")
    ]
    if handed_on:
        verb = "hands" if len(handed_on) == 1 else "hand"
        words = f"{listed(handed_on)} {verb} on the reference."
        lines += [*screen.wrap(words, screen.width), ""]
    return "\n".join([*lines, f"Next: {screen.command} {_next(found)}"])


def _lesson_lines(standing: Standing, screen: Screen) -> Iterator[str]:
    report = standing.report
    if report is None:
        words = f"Lesson {standing.lesson.name}: {short_path(standing.file)} is {standing.state}."
        yield screen.paint(screen.cut(words, screen.width), "bold")
    else:
        page = Page(report, screen, before=passed_before(report))
        yield page.parts()
        yield ""
        if report.error is None:
            counts = f"{report.passed} of {len(report.checks)} checks pass"
            words = f"Lesson {report.module}: {'done, ' if report.ok else ''}{counts}."
            yield screen.paint(words, "green" if report.ok else "bold")
        else:
            error = report.error.replace("`tito ", f"`{screen.command} ")
            yield from screen.wrap(f"Lesson {report.module}: {error}", screen.width)
            if not report.tested:
                yield from screen.wrap(page.view.standing, screen.width)
    for label, text in _facts(standing):
        yield from screen.hang(f"  {label:<16}", text)


def _facts(standing: Standing) -> Iterator[tuple[str, str]]:
    if standing.solutions:
        shown = [f"{name} ({when})" for name, when in standing.solutions.items()]
        yield "solutions shown", ", ".join(shown)
    if standing.hints:
        yield "hints taken", ", ".join(f"{name} {n}" for name, n in standing.hints.items())
    if standing.versions:
        pauses = f"leaving out pauses of more than {PAUSE_S // 60} min"
        yield "time spent", f"{duration(standing.seconds)}, {pauses}"
        oldest = moment(standing.versions[0].saved_at)
        yield "versions kept", f"{len(standing.versions)}, the oldest from {oldest}"


def duration(seconds: float) -> str:
    """A time span as a person says it."""
    hours, minutes = divmod(round(seconds / 60), 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else "less than 1 min"


def _next(found: list[Standing]) -> str:
    """The command that leads on from the first lesson that was begun and is not done.

    Where all of them are done, that is the next after them; where none is begun, where to begin.
    """
    in_hand, after = lesson_in_hand(), ""
    for standing in found:
        name, report = standing.lesson.name, standing.report
        if standing.state == "gone" or (report and is_empty(report.content)):
            return "restore" if name == in_hand else f"restore --lesson {name}"
        if report and not report.ok:
            return f"test {name}"
        after = "" if report else after or name
    if not any(standing.report for standing in found):
        after = entrance()
    return f"start {after}" if after else "train digits"
