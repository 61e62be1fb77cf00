"""Writing a file whole or not at all: aside first, synced, then renamed into its place."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from pathlib import Path


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there; one that is there is somebody's."""
    if not os.path.lexists(path):
        write_whole(path, text)


def write_whole(path: Path, content: str | bytes) -> None:
    """Put ``content`` at ``path``, which holds all of it or is what it was. OSError if not.

    Text is written as UTF-8, with the line ends that it has.
    """
    data = content.encode() if isinstance(content, str) else content
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(aside, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise


def explain(error: OSError, folder: Path) -> str:
    """Why something below ``folder`` cannot be written, and what to do, for the person."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{folder} cannot be written: the disk is full. Make room, then try again."
    reason = (error.strerror or str(error)).lower()
    place = error.filename or folder
    return f"{place} cannot be written: {reason}. Use a folder of your own: change there with cd."
