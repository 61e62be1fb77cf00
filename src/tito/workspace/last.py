"""The learner's folder that was used last, remembered for who asks from somewhere else.

One line in the user's own state folder. Where that cannot be written or read, nothing is
remembered, and nobody hears of it: no command depends on it.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from tinytorch.writing import write_whole

STATE = ".tito"


def remember(folder: Path) -> None:
    """Note that this learner's folder was used."""
    with contextlib.suppress(OSError, RuntimeError, UnicodeError):
        place, text = _place(), f"{folder.resolve()}\n"
        if not place.is_file() or place.read_text(encoding="utf-8") != text:
            place.parent.mkdir(parents=True, exist_ok=True)
            write_whole(place, text)


def last_used() -> Path | None:
    """The folder that was used last; None where none is known, or it is there no longer."""
    with contextlib.suppress(OSError, RuntimeError, UnicodeError, ValueError):
        folder = Path(_place().read_text(encoding="utf-8").rstrip("\n"))
        if folder.is_absolute() and (folder / STATE).is_dir():
            return folder
    return None


def folder_elsewhere(here: Path) -> Path | None:
    """The folder that was used last, where ``here`` is none and is meant to be one."""
    return None if (here / STATE).is_dir() else last_used()


def _place() -> Path:
    """The file, where each system keeps such things; RuntimeError where the user has no home."""
    usual = Path.home() / ".local" / "state"
    named = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_STATE_HOME", "")
    return (Path(named) if os.path.isabs(named) else usual) / "tinytorch" / "folder"
