"""What is known of things by who they are, for as long as they live."""

from __future__ import annotations

import weakref
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class ById(Generic[T]):
    """A note to each of many things, tensors or arrays, that keeps none of them alive."""

    def __init__(self) -> None:
        """Begin with no notes."""
        self.notes: dict[int, tuple[Any, T]] = {}
        self.most = 1000

    def set(self, thing: Any, note: T) -> None:
        """Note something to a thing."""
        if len(self.notes) > self.most:  # ids are used again: most of these are of the dead
            self.notes = {key: pair for key, pair in self.notes.items() if pair[0]() is not None}
            self.most = max(self.most, 2 * len(self.notes))
        self.notes[id(thing)] = (weakref.ref(thing), note)

    def get(self, thing: object) -> T | None:
        """What was noted to this very thing; None if nothing was."""
        pair = self.notes.get(id(thing))
        return pair[1] if pair and pair[0]() is thing else None
