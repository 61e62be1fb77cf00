"""``tito test``: test the learner's file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tito.cli.common import (
    FILE,
    SEED,
    keep,
    known_lesson,
    lesson_in_hand,
    nothing_yet,
    page_of,
    warn_of_hiding,
)
from tito.learner import find_workspace, lesson_in
from tito.say.terminal import Screen

if TYPE_CHECKING:
    from tito.engine.process import Worker


@click.command()
@click.argument("lesson", required=False, callback=known_lesson)
@click.option("--module", metavar="LESSON", callback=known_lesson, help="The same as LESSON.")
@click.option("--file", type=FILE, help="Test this file in place of the one in your folder.")
@click.option("--all", "every", is_flag=True, help="Show every failure in full.")
@click.option("--explain", is_flag=True, help="Explain the first failure at length.")
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as one JSON object.")
@click.option("--seed", type=SEED, help="Repeat the run that had this seed.")
@click.pass_obj
def test(
    worker: Worker | None,
    lesson: str | None,
    module: str | None,
    file: Path | None,
    every: bool,
    explain: bool,
    as_json: bool,
    seed: int | None,
) -> int:
    """Test your file: what is right, and the first thing to fix.

    LESSON is the lesson in hand if you do not name one.

    \b
    tito test
    tito test --explain        the first thing to fix, at length
    tito test --all            every failure in full
    tito test --file copy.py   another file

    The exit code is 0 only if every check passed, and 1 otherwise.
    """
    if every and explain:
        raise click.UsageError("--all shows every failure, --explain the first. Give one.")
    if lesson and module and lesson != module:
        raise click.UsageError(f"LESSON and --module differ: {lesson} and {module}. Give one.")
    name = lesson or module or (lesson_in(file) if file else lesson_in_hand())
    if worker is not None:
        worker.prepare(name)
    from tito.engine import examine
    from tito.learner.keeping import passed_before
    from tito.lesson.model import load_lesson

    chosen, workspace = load_lesson(name), find_workspace()
    path = file or workspace.file(chosen.filename)
    if not (file or as_json or workspace.has_begun(chosen)):
        return nothing_yet(chosen)
    began = worker.started if worker else None
    report = examine(chosen, path, seed=seed, worker=worker, started=began, explain=explain)
    explained = explain and report.explanation is not None
    if explained:
        from tito.say.explanation import ExplanationPage, with_reading

        with_reading(report)
        if not as_json:
            click.echo(ExplanationPage(report, Screen.of(sys.stdout), chosen.tasks).text())
    if as_json:
        before = passed_before(report)
        last = dict(zip(("passed", "total"), before, strict=True)) if before else {}
        click.echo(json.dumps(report.to_dict() | ({"last_tested": last} if last else {})))
    elif not explained:
        click.echo(page_of(report, chosen, file).verdict(every=every))
        warn_of_hiding(path.absolute().parent)
    keep(report)
    return 0 if report.ok else 1
