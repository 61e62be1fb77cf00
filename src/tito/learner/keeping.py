"""The one place through which every test of a learner's own file keeps what was tested."""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

from tito.engine.source import is_empty
from tito.learner.folder import STATE, remember
from tito.learner.versions import Versions
from tito.say.view import View

if TYPE_CHECKING:
    from tito.engine.report import Report

_LONG = 600  # what a version's verdict says at the most; the longest of ours is shorter


def keep_tested(report: Report) -> str | None:
    """Keep the bytes that the report is about, if the file lies in a learner's folder.

    A sentence for the person where that could not be done; never an error. Call it when the
    verdict has been shown: nobody waits for it. A file that holds nothing is no version.
    """
    place = place_of(Path(report.file))
    if place is None or not report.sha256 or is_empty(report.content):
        return None
    folder, name = place
    remember(folder)
    passed, total = (report.passed, len(report.checks)) if report.tested else (None, None)
    says = shorten(View(report).status, _LONG, placeholder="…")
    return Versions(folder).keep(name, report.content, passed=passed, total=total, says=says)


def passed_before(report: Report) -> tuple[int | None, int | None] | None:
    """How many checks of how many the last version passed that could be tested.

    None where this one could, or where no other is kept.
    """
    place = None if report.tested else place_of(Path(report.file))
    versions = Versions(place[0]).list(place[1]) if place else []
    last = next((v for v in reversed(versions) if v.passed is not None), None)
    return (last.passed, last.total) if last else None


def keep_text(path: Path, content: bytes) -> str | None:
    """Keep a text of the learner's file that nobody has tested; as ``keep_tested`` otherwise."""
    place = place_of(path)
    return Versions(place[0]).keep(place[1], content) if place else None


def place_of(path: Path) -> tuple[Path, str] | None:
    """The learner's folder that the file lies in, and its name there; None outside of any.

    A file at the end of a link belongs to the folder that holds the link.
    """
    path = Path(os.path.abspath(path))
    for folder in path.parents:
        if (folder / STATE).is_dir():
            return folder, path.relative_to(folder).as_posix()
    return None
