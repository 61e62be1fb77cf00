"""The command that installs what is missing where tito runs, to be copied as it stands."""

from __future__ import annotations

import shlex
import sys

from tito.terminal import short_path
from tito.workspace import project_root

NAME = "tinytorch-lessons"


def pip(what: str) -> str:
    """The command that installs this package for the Python that runs."""
    return f"{shlex.quote(short_path(sys.executable))} -m pip install {what}"


def extra(name: str) -> str:
    """The command that installs an extra; in quotes, for zsh reads brackets as a pattern."""
    root = project_root()
    return pip(f"--editable {shlex.quote(f'{root}[{name}]')}" if root else f"'{NAME}[{name}]'")
