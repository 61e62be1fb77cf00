"""Ctrl-C in a training: the step in hand is done and kept, unless that takes too long."""

from __future__ import annotations

import _thread
import signal
import tempfile
import threading
from pathlib import Path
from types import FrameType, TracebackType

#: How long a step may take to come to its end, after Ctrl-C.
PATIENCE_S = 2.0


class Stopping:
    """In a ``with`` block, the first Ctrl-C makes the file ``path``, for the training to see.

    A second one, or one step that takes too long, raises KeyboardInterrupt.
    """

    def __init__(self) -> None:
        self.came = False
        self._folder = tempfile.TemporaryDirectory(prefix="tito-", ignore_cleanup_errors=True)
        self.path = Path(self._folder.name) / "stop"
        self._timer = threading.Timer(PATIENCE_S, _thread.interrupt_main)
        self._timer.daemon = True

    def __enter__(self) -> Stopping:
        """From now on."""
        in_main = threading.current_thread() is threading.main_thread()
        self._ours = in_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if self._ours:
            signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """No longer."""
        self._timer.cancel()
        if self._ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        self._folder.cleanup()

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.came:
            raise KeyboardInterrupt
        self.came = True
        self.path.touch()
        self._timer.start()
