"""Where each module of a program comes from: the learner's file, or the reference."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tito.learner import find_workspace
from tito.learner.folder import folder_elsewhere
from tito.learner.versions import Versions
from tito.say.terminal import command, short_path

if TYPE_CHECKING:
    from tito.engine.report import Report

#: Where a command notes that its person asked for the reference's layers.
REFERENCE_ASKED = "tito.reference"
#: The lessons of the framework, in the order in which they build on each other.
MODULES = ("layers", "tensor", "activations", "losses", "autograd", "optimizers")


def sources_line(yours: Mapping[str, Path], remark: str = "") -> str:
    """One line for the learner's modules, one for the reference's.

    ``remark`` says more of the learner's.
    """
    lines = [f"{name}: yours ({short_path(path)}){remark}" for name, path in yours.items()]
    if not yours:
        lines = [f"{MODULES[0]}: the reference ({_why_none()})"]
    rest = [name for name in MODULES if name not in yours and name != MODULES[0]]
    return "\n".join([*lines, f"{', '.join(rest)}: the reference"])


def reference_asked() -> bool:
    """Whether the command that runs was asked for the reference's layers."""
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(REFERENCE_ASKED))


def _why_none() -> str:
    """Why it is not the learner's file, and what gives them one where there is none."""
    if reference_asked():
        return "as asked"
    if Versions(find_workspace().folder).list(f"{MODULES[0]}_dev.py"):
        return f"yours is gone, but its text is kept: {command()} restore"
    if folder := folder_elsewhere(find_workspace().folder):
        return f"none of yours here; the folder you used last: {folder}"
    return f"you have none yet: {command()} start"


def how_right(report: Report) -> str:
    """What to add to the name of a file that is used although it does not pass; or nothing."""
    if report.ok:
        return ""
    if report.error:
        return ", which cannot be tested as it is"
    return f", {report.passed} of {len(report.checks)} checks pass"
