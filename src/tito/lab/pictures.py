"""A picture as a file: drawn by matplotlib where it is there, and written whole."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tinytorch.files.writing import write_whole

ENDINGS = (".png", ".svg", ".pdf")


class NoPicture(Exception):
    """There will be no picture; the message is for the person."""


def write_picture(path: Path, draw: Callable[[], Any]) -> None:
    """Draw what has ``savefig``, and write it as the ending says, whole or not at all.

    OSError where it cannot be written, ModuleNotFoundError without matplotlib.
    """
    quiet_matplotlib()
    picture = io.BytesIO()
    draw().savefig(picture, format=path.suffix.lower()[1:])
    write_whole(path, picture.getvalue())


def quiet_matplotlib() -> None:
    """Matplotlib warns, as it is imported, of a home that cannot be written; that is no trouble."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
