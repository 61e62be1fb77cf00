"""What tito says when a file cannot be written, and new files that spare somebody's."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tinytorch.files.writing import write_whole


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


PATIENCE_S = 2.0
_BUSY = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK}


@contextmanager
def alone(path: Path) -> Generator[None]:
    """Hold the lock file at ``path``, which stays there, empty. OSError past patience.

    The system lets go of it when the process ends, however it ends. On a drive that knows no
    locks nobody waits.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        give_up = time.monotonic() + PATIENCE_S
        while not _take(descriptor):
            if time.monotonic() > give_up:
                raise OSError(errno.EBUSY, "another tito is writing there", os.fspath(path))
            time.sleep(0.005)
        yield
    finally:
        os.close(descriptor)  # and with it the lock


def _take(descriptor: int) -> bool:
    """Take the lock if nobody has it; whether this process may go on."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _BUSY
    return True
