"""What happens while a file is watched: saves, keys, a new size of the terminal, the wish to go."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import stat
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Any, Literal

from tito.engine.source import MAX_BYTES

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


PAUSE_S = 0.01
SLOWEST_S = 0.5
SHARE = 0.1  # of the time, at most, goes into looking where a look is dear
GONE_S = 0.3  # editors that delete and write anew are done by then
TEXT_S = 1.0  # times may be coarse: the text itself is read so often
_SOON_S = 0.05

Signature = tuple[int, int, int]


class Saves(threading.Thread):
    """Tells ``events`` of each new text of the file, and when the file is gone."""

    def __init__(self, path: Path, events: Events) -> None:
        super().__init__(daemon=True)
        self.path, self.events = path, events
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
                self.events.put("saved", told)

    def _miss(self, now: float) -> None:
        if self._missed_at is None:
            self._missed_at = now if self._told is not None else now - GONE_S
        if self._told != "" and now - self._missed_at >= GONE_S:
            self._told = ""
            self.events.put("gone")


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
