"""Interrupts: Ctrl-C waits until a step is whole, so that what is saved is never half of one."""

from __future__ import annotations

import signal
import threading
from types import FrameType


class Interrupts:
    """Inside a `with` block, the first Ctrl-C is noted; the second breaks off at once.

    Only where Ctrl-C does what Python does by itself, and in the thread that gets it.
    """

    came = False
    ours = False

    def __enter__(self) -> Interrupts:
        in_main = threading.current_thread() is threading.main_thread()
        self.ours = in_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if self.ours:
            signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        if self.ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        if self.came and kind is None:  # it came when there was no step left to wait for
            raise KeyboardInterrupt

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.came:
            raise KeyboardInterrupt
        self.came = True
