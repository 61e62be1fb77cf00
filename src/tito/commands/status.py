"""``tito status``: how far the learner is, as their files show it."""

from __future__ import annotations

import json
import sys

import click

from tito.commands.common import keep, lesson_in_hand, nothing_yet
from tito.terminal import Screen
from tito.workspace import find_workspace
from tito.workspace.folder import STATE


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
    from tito.status import page, standings

    workspace = find_workspace()
    if not as_json and not (workspace.folder / STATE).is_dir():
        return nothing_yet(workspace.file(f"{lesson_in_hand()}_dev.py"))
    found = standings(workspace)
    if as_json:
        lessons = [standing.to_dict() for standing in found]
        click.echo(json.dumps({"folder": str(workspace.folder), "lessons": lessons}))
    else:
        click.echo(page(workspace, found, Screen.of(sys.stdout)))
    for report in (standing.report for standing in found if standing.report):
        keep(report)
    return 0 if any(standing.state != "not begun" for standing in found) else 1
