"""Where each module of a program comes from: the learner's file, or the reference."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tito.terminal import command, short_path
from tito.workspace import find_workspace
from tito.workspace.versions import Versions

if TYPE_CHECKING:
    from tito.engine.report import Report

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


def _why_none() -> str:
    """Why the learner has no file of the lesson, and what gives them one."""
    if Versions(find_workspace().folder).list(f"{MODULES[0]}_dev.py"):
        return f"yours is gone, and its text is kept: {command()} restore"
    return f"you have none yet: {command()} start"


def how_right(report: Report) -> str:
    """What to add to the name of a file that is used although it does not pass; or nothing."""
    if report.ok:
        return ""
    if report.error:
        return ", which cannot be tested as it is"
    return f", {report.passed} of {len(report.checks)} checks pass"
