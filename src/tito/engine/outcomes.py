"""What became of a probe: what it saw, or how its process died, or why it was not tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeGuard, cast

from tito.engine.aftermath import Death
from tito.engine.lesson import Check
from tito.engine.seen import BadObservation, Raised, decode


@dataclass(frozen=True)
class Outcome:
    """What became of one probe: an observation, or the death of its process, or neither.

    ``ran`` are the lines of the learner's method that ran, as ``returns`` has them; ``noted`` is
    all that was noted where the probe was watched.
    """

    seen: Any = None
    death: Death | None = None
    blocked: str | None = None
    ran: list[int] | None = None
    noted: Any = None


#: Told of each outcome.
Heed = Callable[[Check, Outcome], None]


def out_of_memory(seen: Any) -> TypeGuard[Raised]:
    """Whether the probe ended because there was no more memory."""
    return isinstance(seen, Raised) and seen.type == "MemoryError"


def decoded(data: Any) -> Any:
    """What a worker saw; an error in its place where that is no observation."""
    try:
        return decode(data)
    except BadObservation:
        return Raised("RuntimeError", "what came back is no observation", None, False)


def lines_in(data: Any) -> list[int] | None:
    """The lines of a watched method, if that is what was noted."""
    lines = cast("list[object]", data) if isinstance(data, list) else [None]
    whole = [line for line in lines if type(line) is int]
    return whole if len(whole) == len(lines) else None
