"""``tito status``: how far the learner is, as their files show it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import click

from tinytorch.core import MODULES
from tito.cli.common import keep, lesson_in_hand, nothing_yet
from tito.cli.restore import moment
from tito.engine.source import is_empty
from tito.learner import Workspace, find_workspace, is_handed_on
from tito.learner.folder import STATE
from tito.learner.keeping import passed_before
from tito.learner.standing import Standing, standing_in
from tito.learner.versions import PAUSE_S
from tito.lesson.model import entrance, lesson_names, load_lesson
from tito.say.report import Page
from tito.say.terminal import Screen, listed, short_path


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
    found = [standing_in(workspace, load_lesson(name)) for name in lesson_names()]
    if as_json:
        lessons = [each.to_dict() for each in found]
        click.echo(json.dumps({"folder": str(workspace.folder), "lessons": lessons}))
    else:
        click.echo(page(workspace, found, Screen.of(sys.stdout)))
    for report in (each.report for each in found if each.report):
        keep(report)
    return 0 if any(each.state != "not begun" for each in found) else 1


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
