"""A training that was stopped, in the file from which it goes on; and which may go on from it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tinytorch.training import Checkpoint
from tito.engine.source import Source
from tito.lab.train.recipe import Recipe
from tito.say.terminal import listed, short_path

REFERENCE = "the reference"


class NoTraining(Exception):
    """None is begun, or gone on with; the message says why, and what to do."""


@dataclass(frozen=True)
class Kept:
    """A training as its file says it was: with which recipe, layers and folder of images."""

    recipe: Recipe
    modules: str
    folder: Path | None

    def to_notes(self) -> dict[str, str]:
        """Words for the file."""
        return {
            "recipe": json.dumps(self.recipe.to_dict()),
            "modules": self.modules,
            "folder": "" if self.folder is None else os.fspath(self.folder),
        }


def place_of(output: Path) -> Path:
    """Where a training is kept: beside its picture, under the picture's name."""
    return output.with_name(f"{output.stem}.checkpoint")


def read_kept(place: Path, anew: str) -> Kept:
    """The training that is kept at a place; NoTraining in words, ``anew`` says how to begin."""
    shown = short_path(place)
    try:
        notes = Checkpoint(place).read_notes()
    except (OSError, ValueError, ModuleNotFoundError) as error:
        raise NoTraining(f"The training in {shown} cannot go on: {error}") from error
    if notes is None:
        raise NoTraining(
            f"There is nothing to go on with: {shown} is not there. It is there if a training was "
            f"stopped before its end. Begin with:\n{anew}"
        )
    try:
        plain: Any = json.loads(notes["recipe"])
        folder = Path(notes["folder"]) if notes["folder"] else None
        return Kept(Recipe.from_dict(plain), notes["modules"], folder)
    except (KeyError, ValueError, TypeError) as error:
        raise NoTraining(
            f"{shown} is a checkpoint from another program, not from tito train. Begin "
            f"with:\n{anew}"
        ) from error


def versions_of(sources: Sequence[Source]) -> str:
    """Which files are trained, in a word that changes with each change of them."""
    return "+".join(source.sha256 for source in sources) or REFERENCE


def refuse_another(kept: Kept, recipe: Recipe, sources: Sequence[Source], place: Path) -> None:
    """NoTraining, in words, where what is kept is not the training that is asked for."""
    shown, before = short_path(place), kept.recipe
    if replace(before, epochs=recipe.epochs) != recipe:
        raise NoTraining(
            f"{shown} holds another training: on {before.images}, {before.network.words()}, "
            f"{before.words()}. With --resume alone it goes on as it was begun; only --epochs may "
            "differ."
        )
    if kept.modules != versions_of(sources):
        was = "the reference's layers" if kept.modules == REFERENCE else "another version of a file"
        now = listed([short_path(each.path) for each in sources]) or REFERENCE
        raise NoTraining(
            f"{shown} holds a training of {was}, not of {now} as it is now. "
            "Layers that were changed are trained from the start: leave --resume out."
        )


GET_SAFETENSORS = "pip install 'tinytorch-lessons[learn]'"


class Keeping:
    """The file beside the picture from which a training can be gone on with.

    A file that is there and is not gone on with is moved aside: ``said`` says so. Where nothing can
    be kept, it is trained all the same.
    """

    def __init__(self, output: Path, now: Kept, anew: str, before: Kept | None = None) -> None:
        """``before`` is what is gone on with, ``anew`` the command that begins a new one."""
        self.place, self.now, self.anew, self.resume = place_of(output), now, anew, bool(before)
        self.said, self.trouble = "", _trouble(self.place)
        shown = short_path(self.place)
        if before:
            self.said = f"Going on with the training in {shown}."
        elif not self.trouble and os.path.lexists(self.place):
            aside = self.place.with_name(f"{self.place.name}.old")
            try:
                os.replace(self.place, aside)
            except OSError as error:
                self.trouble = f"Nothing is kept: {self.place} is in the way ({error.strerror})."
            else:
                self.said = (
                    f"Note: {shown} was kept from a training that was stopped; it is now "
                    f"{short_path(aside)}."
                )

    def to_plain(self) -> dict[str, Any] | None:
        """What the process that trains has to know."""
        if self.trouble:
            return None
        return {
            "path": os.fspath(self.place.absolute()),
            "notes": self.now.to_notes(),
            "resume": self.resume,
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


def _trouble(place: Path) -> str:
    """Why nothing can be kept there, as a sentence; empty where it can."""
    folder = place.absolute().parent
    if find_spec("safetensors") is None:
        return f"Nothing is kept of it without the library safetensors: {GET_SAFETENSORS}"
    if not os.access(folder, os.W_OK):
        return f"Nothing is kept of it: the folder {folder} cannot be written."
    return ""
