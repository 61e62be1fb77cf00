"""Keys as they are pressed, where there is a keyboard; the terminal as it was afterwards."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

from tito.watching.events import Events

_NAMED = {
    "\x1b[A": "up",
    "\x1bOA": "up",
    "\x1b[5~": "back",
    "\x1b[B": "down",
    "\x1bOB": "down",
    "\x1b[6~": "on",
    " ": "on",
    "\r": "on",
    "\n": "on",
    "\x1b": "close",
}
_WINDOWS = {"H": "up", "I": "back", "P": "down", "Q": "on"}


class Keyboard:
    """Tells ``events`` of keys: letters in lower case; ``up``, ``down``, ``on`` and the like."""

    def __init__(self, events: Events) -> None:
        self.events = events
        self.works = bool(sys.stdin and not sys.stdin.closed and sys.stdin.isatty())
        self._before: list[Any] | None = None
        self._over = threading.Event()

    def start(self) -> None:
        """Let keys come one by one and unseen, and listen."""
        if not self.works:
            return
        self.take()
        listen = self._listen_on_windows if sys.platform == "win32" else self._listen
        threading.Thread(target=listen, daemon=True).start()

    def take(self) -> None:
        """Let keys come one by one; Ctrl-C and Ctrl-Z still do what they do."""
        if sys.platform == "win32" or not self.works:
            return
        import termios

        with contextlib.suppress(termios.error):
            mode = termios.tcgetattr(sys.stdin.fileno())
            self._before = self._before or [*mode[:6], list(mode[6])]
            mode[3] &= ~(termios.ICANON | termios.ECHO)
            mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, mode)

    def give_back(self) -> None:
        """The terminal's mode is what it was."""
        if sys.platform == "win32" or self._before is None:
            return
        import termios

        with contextlib.suppress(termios.error):
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, self._before)
        self._before = None

    def stop(self) -> None:
        """Listen no more, and give the terminal back."""
        self._over.set()
        self.give_back()

    def _listen(self) -> None:
        import select

        descriptor = sys.stdin.fileno()
        while not self._over.is_set():
            ready, _, _ = select.select([descriptor], [], [], 0.2)
            if not ready or self._over.is_set():
                continue
            try:
                data = os.read(descriptor, 64)
            except OSError:
                return
            if not data:
                return
            for key in named(data.decode("utf-8", errors="replace")):
                self.events.put("key", key)

    def _listen_on_windows(self) -> None:
        if sys.platform != "win32":
            return
        import msvcrt

        while not self._over.is_set():
            if not msvcrt.kbhit():
                time.sleep(0.03)
                continue
            key = msvcrt.getwch()
            if key in ("\x00", "\xe0"):
                self.events.put("key", _WINDOWS.get(msvcrt.getwch(), ""))
            elif key == "\x03":
                self.events.put("leave", "130")
            else:
                self.events.put("key", _NAMED.get(key, key.lower()))


def named(typed: str) -> Iterator[str]:
    """The keys in what was read at once; sequences that say nothing to us are left out."""
    while typed:
        known = max((key for key in _NAMED if typed.startswith(key)), key=len, default=None)
        if typed[0] == "\x1b" and len(typed) > 1 and known in (None, "\x1b"):
            return
        known = known or typed[0]
        yield _NAMED.get(known, known.lower())
        typed = typed[len(known) :]
