"""Reading: a plain file opened, and nothing that could keep one waiting."""

from __future__ import annotations

import os
import stat
from typing import BinaryIO


def open_plain(path: str | os.PathLike[str]) -> BinaryIO | None:
    """A file to read from; None for a folder, a pipe or a device, which have no size.

    OSError if it is not there, or cannot be opened.
    """
    if stat.S_ISREG(os.stat(path).st_mode):
        # Without O_NONBLOCK, a pipe that took the file's place just now would keep us waiting.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        file = open(os.open(path, flags), "rb")  # noqa: SIM115
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return file
        file.close()
    return None
