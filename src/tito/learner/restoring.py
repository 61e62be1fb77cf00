"""Bringing a text back into a learner's file: what is there is kept first, or nothing happens."""

from __future__ import annotations

import contextlib
import difflib
import hashlib
from collections.abc import Callable, Sequence
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
_MOST_PAIRS = 1 << 23
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
        raise CannotRestore(
            f"{path} cannot be read: {reason(error)}. Nothing was changed."
        ) from error


def put_back(path: Path, change: Callable[[bytes | None], bytes]) -> Outcome:
    """Let ``change`` make the file's new text from the present one, keep that, and write it.

    CannotRestore, and the file is as it was, if the present text cannot be kept. Two that do this
    to one folder take turns.
    """
    place = place_of(path)
    if place is None:
        raise CannotRestore(f"{path} is not in a folder of yours. Nothing was changed.")
    try:
        with alone(place[0] / STATE / "restore.lock"):
            for _ in range(_TRIES):
                with contextlib.suppress(_Changed):
                    return _exchange(path, Versions(place[0]), change)
    except OSError as error:
        raise CannotRestore(f"{path} was not changed: {reason(error)}.") from error
    raise CannotRestore(
        f"{path} is being written by another program. Nothing was changed. Try again."
    )


def _exchange(path: Path, kept: Versions, change: Callable[[bytes | None], bytes]) -> Outcome:
    """One try. OSError where it cannot be written, _Changed where somebody else just did."""
    now = read_now(path)
    new = change(now)
    if new == now:
        return Outcome(0, None)
    before = None if now is None or is_empty(now) else _keep_surely(path, kept, now)

    def refuse_other() -> None:
        if read_now(path) != now:
            raise _Changed

    write_whole(path, new, just_before=refuse_other)
    keep_text(path, new)  # what is in place is the newest version
    return Outcome(lines_unlike(now or b"", new), before)


def choose(versions: Sequence[Version], text: str) -> list[Version]:
    """The versions whose names begin as the person typed."""
    return [version for version in versions if version.sha256.startswith(text.strip().lower())]


def lines_unlike(one: bytes, other: bytes) -> int:
    """How many lines one would have to change, add or remove to get from one to the other.

    Where looking for the least would take long, all between the first and the last difference.
    """
    a, b = one.splitlines()[::-1], other.splitlines()[::-1]
    for _ in range(2):  # their beginning, then, turned round, their end
        while a and b and a[-1] == b[-1]:
            del a[-1], b[-1]
        a, b = a[::-1], b[::-1]
    if len(a) * len(b) > _MOST_PAIRS:
        return max(len(a), len(b))
    codes = difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    return sum(max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in codes if tag != "equal")


def _keep_surely(path: Path, kept: Versions, content: bytes) -> str:
    """Keep the text and read it back; its hash. CannotRestore where that fails."""
    if sentence := keep_text(path, content):
        raise CannotRestore(f"{sentence} So {path} was not changed.")
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        kept.content(Version(sha256, 0.0))
    except DamagedVersion as error:
        raise CannotRestore(f"{error} So {path} was not changed.") from error
    return sha256
