"""What tito says when a file cannot be written, and new files that spare somebody's."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from tinytorch.writing import write_whole


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there; one that is there is somebody's."""
    if not os.path.lexists(path):
        write_whole(path, text)


def reason(error: OSError) -> str:
    """Why something cannot be written, as the end of a sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full"
    return (error.strerror or str(error)).lower()


def explain(error: OSError, folder: Path) -> str:
    """Why something below ``folder`` cannot be written, and what to do, for the person."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{folder} cannot be written: the disk is full. Make room, then try again."
    place = error.filename or folder
    advice = "Use a folder of your own: change there with cd."
    return f"{place} cannot be written: {reason(error)}. {advice}"
