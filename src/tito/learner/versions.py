"""Every text of a learner's file that was ever tested: kept by its hash, found again, thinned.

``.tito/versions/`` holds each text once, compressed, under its SHA-256, and ``tested.jsonl``, a
line for each test. Of old texts one an hour stays. Whatever is broken there, a learner's own file
is never touched from here, and a text is only given back if its hash is right.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import time
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path

from tinytorch.files.writing import write_whole
from tito.learner.files import alone, reason

STATE = ".tito"
#: So many versions of a file stay in any case.
NEWEST = 200
#: Who tests nothing for longer than this has paused: that time is not counted.
PAUSE_S = 15 * 60
_BLOB = re.compile(r"[0-9a-f]{64}\.z")
#: After each so many bytes of new lines, some 200 tests, old versions go.
_PRUNE_EVERY = 64 << 10
#: A learner's file has 64 KiB at most; what unpacks to far more is none of ours.
_MOST_UNPACKED = 1 << 24


class DamagedVersion(Exception):
    """A kept text is gone or no longer what it was; says so in words for the person."""


@dataclass(frozen=True)
class Version:
    """A text that a learner's file had: its hash, when it was last tested, and what passed.

    ``passed`` and ``total`` are None where it was kept without having been tested. ``says`` is the
    verdict in a few sentences; an older tito has noted none.
    """

    sha256: str
    saved_at: float
    passed: int | None = None
    total: int | None = None
    says: str | None = None


class Versions:
    """The kept versions in one learner's folder, which need not be there yet."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is the learner's: the one that holds ``.tito``."""
        self.folder = folder / STATE / "versions"
        self._index = self.folder / "tested.jsonl"

    def keep(
        self,
        filename: str,
        content: bytes,
        *,
        passed: int | None = None,
        total: int | None = None,
        says: str | None = None,
        when: float | None = None,
    ) -> str | None:
        """Keep a text of the file; a sentence that says why where that cannot be done.

        The text is on the disk, synced, when this returns None. One that is there already is
        written no second time.
        """
        at, sha256 = time.time() if when is None else when, hashlib.sha256(content).hexdigest()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with alone(self.folder / "lock"):
                new = self._write(sha256, content)
                self._note(filename, Version(sha256, at, passed, total, says), sync=new)
        except OSError as error:
            return f"This version of {filename} was not kept: {reason(error)}."
        return None

    def list(self, filename: str) -> list[Version]:
        """The versions of a file, each text once, in the order in which they were last tested.

        Texts of which the list of tests says nothing, because it was lost, are among them.
        """
        tests, blobs = self._tests(), self._blobs()
        found = _latest([version for file, version in tests if file == filename])
        for sha256 in blobs.keys() - {version.sha256 for _, version in tests}:
            with contextlib.suppress(FileNotFoundError):
                found.append(Version(sha256, blobs[sha256].stat().st_mtime))
        return sorted((v for v in found if v.sha256 in blobs), key=lambda v: v.saved_at)

    def content(self, version: Version) -> bytes:
        """The text of a version, byte by byte. DamagedVersion if it is not what was kept."""
        path = self._path(version.sha256)
        try:
            content = zlib.decompressobj().decompress(path.read_bytes(), _MOST_UNPACKED)
        except FileNotFoundError:
            raise DamagedVersion(f"Version {version.sha256[:7]} is no longer there.") from None
        except (OSError, zlib.error) as error:
            raise DamagedVersion(f"Version {version.sha256[:7]} cannot be read: {error}.") from None
        if hashlib.sha256(content).hexdigest() != version.sha256:
            raise DamagedVersion(f"Version {version.sha256[:7]} was damaged on the disk.")
        return content

    def time_spent(self, filename: str) -> float:
        """The seconds between tests of the file that followed each other within ``PAUSE_S``."""
        moments = [version.saved_at for file, version in self._tests() if file == filename]
        gaps = (after - before for before, after in pairwise(moments))
        return sum(gap for gap in gaps if gap <= PAUSE_S)

    def _write(self, sha256: str, content: bytes) -> bool:
        """Put the text there; whether it was new, or there was something else in its place."""
        with contextlib.suppress(DamagedVersion):
            if self.content(Version(sha256, 0.0)) == content:
                return False
        write_whole(self._path(sha256), zlib.compress(content, 6))
        return True

    def _note(self, filename: str, version: Version, *, sync: bool) -> None:
        """Write a test at the end of the list, on a line of its own; now and then make room."""
        known = {name: value for name, value in asdict(version).items() if value is not None}
        at = known.pop("saved_at")
        line = json.dumps({"file": filename, "at": at, **known}).encode() + b"\n"
        with open(self._index, "ab+") as file:
            size = file.seek(0, os.SEEK_END)
            if size:
                file.seek(size - 1)
                line = line if file.read(1) == b"\n" else b"\n" + line
            file.write(line)
            file.flush()
            if sync:
                os.fsync(file.fileno())
        if (size + len(line)) // _PRUNE_EVERY > size // _PRUNE_EVERY:
            with contextlib.suppress(OSError):  # the text is kept, and room comes later
                self._prune()

    def _prune(self) -> None:
        """Let old texts go, and what writes that were broken off have left: nobody else writes."""
        tests, blobs = self._tests(), self._blobs()
        stay: set[str] = set()
        for name in {file for file, _ in tests}:
            found = _latest([version for file, version in tests if file == name])
            stay |= to_stay([version for version in found if version.sha256 in blobs])
        gone = {version.sha256 for _, version in tests} - stay
        for path in [*self.folder.glob(".*"), *map(self._path, gone & blobs.keys())]:
            path.unlink(missing_ok=True)

    def _tests(self) -> list[tuple[str, Version]]:
        """The file and the version of each test, in the order of time; none if none can be read."""
        try:
            lines = self._index.read_bytes().split(b"\n")
        except OSError:
            return []
        return sorted(filter(None, map(_test, lines)), key=lambda test: test[1].saved_at)

    def _blobs(self) -> dict[str, Path]:
        """The kept texts by their hash."""
        if not self.folder.is_dir():
            return {}
        return {p.stem: p for p in self.folder.iterdir() if _BLOB.fullmatch(p.name)}

    def _path(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.z"


def to_stay(versions: Sequence[Version]) -> set[str]:
    """The hashes of those versions of one file, oldest first, that stay.

    They are the newest ones, the last of each hour, and the one that passed most.
    """
    best = max(versions, key=lambda v: (v.passed or 0, v.saved_at), default=None)
    hours = {int(version.saved_at // 3600): version for version in versions}
    stay = [*hours.values(), *versions[-NEWEST:], *([best] if best else [])]
    return {version.sha256 for version in stay}


def _latest(tests: Sequence[Version]) -> list[Version]:
    """One version for each text: when it was last tested, with what passed when that is known."""
    found: dict[str, Version] = {}
    for new in tests:
        before = found.pop(new.sha256, None)
        if before is not None and new.passed is None and (before.says or new.says is None):
            new = replace(before, saved_at=new.saved_at)
        found[new.sha256] = new
    return list(found.values())


def _test(line: bytes) -> tuple[str, Version] | None:
    """The test that a line tells of; None for one that is none, broken off say."""
    try:
        match json.loads(line):
            case {"file": str(file), "at": int() | float() as at, **more} if 0 <= at < 1e10:
                names = ("sha256", "passed", "total", "says")
                sha256, passed, total, says = (more.get(name) for name in names)
            case _:
                return None
    except (ValueError, RecursionError):
        return None
    version = Version(sha256 if isinstance(sha256, str) else "", at)
    if isinstance(passed, int) and isinstance(total, int):
        version = replace(version, passed=passed, total=total)
    return file, replace(version, says=says if isinstance(says, str) else None)
