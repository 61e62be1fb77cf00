"""What one look at the machine found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

State = Literal["ok", "note", "trouble"]


@dataclass(frozen=True)
class Finding:
    """``what`` was looked at, what was ``found`` there, and the one command that mends it."""

    what: str
    state: State
    found: str
    mend: str = ""

    def to_dict(self) -> dict[str, str]:
        """The published form, as ``--json`` prints it."""
        return asdict(self)
