"""A training that was stopped, as its file says it was: with which recipe, layers and images."""

from __future__ import annotations

import json
import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinytorch.data import Digits
from tinytorch.training import Checkpoint
from tito.engine.source import Source
from tito.terminal import short_path
from tito.training.recipe import Recipe

REFERENCE = "the reference"


class NotKept(Exception):
    """There is no training to go on with, or another one; the message says what to do."""


@dataclass(frozen=True)
class Kept:
    """A training as its file says it was: with which recipe, layers and images."""

    recipe: Recipe
    layers: str
    images: int
    folder: Path | None

    def to_notes(self) -> dict[str, str]:
        """Words for the file."""
        return {
            "recipe": json.dumps(self.recipe.to_dict()),
            "layers": self.layers,
            "images": str(self.images),
            "folder": "" if self.folder is None else os.fspath(self.folder),
        }


def place_of(output: Path) -> Path:
    """Where a training is kept: beside its picture, under the picture's name."""
    return output.with_name(f"{output.stem}.checkpoint")


def read_kept(place: Path, anew: str) -> Kept:
    """The training that is kept at a place; NotKept in words, ``anew`` being how to begin one."""
    shown = short_path(place)
    try:
        notes = Checkpoint(place).read_notes()
    except (OSError, ValueError, ModuleNotFoundError) as error:
        raise NotKept(f"The training in {shown} cannot go on: {error}") from error
    if notes is None:
        raise NotKept(
            f"There is nothing to go on with: {shown} is not there. It is there if a training was "
            f"stopped before its end. Begin with:\n{anew}"
        )
    try:
        plain: Any = json.loads(notes["recipe"])
        folder = Path(notes["folder"]) if notes["folder"] else None
        return Kept(Recipe.from_dict(plain), notes["layers"], int(notes["images"]), folder)
    except (KeyError, ValueError, TypeError) as error:
        raise NotKept(
            f"{shown} is a checkpoint from another program, not from tito train. Begin "
            f"with:\n{anew}"
        ) from error


def layers_of(source: Source | None) -> str:
    """Which layers are trained, in a word that changes with each change of them."""
    return REFERENCE if source is None else source.sha256


def fingerprint(data: Digits) -> int:
    """A number that is another one for other images or labels."""
    value = 0
    for array in data:
        value = zlib.crc32(array.data, value)
    return value


def refuse_another(kept: Kept, recipe: Recipe, source: Source | None, place: Path) -> None:
    """NotKept, in words, where what is kept is not the training that is asked for."""
    shown, before = short_path(place), kept.recipe
    if before.images != recipe.images:
        raise NotKept(
            f"{shown} holds a training on {before.images}, not on {recipe.images}. Name another "
            "picture with --output: the training is kept beside the picture."
        )
    differ = [
        f"{name} {was}, not {now}"
        for name, was, now in (
            ("the network", before.network.words(), recipe.network.words()),
            ("batches of", before.batch_size, recipe.batch_size),
            ("the learning rate", f"{before.learning_rate:g}", f"{recipe.learning_rate:g}"),
            ("the seed", before.seed, recipe.seed),
        )
        if was != now
    ]
    if differ:
        raise NotKept(
            f"{shown} holds a training with {'; '.join(differ)}. With --resume alone it goes on "
            "as it was begun; only --epochs may differ."
        )
    if kept.layers != layers_of(source):
        was = "the reference's layers" if kept.layers == REFERENCE else "another version of a file"
        raise NotKept(
            f"{shown} holds a training of {was}, not of "
            f"{'the reference' if source is None else short_path(source.path) + ' as it is now'}. "
            "Layers that were changed are trained from the start: leave --resume out."
        )
