"""The verdict on a save as one screen: what changed, the first thing to fix, and what was cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tito.show import WRONG, Page
from tito.watching.changes import Change

KEYS = "h hint   n next   a all   r again   q quit"
SHORTENED = KEYS.replace("a all", "a all (this is shortened)")
_TIGHT = (10, 8, 6, 5)
_TIGHTER = (
    (5, frozenset[str]()),
    (4, frozenset[str]()),
    (5, frozenset({"tried"})),
    (4, frozenset({"tried"})),
    (4, frozenset({"tried", "with"})),
    (3, frozenset({"tried", "with"})),
    (2, frozenset({"tried", "with"})),
    (1, frozenset({"tried", "with", "printed"})),
)


@dataclass(frozen=True)
class WatchPage(Page):
    """``change`` is what the save changed; ``turn`` counts how often the next failure was wanted.

    ``before`` says how many checks passed before a text that cannot be tested. Where there is
    little room, the page is ``dense`` and ``without`` some of its fields.
    """

    change: Change | None = None
    turn: int = 0
    before: int | None = None
    dense: bool = False
    without: frozenset[str] = frozenset()

    def fitted(self, height: int) -> tuple[list[str], bool]:
        """The page in at most so many lines, and whether anything had to be left out for that.

        The last to go are the heading, what came, and the line to look at.
        """
        lines = self._lines(1000, every=False)
        if len(lines) <= height:
            return lines, False
        for most in _TIGHT:
            lines = self._lines(most, every=False)
            if len(lines) <= height:
                return lines, True
        for most, without in _TIGHTER:
            page = replace(self, dense=True, without=without)
            lines = page._lines(most, every=False)
            if len(lines) <= height:
                return lines, True
        return lines[:height], True

    def all_lines(self) -> list[str]:
        """Every failure in full, and all that changed."""
        return self._lines(1000, every=True)

    def _lines(self, most: int, every: bool) -> list[str]:
        top, changed = [self._header(), self._table()], self._changed(1000 if every else 1)
        mend, end = self._to_mend(most, every), self._end(most, every)
        if self.dense:
            top, changed = [[*top[0], *top[1]]], [*changed]
            mend = [line for line in mend if line]
        parts = [*top, mend, changed, end] if every else [*top, changed, mend, end]
        return [line for part in parts if part for line in (*part, "")][:-1]

    def _field(self, label: str, text: str, most: int) -> list[str]:
        return [] if label in self.without else super()._field(label, text, most)

    def _changed(self, most: int) -> list[str]:
        """Better and worse since the save before, by name."""
        if self.before is not None:
            noun = "check" if self.before == 1 else "checks"
            return [f"Before this save, {self.before} {noun} passed."]
        if self.change is None:
            return []
        if not (self.change.better or self.change.worse):
            return [self.screen.paint("Since the last save: no check changed.", "dim")]
        lines = self._names("Better", self.change.better, "now", "green", most)
        return lines + self._names("Worse", self.change.worse, "no longer", "red", most)

    def _names(
        self, word: str, names: Sequence[str], when: str, style: str, most: int
    ) -> list[str]:
        if not names:
            return []
        text = f"{_count(len(names))} {when}: {', '.join(names)}"
        first, *others = self.screen.wrap(text, self.screen.width - 8, most)
        head = self.screen.paint(f"{word:<8}", style)
        return [head + first, *(" " * 8 + line for line in others)]

    def _to_mend(self, most: int, every: bool) -> list[str]:
        wrong = [check for check in self.report.checks if check.status in WRONG]
        if every or self.report.error is not None or len(wrong) < 2 or not self.turn % len(wrong):
            return super()._to_mend(most, every)
        place = self.turn % len(wrong)
        return self._in_full(wrong[place], f"To fix, {place + 1} of {len(wrong)}", most)

    def _end(self, most: int, every: bool) -> list[str]:
        lines = super()._end(most, every)
        return lines[:-1] if self.report.sha256 and not self.report.ok else lines

    def _standing(self, every: bool) -> str:
        return super()._standing(every).replace("--all shows each", "n and a show them")


def _count(number: int) -> str:
    return "1 check passes" if number == 1 else f"{number} checks pass"
