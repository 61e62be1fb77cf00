"""When a learner's file is saved, whatever editor and file system it is in."""

from __future__ import annotations

import hashlib
import os
import stat
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from tito.engine.source import MAX_BYTES

PAUSE_S = 0.01
SLOWEST_S = 0.5
SHARE = 0.1  # of the time, at most, goes into looking where a look is dear
GONE_S = 0.3  # editors that delete and write anew are done by then
TEXT_S = 1.0  # times may be coarse: the text itself is read so often
_SOON_S = 0.05

Signature = tuple[int, int, int]


class Saves(threading.Thread):
    """Calls ``tell`` for each new text of the file, with its hash, and when the file is gone."""

    def __init__(self, path: Path, tell: Callable[[Literal["saved", "gone"], str], None]) -> None:
        super().__init__(daemon=True)
        self.path, self.tell = path, tell
        self._over = threading.Event()
        self._signature: Signature | None = None
        self._told: str | None = None  # the hash last told; "" for a file that is gone
        self._missed_at: float | None = None
        self._read_again_at = 0.0
        self._costs: deque[float] = deque(maxlen=8)

    def run(self) -> None:
        """Look until ``stop`` is called."""
        while not self._over.wait(self.pause):
            self.look(time.monotonic())

    @property
    def pause(self) -> float:
        """How long to wait before the next look: the cheapest of the last ones tells the price.

        The others waited for a processor.
        """
        return min(max(PAUSE_S, min(self._costs, default=0.0) / SHARE), SLOWEST_S)

    def stop(self) -> None:
        """Look no more."""
        self._over.set()

    def look(self, now: float) -> None:
        """Compare the file with what it was; ``now`` by a clock that never goes back."""
        began = time.perf_counter()
        signature = _signature(self.path)
        self._costs.append(time.perf_counter() - began)
        changed, self._signature = signature != self._signature, signature
        if signature is None:
            self._miss(now)
            return
        self._missed_at = None
        if changed or now >= self._read_again_at:
            self._read_again_at = now + (_SOON_S if changed else TEXT_S)
            text = _text(self.path)
            told = self._told if text is None else hashlib.sha256(text).hexdigest()
            if told and told != self._told:
                self._told = told
                self.tell("saved", told)

    def _miss(self, now: float) -> None:
        if self._missed_at is None:
            self._missed_at = now if self._told is not None else now - GONE_S
        if self._told != "" and now - self._missed_at >= GONE_S:
            self._told = ""
            self.tell("gone", "")


def _signature(path: Path) -> Signature | None:
    """What changes with a save; None where there is no such file."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _text(path: Path) -> bytes | None:
    """The text, as far as it is tested; of what is no file, a word; None if it cannot be read."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return b"no file"
        with open(path, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except PermissionError:
        return b"may not be read"
    except OSError:
        return None
