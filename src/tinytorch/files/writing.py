"""Files that are written whole or not at all, and opened without waiting."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO


def write_whole(
    path: Path, content: str | bytes, *, just_before: Callable[[], None] | None = None
) -> None:
    """Put ``content`` at ``path``, which holds all of it or is what it was. OSError if not.

    Text is written as UTF-8, with the line ends that it has. A file that is there keeps its mode
    and owner; a link stays, and what it leads to is written; a file that may not be written is not.
    ``just_before`` is called when all is ready; if it raises, nothing has happened.
    """
    data = content.encode() if isinstance(content, str) else content
    target = _behind_links(path)
    before = target.stat() if target.exists() else None
    if before and not stat.S_ISREG(before.st_mode):  # a folder; or a device, which root would lose
        raise FileExistsError(errno.EEXIST, "it is not a file", os.fspath(path))
    if before and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fspath(path))
    aside = target.with_name(f".{target.name}.{os.urandom(4).hex()}")
    try:
        with open(aside, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if before:
            _give(aside, before)
        if just_before:
            just_before()
        _rename(aside, target)
    except BaseException:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise
    _sync_folder(target.parent)


def remove_left_over(path: Path, older_s: float = 60) -> None:
    """Remove what writings of this file left beside it when their processes were killed.

    What is younger may be another process's that writes just now.
    """
    target = _behind_links(path)
    name = re.compile(re.escape(f".{target.name}.") + "[0-9a-f]{8}")
    for each in target.parent.iterdir():
        with contextlib.suppress(OSError):
            if name.fullmatch(each.name) and time.time() - each.stat().st_mtime > older_s:
                each.unlink()


def _behind_links(path: Path) -> Path:
    """The file that a link leads to in the end, which need not be there; others are themselves."""
    if not path.is_symlink():
        return path
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), os.fspath(path))
    return target


def _rename(aside: Path, target: Path) -> None:
    """Rename, with patience on Windows, where a virus scanner may look at a file just then."""
    for pause in (0.05, 0.1, 0.2) if os.name == "nt" else ():
        try:
            return os.replace(aside, target)
        except PermissionError:
            time.sleep(pause)
    return os.replace(aside, target)


def _give(path: Path, like: os.stat_result) -> None:
    """Owner and mode as another file had them, as far as the system lets us."""
    if hasattr(os, "chown"):
        with contextlib.suppress(OSError):
            os.chown(path, like.st_uid, like.st_gid)
    with contextlib.suppress(OSError):
        path.chmod(stat.S_IMODE(like.st_mode))


def _sync_folder(folder: Path) -> None:
    """Have the new name on the disk too, where the system can: the file is whole either way."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


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
