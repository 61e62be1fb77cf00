"""Long texts page by page, where a person is at a terminal."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence

import click

#: What less says at its lower edge, for a person who has not met it.
_PROMPT = r"-R -Ps space\: on   b\: back   q\: leave"


def show(lines: Sequence[str]) -> None:
    """Print the lines; what is taller than the terminal goes through the person's pager."""
    text = "\n".join(lines) + "\n"
    tall = len(lines) >= shutil.get_terminal_size((80, 24)).lines
    if not tall or not (sys.stdin.isatty() and sys.stdout.isatty()):
        click.echo(text, nl=False)
        return
    os.environ.setdefault("LESS", _PROMPT)
    click.echo_via_pager(text)
