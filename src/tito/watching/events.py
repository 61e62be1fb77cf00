"""What happens while a file is watched: saves, keys, a new size of the terminal, the wish to go."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Literal

Kind = Literal["saved", "gone", "key", "resized", "leave"]


@dataclass(frozen=True)
class Event:
    """One of them; ``value`` is the hash of what was saved, the key, or the exit code."""

    kind: Kind
    value: str = ""
    moment: float = field(default_factory=time.monotonic)


class Events:
    """From threads and signals to the one that tests; a signal may interrupt any of these lines."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[Event] = SimpleQueue()
        self.urgent = False  # something waits that makes the present run pointless

    def put(self, kind: Kind, value: str = "") -> None:
        """Something happened."""
        self._waiting.put(Event(kind, value))
        self.urgent = self.urgent or kind in ("saved", "gone", "leave")

    def get(self, patience_s: float) -> Event | None:
        """The next event; None if none comes in time."""
        try:
            return self._waiting.get(timeout=patience_s) if patience_s else self._waiting.get(False)
        except Empty:
            return None
