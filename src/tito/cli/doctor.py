"""``tito doctor``: look at what may be in the way on this machine."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from tito.learner import find_workspace
from tito.say.terminal import Screen

if TYPE_CHECKING:
    from tito.doctor.finding import Finding

_STYLES = {"ok": "green", "note": "yellow", "trouble": "red"}
_WORDS = {"ok": "ok", "note": "worth knowing", "trouble": "trouble"}
_STATE, _WHAT = 15, 13


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was found as one JSON list.")
def doctor(as_json: bool) -> int:
    """Look at what may be in the way on this machine.

    \b
    tito doctor
    tito doctor --json > found.json

    Python, NumPy, a test of right layers, your folder and files in it that hide a module, the disk,
    the terminal, the editor, the extras. What is in trouble comes with the command that mends it.

    The exit code is 0 if nothing is in trouble, 1 if something is.
    """
    from tito.doctor.examination import findings

    screen, found = Screen.of(sys.stdout), list["Finding"]()
    for finding in findings(find_workspace()):
        found.append(finding)
        if not as_json:
            click.echo("\n".join(_lines(finding, screen)))
    trouble = sum(finding.state == "trouble" for finding in found)
    if as_json:
        click.echo(json.dumps([finding.to_dict() for finding in found]))
    elif trouble:
        click.echo(f"\nMend what is in trouble ({trouble}), then: {screen.command} doctor")
    else:
        click.echo(f"\nNothing is in the way. Next: {screen.command} test")
    return 1 if trouble else 0


def _lines(finding: Finding, screen: Screen) -> list[str]:
    """One finding, in a line or a few; the command alone on its line, to be copied."""
    word = screen.paint(f"{_WORDS[finding.state]:<{_STATE}}", _STYLES[finding.state])
    gap = " " * (_STATE + _WHAT)
    first, *more = screen.wrap(finding.found, screen.width - _STATE - _WHAT)
    lines = [f"{word}{finding.what:<{_WHAT}}{first}", *(gap + line for line in more)]
    if finding.mend and finding.state != "ok":
        lines.append(f"{' ' * _STATE}mend it: {screen.clean(finding.mend)}")
    return lines
