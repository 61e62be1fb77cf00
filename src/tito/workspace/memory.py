"""What tito remembers of a learner's way: hints given, solutions shown, questions answered.

One JSON file, ``.tito/memory.json``, changed whole and by one process at a time. Progress is none
of it: that is computed from the learner's file.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tito.workspace.writing import write_whole

NAME = "memory.json"
_PATIENCE_S = 2.0
_STALE_S = 10.0  # no change takes this long: whoever holds the lock is gone

Notes = dict[str, Any]


@dataclass(frozen=True)
class Memory:
    """The notes on each lesson, in a learner's state folder, which need not be there."""

    folder: Path

    def of(self, lesson: str) -> Notes:
        """The notes on a lesson; empty where there are none, or where they cannot be read."""
        notes = self._read().get(lesson)
        return cast("Notes", notes) if isinstance(notes, dict) else {}

    def change(self, lesson: str, edit: Callable[[Notes], None]) -> None:
        """Let ``edit`` change the notes on a lesson, and keep them. OSError where that fails.

        Two processes take turns; a file that is no JSON is kept aside as ``memory.json.broken``.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with _alone(self.folder / f"{NAME}.lock"):
            everything = self._read(keep_broken=True)
            notes = everything.get(lesson)
            notes = cast("Notes", notes) if isinstance(notes, dict) else {}
            edit(notes)
            everything[lesson] = notes
            write_whole(self.folder / NAME, json.dumps(everything, indent=1) + "\n")

    def _read(self, keep_broken: bool = False) -> dict[str, Any]:
        path = self.folder / NAME
        try:
            found = json.loads(path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            return cast("dict[str, Any]", found)
        if keep_broken:
            os.replace(path, path.with_name(f"{NAME}.broken"))
        return {}


@contextmanager
def _alone(lock: Path) -> Generator[None]:
    """Hold the lock file, waiting for another process to let go of it. OSError past patience."""
    give_up = time.monotonic() + _PATIENCE_S
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except FileExistsError:
            with contextlib.suppress(OSError):
                if time.time() - lock.stat().st_mtime > _STALE_S:
                    lock.unlink()
                    continue
            if time.monotonic() > give_up:
                raise
            time.sleep(0.01)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            lock.unlink()
