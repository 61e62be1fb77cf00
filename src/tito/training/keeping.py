"""Keeping a training while it goes on: where, what lay there before, and what is said of it."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tito.terminal import Screen, short_path
from tito.training.kept import Kept, NotKept, read_kept

GET_SAFETENSORS = "pip install 'tinytorch-lessons[learn]'"


class Keeping:
    """The file beside the picture from which a training can be gone on with.

    A file that is there and is not gone on with is moved aside: ``said`` says so. NotKept where
    there is nothing to go on with, or another training. Where nothing can be kept, it is trained
    all the same.
    """

    def __init__(self, place: Path, now: Kept, anew: str, *, resume: bool) -> None:
        """``anew`` is the command that begins it, without the name of the tool."""
        self.place, self.now, self.resume = place, now, resume
        self.anew = f"{Screen.of(sys.stdout).command} {anew}"
        self.said, self.trouble = "", _trouble(place)
        if resume:
            kept = read_kept(place, self.anew)
            if kept.images != now.images:
                raise NotKept(
                    f"{short_path(place)} holds a training on images other than those that are "
                    "there now. Leave --resume out to begin with these."
                )
            self.said = f"Going on with the training in {short_path(place)}."
        elif not self.trouble and os.path.lexists(place):
            self._move_aside()

    def to_plain(self, stop: Path) -> dict[str, Any] | None:
        """What the process that trains has to know; it stops when there is a file ``stop``."""
        if self.trouble:
            return None
        return {
            "path": os.fspath(self.place.absolute()),
            "notes": self.now.to_notes(),
            "resume": self.resume,
            "stop": os.fspath(stop),
        }

    def done(self) -> None:
        """It came to its end: there is nothing to go on with."""
        if not self.trouble:
            self.place.unlink(missing_ok=True)

    def words(self) -> str:
        """After Ctrl-C: what is kept of it, and how it goes on."""
        if self.trouble:
            return self.trouble
        if not os.path.lexists(self.place):
            return f"Nothing is kept of it yet. To begin again:\n{self.anew}"
        return f"It is kept in {short_path(self.place)}. To go on:\n{self.anew} --resume"

    def _move_aside(self) -> None:
        aside = self.place.with_name(f"{self.place.name}.old")
        try:
            os.replace(self.place, aside)
        except OSError as error:
            self.trouble = f"Nothing is kept: {self.place} is in the way ({error.strerror})."
        else:
            self.said = (
                f"Note: {short_path(self.place)} was kept from a training that was stopped; it is "
                f"now {short_path(aside)}."
            )


def _trouble(place: Path) -> str:
    """Why nothing can be kept there, as a sentence; empty where it can."""
    folder = place.absolute().parent
    if find_spec("safetensors") is None:
        return f"Nothing is kept of it without the library safetensors: {GET_SAFETENSORS}"
    if not os.access(folder, os.W_OK):
        return f"Nothing is kept of it: the folder {folder} cannot be written."
    return ""
