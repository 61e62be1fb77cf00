"""Ctrl-C, Ctrl-Z, a closed terminal, a new size: what they ask for, without losing the terminal."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType

from tito.watching.events import Events

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

    wanted: dict[str, Handler] = {
        "SIGINT": leave,
        "SIGTERM": leave,
        "SIGHUP": leave,
        "SIGTSTP": pause,
        "SIGWINCH": resized,
    }
    known = {getattr(signal, name): act for name, act in wanted.items() if hasattr(signal, name)}
    before = {number: signal.signal(number, act) for number, act in known.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
