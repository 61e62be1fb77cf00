"""Every text of a learner's file that was ever tested: kept by its hash, found again, thinned.

``.tito/versions/`` holds each text once, compressed, under its SHA-256, and ``tested.jsonl``, a
line for each test. ``law.py`` says which old ones go. Whatever is broken there, a learner's own
file is never touched from here, and a text is only given back if its hash is right.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import time
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

from tinytorch.files.writing import write_whole
from tito.learner.files import alone, reason

__all__ = ["DamagedVersion", "Version", "Versions"]

STATE = ".tito"
_BLOB = re.compile(r"[0-9a-f]{64}\.z")
#: After each so many bytes of new entries, some 200 tests, old versions go.
_PRUNE_EVERY = 32 << 10
#: A learner's file has 64 KiB at most; what unpacks to far more is none of ours.
_MOST_UNPACKED = 1 << 24


class DamagedVersion(Exception):
    """A kept text is gone or no longer what it was; says so in words for the person."""


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
        when: float | None = None,
    ) -> str | None:
        """Keep a text of the file; a sentence that says why where that cannot be done.

        The text is on the disk, synced, when this returns None. One that is there already is
        written no second time.
        """
        entry = Entry(
            filename,
            time.time() if when is None else when,
            hashlib.sha256(content).hexdigest(),
            passed,
            total,
        )
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with alone(self.folder / "lock"):
                new = self._write(entry, content)
                size = add_entry(self._index, entry, sync=new)
                if size // _PRUNE_EVERY > (size - len(entry.line())) // _PRUNE_EVERY:
                    with contextlib.suppress(OSError):  # the text is kept, and room comes later
                        self._prune(entry.at)
        except OSError as error:
            return f"This version of {filename} was not kept: {reason(error)}."
        return None

    def list(self, filename: str) -> list[Version]:
        """The versions of a file, each text once, in the order in which they were last tested.

        Texts of which the list of tests says nothing, because it was lost, are among them.
        """
        blobs, entries = self._blobs(), []
        with contextlib.suppress(OSError):
            entries = entries_in(self._index)
        found = _versions([entry for entry in entries if entry.file == filename])
        found += _unlisted(entries, blobs)
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
        """The seconds between tests of the file, without pauses: see ``law.PAUSE_S``."""
        try:
            entries = entries_in(self._index)
        except OSError:
            return 0.0
        return time_spent(entry.at for entry in entries if entry.file == filename)

    def prune(self, now: float | None = None) -> None:
        """Let go of what the law lets go of. OSError, and nothing that should stay has gone."""
        if not self.folder.is_dir():
            return
        with alone(self.folder / "lock"):
            self._prune(time.time() if now is None else now)

    def _write(self, entry: Entry, content: bytes) -> bool:
        """Put the text there; whether it was new, or there was something else in its place."""
        assert entry.sha256 is not None
        try:
            if self.content(Version(entry.sha256, 0, None, None)) == content:
                return False
        except DamagedVersion:
            pass
        write_whole(self._path(entry.sha256), zlib.compress(content, 6))
        return True

    def _prune(self, now: float) -> None:
        """First the list, then the texts: an end in between leaves texts that still are found."""
        blobs, entries = self._blobs(), entries_in(self._index)
        sizes = {sha256: path.stat().st_size for sha256, path in blobs.items()}
        stay = to_stay(_unlisted(entries, blobs), sizes, now)
        kept: list[Entry] = []
        for name in {entry.file for entry in entries}:
            own = [entry for entry in entries if entry.file == name]
            there = [v for v in _versions(own) if v.sha256 in blobs]
            chosen = to_stay(there, sizes, now)
            stay |= chosen
            kept += _fewer(own, chosen)
        write_entries(self._index, kept)
        for sha256 in blobs.keys() - stay:
            blobs[sha256].unlink(missing_ok=True)
        self._sweep()

    def _sweep(self) -> None:
        """Remove what writes that were broken off have left; nobody else is writing now."""
        for path in self.folder.glob(".*"):
            with contextlib.suppress(OSError):
                path.unlink()

    def _blobs(self) -> dict[str, Path]:
        """The kept texts by their hash."""
        if not self.folder.is_dir():
            return {}
        return {p.stem: p for p in self.folder.iterdir() if _BLOB.fullmatch(p.name)}

    def _path(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.z"


def _versions(entries: list[Entry]) -> list[Version]:
    """One version for each text: when it was last tested, with what passed when that is known."""
    found: dict[str, Version] = {}
    for entry in entries:
        if entry.sha256 is not None:
            before = found.pop(entry.sha256, None)
            new = Version(entry.sha256, entry.at, entry.passed, entry.total)
            if entry.passed is None and before is not None:
                new = replace(before, saved_at=entry.at)
            found[entry.sha256] = new
    return list(found.values())


def _unlisted(entries: list[Entry], blobs: dict[str, Path]) -> list[Version]:
    """Texts that are there though no entry names them, by the time at which they were written."""
    listed, found = {entry.sha256 for entry in entries}, list[Version]()
    for sha256 in blobs.keys() - listed:
        with contextlib.suppress(FileNotFoundError):
            found.append(Version(sha256, blobs[sha256].stat().st_mtime, None, None))
    return sorted(found, key=lambda version: version.saved_at)


def _fewer(entries: list[Entry], stay: set[str]) -> list[Entry]:
    """Entries of one file that say the same of the versions that stay, and of the time spent."""
    last: dict[tuple[str, bool], Entry] = {}
    for entry in entries:
        if entry.sha256 in stay:
            last[entry.sha256, entry.passed is None] = entry
    moments = set(thinned(entry.at for entry in entries)) - {e.at for e in last.values()}
    return [*last.values(), *(Entry(entries[0].file, at) for at in moments)]


@dataclass(frozen=True)
class Entry:
    """One test of a file; ``sha256`` is None where the text of then is kept no more."""

    file: str
    at: float
    sha256: str | None = None
    passed: int | None = None
    total: int | None = None

    def line(self) -> bytes:
        """The entry as it is written."""
        known = {name: value for name, value in vars(self).items() if value is not None}
        return json.dumps(known).encode() + b"\n"


def entries_in(path: Path) -> list[Entry]:
    """All entries in the order of their time. A line that is none, broken off say, is no entry."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    found = [entry for line in lines if line.strip() and (entry := _entry(line))]
    return sorted(found, key=lambda entry: entry.at)


def add_entry(path: Path, entry: Entry, *, sync: bool) -> int:
    """Write an entry at the end, on a line of its own; how many bytes there are then. OSError."""
    line = entry.line()
    with open(path, "ab+") as file:
        size = file.seek(0, os.SEEK_END)
        if size:
            file.seek(size - 1)
            line = line if file.read(1) == b"\n" else b"\n" + line
        file.write(line)
        file.flush()
        if sync:
            os.fsync(file.fileno())
    return size + len(line)


def write_entries(path: Path, entries: Iterable[Entry]) -> None:
    """Put these entries in the place of all. OSError, and all is as it was."""
    write_whole(path, b"".join(entry.line() for entry in sorted(entries, key=lambda e: e.at)))


def _entry(line: bytes) -> Entry | None:
    try:
        found = json.loads(line)
        if not isinstance(found, dict):
            return None
        raw = cast("dict[str, Any]", found)
        passed, total = raw.get("passed"), raw.get("total")
        sha256 = raw.get("sha256")
        if not (isinstance(passed, int) and isinstance(total, int)):
            passed = total = None
        at = float(raw["at"])
        if not isinstance(raw["file"], str) or not 0 <= at < 1e10:
            return None
        return Entry(raw["file"], at, sha256 if _is_hash(sha256) else None, passed, total)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None


def _is_hash(text: object) -> bool:
    return isinstance(text, str) and len(text) == 64 and set(text) <= set("0123456789abcdef")


NEWEST = 200
HOURLY_DAYS = 30
MOST_BYTES = 16 << 20
#: Who tests nothing for longer than this has paused: that time is not counted.
PAUSE_S = 15 * 60
_HOUR, _DAY = 3600, 86400


@dataclass(frozen=True)
class Version:
    """A text that a learner's file had: its hash, when it was last tested, and what passed.

    ``passed`` and ``total`` are None where it was kept without having been tested.
    """

    sha256: str
    saved_at: float
    passed: int | None
    total: int | None


def to_stay(versions: Sequence[Version], sizes: Mapping[str, int], now: float) -> set[str]:
    """The hashes of those versions of one file, oldest first, that stay. Always the same ones."""
    if not versions:
        return set()
    best = max(versions, key=lambda version: (version.passed or 0, version.saved_at))
    precious = {versions[-1].sha256, best.sha256}
    spans = {_span(version, now): version for version in versions[:-NEWEST]}
    chosen = [*spans.values(), *versions[-NEWEST:]]
    room = MOST_BYTES - sum(sizes.get(sha256, 0) for sha256 in precious)
    stay = set(precious)
    for version in reversed(chosen):
        if version.sha256 not in stay:
            room -= sizes.get(version.sha256, 0)
            if room < 0:
                break
            stay.add(version.sha256)
    return stay


def time_spent(moments: Iterable[float]) -> float:
    """The seconds between tests that followed each other within ``PAUSE_S``."""
    ordered = sorted(moments)
    gaps = (after - before for before, after in pairwise(ordered))
    return sum(gap for gap in gaps if gap <= PAUSE_S)


def thinned(moments: Iterable[float]) -> list[float]:
    """As few of the moments as give the same ``time_spent``, the first and the last among them."""
    thin: list[float] = []
    for moment in sorted(moments):
        if len(thin) > 1 and moment - thin[-2] <= PAUSE_S:
            thin[-1] = moment
        else:
            thin.append(moment)
    return thin


def _span(version: Version, now: float) -> tuple[int, int]:
    """The hour or the day of which one old version stays."""
    length = _HOUR if now - version.saved_at < HOURLY_DAYS * _DAY else _DAY
    return length, int(version.saved_at // length)
