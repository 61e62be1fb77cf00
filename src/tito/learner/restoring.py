"""Bringing a text back into a learner's file: what is there is kept first, or nothing happens."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tinytorch.files.writing import write_whole
from tito.engine.source import is_empty
from tito.learner.files import alone, reason
from tito.learner.folder import STATE
from tito.learner.keeping import keep_text, place_of
from tito.learner.versions import DamagedVersion, Version, Versions

#: More than this is no text that a person wrote, and is not kept.
MOST_BYTES = 1 << 24
_TRIES = 3
SHORT = 7


class CannotRestore(Exception):
    """The learner's file was not changed; says why, and that, for the person."""


class _Changed(Exception):
    """Somebody saved the file after it was read."""


@dataclass(frozen=True)
class Outcome:
    """What became of a file: how many lines are others, and the text of before, kept."""

    lines: int
    before: str | None

    @property
    def undo(self) -> str | None:
        """The short name of the text of before; None where there was no file, or an empty one."""
        return self.before[:SHORT] if self.before else None


def read_now(path: Path) -> bytes | None:
    """The file's bytes, whatever they are; None where there is no file."""
    try:
        if not path.is_file():
            if path.exists():
                raise CannotRestore(f"{path} is not a file. Nothing was changed.")
            return None
        if path.stat().st_size > MOST_BYTES:
            raise CannotRestore(
                f"{path} is larger than 16 MiB, which is not kept. Nothing was changed. "
                "Move it elsewhere, then try again."
            )
        return path.read_bytes()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise CannotRestore(f"{path} cannot be read: {why}. Nothing was changed.") from error


def put_back(path: Path, change: Callable[[bytes | None], bytes]) -> Outcome:
    """Let ``change`` make the file's new text from the present one, keep that, and write it.

    CannotRestore, and the file is as it was, if the present text cannot be kept. Two that do this
    to one folder take turns.
    """
    place = place_of(path)
    if place is None:
        raise CannotRestore(f"{path} is not in a folder of yours. Nothing was changed.")
    with ExitStack() as turn:
        try:
            turn.enter_context(alone(place[0] / STATE / "restore.lock"))
        except OSError as error:
            raise CannotRestore(f"{path} was not changed: {reason(error)}.") from error
        return _put_back(path, place[0], change)


def _put_back(path: Path, folder: Path, change: Callable[[bytes | None], bytes]) -> Outcome:
    for _ in range(_TRIES):
        now = read_now(path)
        new = change(now)
        if new == now:
            return Outcome(0, None)
        before = None if now is None or is_empty(now) else _keep_surely(path, folder, now)
        try:
            write_whole(path, new, just_before=lambda now=now: _refuse_other(path, now))
        except _Changed:
            continue
        except OSError as error:
            raise CannotRestore(f"{path} was not changed: {reason(error)}.") from error
        keep_text(path, new)  # what is in place is the newest version
        return Outcome(lines_unlike(now or b"", new), before)
    raise CannotRestore(
        f"{path} is being written by another program. Nothing was changed. Try again."
    )


def choose(versions: Sequence[Version], text: str) -> list[Version]:
    """The versions whose names begin as the person typed."""
    return [version for version in versions if version.sha256.startswith(text.strip().lower())]


def lines_unlike(one: bytes, other: bytes) -> int:
    """How many lines one would have to change, add or remove to get from one to the other."""
    matcher = difflib.SequenceMatcher(None, one.splitlines(), other.splitlines(), autojunk=False)
    codes = matcher.get_opcodes()
    return sum(max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in codes if tag != "equal")


def _keep_surely(path: Path, folder: Path, content: bytes) -> str:
    """Keep the text and read it back; its hash. CannotRestore where that fails."""
    if sentence := keep_text(path, content):
        raise CannotRestore(f"{sentence} So {path} was not changed.")
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        Versions(folder).content(Version(sha256, 0.0, None, None))
    except DamagedVersion as error:
        raise CannotRestore(f"{error} So {path} was not changed.") from error
    return sha256


def _refuse_other(path: Path, expected: bytes | None) -> None:
    if read_now(path) != expected:
        raise _Changed
