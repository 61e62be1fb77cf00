"""What happens while a file is watched: saves, keys, a new size of the terminal, the wish to go."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Any, Literal

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


_NAMED = {
    **dict.fromkeys(("\x1b[A", "\x1bOA"), "up"),
    **dict.fromkeys(("\x1b[B", "\x1bOB"), "down"),
    **dict.fromkeys(("\x1b[6~", " ", "\r", "\n"), "on"),
    **{"\x1b[5~": "back", "\x1b": "close"},
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
        if self.works:
            self.take()
            listen = self._listen_on_windows if sys.platform == "win32" else self._listen
            threading.Thread(target=listen, daemon=True).start()

    def take(self) -> None:
        """Let keys come one by one; Ctrl-C and Ctrl-Z still do what they do."""
        if sys.platform != "win32" and self.works:
            import termios
            import tty

            with contextlib.suppress(termios.error):
                self._before = self._before or termios.tcgetattr(sys.stdin.fileno())
                tty.setcbreak(sys.stdin.fileno(), termios.TCSADRAIN)

    def give_back(self) -> None:
        """The terminal's mode is what it was."""
        if sys.platform != "win32" and self._before is not None:
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


Handler = Callable[[int, FrameType | None], None]


@contextmanager
def signals_to(
    events: Events, lay_down: Callable[[], None], take_up: Callable[[], None]
) -> Generator[None]:
    """Signals become events. For Ctrl-Z the terminal is laid down, and taken up afterwards.

    A second Ctrl-C interrupts whatever keeps the first one waiting.
    """

    def leave(number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGINT:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        events.put("leave", str(128 + number))

    def pause(_number: int, _frame: FrameType | None) -> None:
        lay_down()
        os.kill(os.getpid(), getattr(signal, "SIGSTOP"))  # noqa: B009 (Windows has none)
        take_up()
        events.put("resized")

    def resized(_number: int, _frame: FrameType | None) -> None:
        events.put("resized")

    wanted: dict[str, Handler] = dict.fromkeys(("SIGINT", "SIGTERM", "SIGHUP"), leave)
    wanted |= {"SIGTSTP": pause, "SIGWINCH": resized}
    known = {getattr(signal, name): act for name, act in wanted.items() if hasattr(signal, name)}
    before = {number: signal.signal(number, act) for number, act in known.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
