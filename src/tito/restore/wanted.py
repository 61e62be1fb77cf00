"""What a person asked to have back: a kept version, or the untouched stub."""

from __future__ import annotations

from dataclasses import dataclass

from tito.restore.page import checks, moment
from tito.workspace.restoring import SHORT
from tito.workspace.versions import Version


@dataclass(frozen=True)
class Wanted:
    """A text that may be brought back: a version, or the stub, for which ``version`` is None."""

    version: Version | None
    content: bytes

    @property
    def short(self) -> str:
        """Its name in a sentence."""
        return f"version {self.version.sha256[:SHORT]}" if self.version else "the untouched stub"

    @property
    def known(self) -> str:
        """What is known of it, in parentheses."""
        if self.version is None:
            return ""
        return f" ({moment(self.version.saved_at)}, {_tested(self.version)})"

    @property
    def option(self) -> str:
        """What a person types for it."""
        return f"--version {self.version.sha256[:SHORT]}" if self.version else "--stub"


def _tested(version: Version) -> str:
    return checks(version) if version.passed is None else f"{checks(version)} checks passed"


def some_lines(count: int) -> str:
    """So many lines, in words."""
    return "1 line" if count == 1 else f"{count} lines"
