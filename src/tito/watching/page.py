"""The verdict on a save as one screen: what changed, the first thing to fix, and what was cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from tito.show import WRONG, Page, sorted_by_part, state_of
from tito.terminal import listed
from tito.watching.changes import Change

KEYS = "h hint   n next   a all   r again   q quit"
SHORTENED = KEYS.replace("a all", "a all (this is shortened)")
_HEAD = 8
#: What is kept whole as long as anything else can give way.
_TEACHES = ("mistake", "perhaps", "tried", "task")
#: How narrow a page may be, step by step: rows of each text, how tight, and what is left out.
_STEPS = (
    (1000, 1, frozenset[str]()),
    (1000, 2, frozenset[str]()),
    (8, 2, frozenset[str]()),
    (6, 3, frozenset[str]()),
    (4, 3, frozenset[str]()),
    (3, 3, frozenset({"printed"})),
    (2, 3, frozenset({"printed"})),
    (3, 3, frozenset({"printed", "with"})),
    (2, 3, frozenset({"printed", "with"})),
    (1, 3, frozenset({"printed", "with"})),
    (2, 4, frozenset({"printed", "with", "tried"})),
    (1, 4, frozenset({"printed", "with", "tried"})),
)


@dataclass(frozen=True)
class WatchPage(Page):
    """``change`` is what the save changed; ``turn`` counts how often the next failure was wanted.

    Where there is little room, the page is ``tight`` in degrees, and ``without`` some of its
    fields: empty lines go first; then rows of classes that are not begun, and the seed; then
    the other rows but that of the class in hand.
    """

    change: Change | None = None
    turn: int = 0
    tight: int = 0
    without: frozenset[str] = frozenset()

    def fitted(self, height: int) -> tuple[list[str], bool]:
        """The page in at most so many lines, and whether anything had to be left out for that.

        The last to go are the heading, what the mistake is, what came, and the line to look at.
        """
        lines = self._lines(1000, every=False)
        if len(lines) <= height:
            return lines, False
        for most, tight, without in _STEPS:
            page = replace(self, tight=tight, without=without)
            lines = page._lines(most, every=False)
            if len(lines) <= height:
                return lines, tight > 1
        return lines[:height], True

    def all_lines(self) -> list[str]:
        """Every failure in full, and all that changed."""
        return self._lines(1000, every=True)

    def _lines(self, most: int, every: bool) -> list[str]:
        changed = self._all_changed() if every else self._changed()
        mend, end = self._to_mend(most, every), self._end(most, every)
        printed = [] if "printed" in self.without else self._printed(most, every)
        top, table = self._header(), self._table()
        if every:
            parts = [top, table, mend, printed, changed, end]
        else:
            parts = [top, table, changed, mend, printed, end]
        if not self.tight:
            return [line for part in parts if part for line in (*part, "")][:-1]
        close = [[*top, *table, *changed], mend, printed, end] if self.tight > 1 else parts
        dense = [[line for line in part if line] for part in close]
        return [line for part in dense if part for line in (*part, "")][:-1]

    def _table(self) -> list[str]:
        """Where there is little room, only the classes that are begun; or that in hand."""
        if self.tight < 2 or self.report.ok or not self.report.tested:
            return super()._table()
        first = self.report.first
        rows, others = list[str](), dict[str, list[str]]()
        parts = groupby(sorted_by_part(self.report.checks), key=lambda check: check.part)
        for part, checks in ((part, list(checks)) for part, checks in parts):
            word = state_of(checks)[0]
            in_hand = first is not None and part == first.part
            if in_hand or (self.tight < 3 and word not in ("to write", "waits")):
                rows.append(self._part_line(part, checks))
            else:
                others.setdefault(word, []).append(part)
        if others:
            said = "; ".join(f"{word}: {listed(names)}" for word, names in others.items())
            rows.append(self.screen.cut(f"  {said}", self.screen.width))
        return rows

    def _field(self, label: str, text: str, most: int) -> list[str]:
        if label in self.without:
            return []
        return super()._field(label, text, max(most, 8) if label in _TEACHES else most)

    def _changed(self) -> list[str]:
        """How much got better and worse since the save before, the first of it by name."""
        if self.change == Change():
            return [self.screen.paint("Since the last save: no check changed.", "dim")]
        rows = ((head, f"{count}: {', '.join(names)}") for head, count, names in self._both())
        return [head + self.screen.cut(text, self.screen.width - _HEAD) for head, text in rows]

    def _all_changed(self) -> list[str]:
        """All that got better and worse, each on a line of its own."""
        lines: list[str] = []
        for head, count, names in self._both():
            lines.append(f"{head}{count}")
            lines += [f"  {self.screen.cut(name, self.screen.width - 2)}" for name in names]
        return lines

    def _both(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Better, then worse: the word, how many checks, and which."""
        change = self.change or Change()
        for word, style, names, one, many in (
            ("Better", "green", change.better, "now passes", "now pass"),
            ("Worse", "red", change.worse, "no longer passes", "no longer pass"),
        ):
            if names:
                count = f"1 check {one}" if len(names) == 1 else f"{len(names)} checks {many}"
                yield self.screen.paint(f"{word:<{_HEAD}}", style), count, names

    def _to_mend(self, most: int, every: bool) -> list[str]:
        wrong = [check for check in self.report.checks if check.status in WRONG]
        if every or self.report.error is not None or len(wrong) < 2 or not self.turn % len(wrong):
            return super()._to_mend(most, every)
        place = self.turn % len(wrong)
        return self._in_full(wrong[place], f"To fix, {place + 1} of {len(wrong)}", most)

    def _end(self, most: int, every: bool) -> list[str]:
        if self.tight > 1 and not self.report.ok:
            return self.screen.wrap(self._standing(every), self.screen.width)
        lines = super()._end(most, every)
        return lines[:-1] if self.report.sha256 and not self.report.ok else lines

    def _further(self, wrong: int) -> str:
        return f"; {wrong} fail: n shows the next, a shows all."
