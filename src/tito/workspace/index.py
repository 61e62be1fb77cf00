"""The list of what was tested when: lines of JSON, added at the end, each readable by itself."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tinytorch.writing import write_whole


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
