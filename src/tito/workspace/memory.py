"""What tito remembers of a learner's way: hints given, solutions shown, questions answered.

One JSON file, ``.tito/memory.json``, changed whole and by one process at a time. Progress is none
of it: that is computed from the learner's file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tinytorch.writing import write_whole
from tito.workspace.turns import alone

NAME = "memory.json"

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
        with alone(self.folder / f"{NAME}.lock"):
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
        except OSError:
            if keep_broken:
                raise
            return {}
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            return cast("dict[str, Any]", found)
        if keep_broken:
            os.replace(path, path.with_name(f"{NAME}.broken"))
        return {}
