"""Which class spoils a training: what was measured with the reference's classes put in."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from tito.engine.source import Source
from tito.terminal import listed

#: What a training reached; None where it broke off.
Reached = float | None


@dataclass
class Fault:
    """What was measured, and what it says.

    ``replaced`` has what was reached with the reference's class in place of that one; ``alone``,
    measured where no single one mends it, with that one of the learner's among the reference's;
    ``none`` with all of the reference's, where each of the learner's spoils it.
    """

    lowest: float
    replaced: dict[str, Reached] = field(default_factory=dict[str, Reached])
    alone: dict[str, Reached] = field(default_factory=dict[str, Reached])
    none: Reached = 1.0

    @property
    def mended_by(self) -> list[str]:
        """The classes of which each alone, put in, is enough."""
        return [name for name, reached in self.replaced.items() if self.good(reached)]

    @property
    def spoiled_by(self) -> list[str]:
        """The classes of which each alone, among the reference's, is too much."""
        return [name for name, reached in self.alone.items() if not self.good(reached)]

    def good(self, reached: Reached) -> bool:
        """Whether that is as much as the reference reaches, whatever the seed."""
        return reached is not None and reached >= self.lowest

    def named(self, failing: Iterable[str]) -> list[str]:
        """The classes at fault; where several may be, those of them that fail checks."""
        if not self.good(self.none):
            return []
        suspects = set(failing)
        found = self.mended_by or self.spoiled_by
        return [name for name in found if name in suspects] or found

    def verdict(self, failing: Iterable[str]) -> str:
        """In a sentence or two."""
        named = self.named(failing)
        those = listed(named)
        if self.mended_by and len(named) == 1:
            return f"The fault is in {those}."
        if self.mended_by:
            return f"The fault is where {those} meet: each, replaced alone, mends it."
        if not self.good(self.none):
            return (
                "Even with all of the reference's classes it does not do better: the fault is "
                "outside the classes, in whatever else the file does."
            )
        if len(named) > 1:
            return f"More than one is at fault: each of {those} alone spoils the training."
        if named:
            return f"The fault is in {those}, and in how the others work together."
        return "Each of yours works among the reference's: the fault is in how they work together."


def classes_to_try(source: Source) -> tuple[str, ...]:
    """The classes that the network is made of; Dense too where another class builds on it."""
    bases = [base for part in source.classes.values() for base in part.bases]
    dense = any(isinstance(base, ast.Name) and base.id == "Dense" for base in bases)
    return ("Layer", "Linear", *(["Dense"] if dense else []), "Dropout", "Sequential")
