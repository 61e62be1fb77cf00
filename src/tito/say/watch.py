"""The verdict on a save as one screen: what changed, the first thing to fix, and what was cut."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tito.engine.report import Report
from tito.say.report import Page
from tito.say.terminal import listed
from tito.say.view import WRONG

_HEAD = 8
#: What is kept whole as long as anything else can give way.
_TEACHES = ("mistake", "perhaps", "tried", "task")
#: How narrow a page may be, step by step: rows of each text, how tight, and what is left out.
_STEPS = (
    *((1000, tight, ()) for tight in (0, 1, 2)),
    *((most, tight, ()) for most, tight in ((8, 2), (6, 3), (4, 3))),
    *((most, 3, ("printed",)) for most in (3, 2)),
    *((most, 3, ("printed", "with")) for most in (3, 2, 1)),
    *((most, 4, ("printed", "with", "tried")) for most in (2, 1)),
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
    without: tuple[str, ...] = ()

    def fitted(self, height: int) -> tuple[list[str], bool]:
        """The page in at most so many lines, and whether anything had to be left out for that.

        The last to go are the heading, what the mistake is, what came, and the line to look at.
        """
        lines = list[str]()
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
        changed, end = self._changed(every), self._end(most, every)
        mend = self._to_mend(most, every)
        printed = [] if "printed" in self.without else self._printed(most, every)
        top, table = self._header(), self._table()
        parts = [top, table, changed, mend, printed, end]
        if every:
            parts = [top, table, mend, printed, changed, end]
        elif self.tight > 1:
            parts = [[*top, *table, *changed], mend, printed, end]
        if self.tight:
            parts = [[line for line in part if line] for part in parts]
        return [line for part in parts if part for line in (*part, "")][:-1]

    def _table(self) -> list[str]:
        """Where there is little room, only the classes that are begun; or that in hand."""
        if self.tight < 2 or self.report.ok or not self.report.tested:
            return super()._table()
        first = self.report.first
        rows, others = list[str](), dict[str, list[str]]()
        for part in self.view.parts:
            word, in_hand = part.state[0], first is not None and part.name == first.part
            if in_hand or (self.tight < 3 and word not in ("to write", "waits")):
                rows.append(self._part_line(part))
            else:
                others.setdefault(word, []).append(part.name)
        if others:
            said = "; ".join(f"{word}: {listed(names)}" for word, names in others.items())
            rows.append(self.screen.cut(f"  {said}", self.screen.width))
        return rows

    def _field(self, label: str, text: str, most: int) -> list[str]:
        if label in self.without:
            return []
        return super()._field(label, text, max(most, 8) if label in _TEACHES else most)

    def _changed(self, every: bool) -> list[str]:
        """How much got better and worse since the save before, with the names of the checks.

        ``every`` name stands on a line of its own, or as many as fit beside the count.
        """
        if self.change is None:
            return []
        lines: list[str] = []
        for word, style, names, one, many in (
            ("Better", "green", self.change.better, "now passes", "now pass"),
            ("Worse", "red", self.change.worse, "no longer passes", "no longer pass"),
        ):
            count = f"1 check {one}" if len(names) == 1 else f"{len(names)} checks {many}"
            head, room = self.screen.paint(f"{word:<{_HEAD}}", style), self.screen.width
            if names and every:
                lines += [head + count, *(f"  {self.screen.cut(name, room - 2)}" for name in names)]
            elif names:
                lines.append(head + self.screen.cut(f"{count}: {', '.join(names)}", room - _HEAD))
        if not (lines or every):
            return [self.screen.paint("Since the last save: no check changed.", "dim")]
        return lines

    def _to_mend(self, most: int, every: bool) -> list[str]:
        wrong = [check for check in self.report.checks if check.status in WRONG]
        place = self.turn % len(wrong) if wrong else 0
        if every or self.report.error is not None or not place:
            return super()._to_mend(most, every)
        return self._in_full(wrong[place], f"To fix, {place + 1} of {len(wrong)}", most)

    def _end(self, most: int, every: bool) -> list[str]:
        if self.tight > 1 and not self.report.ok:
            return self.screen.wrap(self._standing(every), self.screen.width)
        lines = super()._end(most, every)
        return lines[:-1] if self.report.sha256 and not self.report.ok else lines

    def _further(self, wrong: int) -> str:
        return f"; {wrong} fail: n shows the next, a shows all."


@dataclass(frozen=True)
class Change:
    """What a save made better and worse: exercises and checks, in the order of the report."""

    better: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()


def change(before: Report, after: Report) -> Change:
    """From one verdict to the next, of a file that could be tested both times."""
    was, now = (
        {f"{check.exercise} {check.name}": check.status == "passed" for check in report.checks}
        for report in (before, after)
    )
    better = tuple(name for name in now if now[name] and not was.get(name))
    return Change(better, tuple(name for name in now if was.get(name) and not now[name]))
