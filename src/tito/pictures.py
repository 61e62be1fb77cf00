"""A picture as a file: what can go wrong is said before anything is measured; written whole."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from tinytorch.writing import write_whole

ENDINGS = (".png", ".svg", ".pdf")


class NoPicture(Exception):
    """There will be no picture; the message is for the person."""


def check_ending(path: Path, option: str, endings: Sequence[str] = ENDINGS) -> None:
    """UsageError for a name with another ending; ``option`` is that which gave it."""
    if path.suffix.lower() not in endings:
        known = ", ".join(endings[:-1]) + f" or {endings[-1]}" if endings[1:] else endings[0]
        raise click.UsageError(
            f"The picture's name should end in {known}, and it is {path.name!r}. "
            f"For example: {option} {path.stem or 'picture'}{endings[0]}"
        )


def refuse_early(path: Path, option: str, endings: Sequence[str] = ENDINGS) -> None:
    """UsageError for another ending, NoPicture for what else can be seen before it is drawn.

    A picture that can be a PNG needs matplotlib.
    """
    check_ending(path, option, endings)
    if not path.absolute().parent.is_dir():
        raise NoPicture(f"The folder {path.parent}, for the picture, is not there. Make it first.")
    if path.is_dir():
        raise NoPicture(f"{path} is a folder. Give the picture a name of its own with {option}.")
    if ENDINGS[0] in endings:
        _quiet()
        try:
            import_module("tinytorch.plots.style").require()
        except ModuleNotFoundError as error:
            raise NoPicture(f"No picture. {error}\nWithout it, --json gives the data.") from error


def write_picture(path: Path, draw: Callable[[], Any]) -> None:
    """Draw what has ``savefig``, and write it as the ending says, whole or not at all.

    OSError where it cannot be written, ModuleNotFoundError without matplotlib.
    """
    _quiet()
    picture = io.BytesIO()
    draw().savefig(picture, format=path.suffix.lower()[1:])
    write_whole(path, picture.getvalue())


def _quiet() -> None:
    """Matplotlib warns, as it is imported, of a home that cannot be written; that is no trouble."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
