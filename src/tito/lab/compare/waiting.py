"""One line on a terminal that says what is going on, and is gone when it is over."""

from __future__ import annotations

import sys
from typing import Self


class Waiting:
    """Says what is done now, where a person looks on, and clears it at the end."""

    def __init__(self, shown: bool) -> None:
        """Say nothing at all unless ``shown``."""
        self.shown = shown and sys.stderr.isatty() and sys.stdout.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.say("")

    def say(self, text: str) -> None:
        """Put this in the place of what was said before."""
        if self.shown:
            sys.stderr.write(f"\r\033[K{text}")
            sys.stderr.flush()
