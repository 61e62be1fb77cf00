"""Where the pages of a watch are drawn: a screen of its own on a terminal, or line below line."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence

_ENTER = "\033[?1049h\033[?25l"
_LEAVE = "\033[?25h\033[?1049l"
_HOME, _CLEAR_LINE, _CLEAR_REST = "\033[H", "\033[K", "\033[J"


class Display:
    """Where pages are drawn. ``full`` says that there is a screen which can be redrawn."""

    def __init__(self) -> None:
        self.full = sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and _understands()
        self._entered = False

    @property
    def height(self) -> int:
        """How many lines there are."""
        return max(shutil.get_terminal_size((80, 24)).lines, 4)

    def enter(self) -> None:
        """Take the second screen, and hide the cursor."""
        if self.full and not self._entered:
            self._entered = True
            _write(_ENTER)

    def leave(self) -> None:
        """The first screen again, with all that stood there, and the cursor."""
        if self._entered:
            self._entered = False
            _write(_LEAVE)

    def draw(self, lines: Sequence[str], foot: str = "") -> None:
        """These lines in place of what stands there, the foot in the last line; or below it."""
        if not self.full:
            _write("\n".join(lines) + "\n\n")
            return
        height = self.height
        shown = [*lines[: height - 1], *[""] * (height - 1 - len(lines)), foot]
        _write(_HOME + "\n".join(line + _CLEAR_LINE for line in shown) + _CLEAR_REST)

    def foot(self, text: str) -> None:
        """Change the last line alone."""
        if self.full:
            _write(f"\033[{self.height};1H{text}{_CLEAR_LINE}")


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _understands() -> bool:
    """Whether the terminal takes escape codes; on Windows they have to be asked for."""
    if sys.platform != "win32":
        return True
    import ctypes

    kernel = ctypes.windll.kernel32
    handle, mode = kernel.GetStdHandle(-11), ctypes.c_uint32()
    if not kernel.GetConsoleMode(handle, ctypes.byref(mode)):
        return False
    return bool(kernel.SetConsoleMode(handle, mode.value | 4))
