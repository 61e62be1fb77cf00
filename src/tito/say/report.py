"""A report as text: what is right, and the first thing to mend, on one screen."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tito.engine.report import CheckResult, Report
from tito.say.terminal import Screen, columns, listed, short_path
from tito.say.view import FEW, WRONG, Field, Part, View

#: With the command above and the prompt below, 40 lines.
HEIGHT = 38
_MARKS = {"passed": ("✓", "green"), "todo": ("·", "dim"), "blocked": ("·", "dim")}


@dataclass(frozen=True)
class Page:
    """One report on one screen.

    ``tasks`` and ``before`` are the view's; ``again`` is what tests the file again.
    """

    report: Report
    screen: Screen
    tasks: Mapping[str, str] = field(default_factory=dict[str, str])
    again: str = "test"
    before: tuple[int | None, int | None] | None = None

    @cached_property
    def view(self) -> View:
        """What there is to say."""
        return View(self.report, self.tasks, self.before)

    def verdict(self, *, every: bool = False) -> str:
        """The whole answer: on one screen, or with ``every`` failure in full."""
        lines = self._lines(1000, every)
        for most in () if every else (10, 8, 6, 5, 4, 3, 2, 1):
            lines = self._lines(most, every)
            if len(lines) <= HEIGHT:
                break
        return "\n".join(lines)

    def first(self) -> str:
        """The first thing to mend alone, in full."""
        return "\n".join(self._to_mend(8, every=False))

    def parts(self) -> str:
        """Which file this is about, and how far each part is."""
        return "\n".join([*self._header(), "", *self._table()]).rstrip()

    def _lines(self, most: int, every: bool) -> list[str]:
        end = self._end(most, every)
        mend, printed = self._to_mend(most, every), self._printed(most, every)
        parts = [self._header(), self._table(), mend, printed, end]
        lines = [line for part in parts if part for line in (*part, "")]
        return lines[:-1]

    def _header(self) -> list[str]:
        path, saved = short_path(self.report.file), _saved(self.report.saved_at)
        room = self.screen.width - len(saved)
        if len(path) > room:
            path = "…" + path[len(path) - max(room - 3, 12) :]
        return [self.screen.cut(path + saved, self.screen.width)]

    def _table(self) -> list[str]:
        """A line for each part; nothing where nothing could be tested."""
        return [self._part_line(part) for part in self.view.parts] if self.report.tested else []

    def _part_line(self, part: Part) -> str:
        word, style = part.state
        counts = f"  {part.name:<12}{part.passed:>3} of {len(part.checks):<5}"
        return counts + self.screen.paint(f"{word:<10}", style) + self._marks(part)

    def _marks(self, part: Part) -> str:
        """A mark for each check, a gap between exercises, as far as there is room."""
        line, room, before = "", self.screen.width - 37, part.checks[0].exercise
        for check in part.checks:
            mark, style = _MARKS.get(check.status, ("✗", "red"))
            gap = "" if check.exercise == before else " "
            room, before = room - len(gap) - 1, check.exercise
            if room < 0:
                return line + self.screen.cut("…", 1)
            line += gap + self.screen.paint(self.screen.clean(mark), style)
        return line

    def _to_mend(self, most: int, every: bool) -> list[str]:
        if self.report.error is not None:
            return self._whole_file(most)
        if every:
            return self._everything(most)
        return self._in_full(self.report.first, "First to fix", most) if self.report.first else []

    def _whole_file(self, most: int) -> list[str]:
        report = self.report
        message = (report.error or "").replace("`tito ", f"`{self.screen.command} ")
        lines = [self.screen.heading(self.view.title), ""]
        lines += [f"  {line}" for line in self.screen.wrap(message, self.screen.width - 2, most)]
        return lines + self._shown(self.view.whole(self.screen), most)

    def _everything(self, most: int) -> list[str]:
        lines: list[str] = []
        wrong = [check for check in self.report.checks if check.status in WRONG]
        if len(wrong) > 1:
            names = (f"  {check.exercise}: {check.name}" for check in wrong)
            rows = (self.screen.cut(name, self.screen.width) for name in names)
            lines += [self.screen.heading(f"{len(wrong)} checks fail"), "", *rows, ""]
        for check in wrong:
            lines += [*self._in_full(check, "To fix", most), ""]
        for word, status in (("To write", "todo"), ("Not tried", "blocked")):
            names = dict.fromkeys(c.exercise for c in self.report.checks if c.status == status)
            if names:
                lines += [*self.screen.wrap(f"{word}: {', '.join(names)}", self.screen.width), ""]
        return lines[:-1]

    def _in_full(self, check: CheckResult, what: str, most: int) -> list[str]:
        what = "Next to write" if check.status == "todo" else what
        heading = self.screen.heading(f"{what}: {check.exercise}")
        return [heading, "", *self._shown(self.view.on(check), most)]

    def _printed(self, most: int, every: bool) -> list[str]:
        """What the code printed elsewhere than in the check that is shown in full."""
        found = list(self.view.printed(None if every else self.report.first))
        shown, lines = found if every else found[:2], list[str]()
        for where, text in shown:
            lines.append(f"  {self.screen.cut(where, self.screen.width - 2)}")
            lines += self._as_it_is("", text, most=max(most // 2, 1))
        if others := [where.partition(":")[0] for where, _ in found[len(shown) :]]:
            lines.append(self.screen.cut(f"  also in {listed(others)}", self.screen.width))
        return [self.screen.heading("Printed"), *lines] if lines else []

    def _field(self, label: str, text: str, most: int) -> list[str]:
        return self.screen.field(label, text, most)

    def _shown(self, fields: Iterable[Field], most: int) -> list[str]:
        """Fields with their labels; of the lines on the way to an error the last that fit."""
        found, lines = list(fields), list[str]()
        left_out = sum(each.frame is not None for each in found) - min(most, FEW)
        for each in found:
            if each.frame and left_out > 0:
                left_out -= 1
            elif each.kind == "line":
                lines += self._line(each, most)
            elif each.kind in ("prose", "values"):
                lines += self._field(each.label, each.text, most)
            elif each.number:
                lines += self.screen.beside(each.label, each.text.split("\n"))  # with a mark below
            else:
                lines += self._as_it_is(each.label, each.text, max(most // 2, 1))
        return lines

    def _line(self, line: Field, most: int) -> list[str]:
        """A line of code, in more rows than one if there is room for them, and where it stood."""
        rows = max((min(most, FEW) if line.frame else most) // 3, 1)
        code = self.screen.code(line.text, self.screen.room, rows, line.part)
        where = self._field("", line.where(self.screen.room), max(most // 3, 1))
        return self.screen.beside(line.label, code) + where

    def _as_it_is(self, label: str, text: str, most: int) -> list[str]:
        """A label and its text beside it line by line, with its spaces."""
        if not text.strip():
            return []
        rows = [self.screen.cut(x, self.screen.room) for x in text.strip("\n").split("\n")[:most]]
        return self.screen.beside(label, rows)

    def _end(self, most: int, every: bool) -> list[str]:
        report, command = self.report, self.screen.command
        how = f"{report.seconds:.2f} s, seed {report.seed}"
        if report.ok:
            lines = [self.screen.paint(f"All {report.passed} checks pass.", "green") + f" {how}."]
            for advice in report.advice:
                lines += self.screen.hang("  - ", advice, most=most)
            if report.advice:
                lines[1:1] = ["", "Beyond the lesson, if you like:"]
            return [*lines, "", f"Next: {command} train digits"]
        again = f"Change the file, save it, then: {command} {self.again}"
        if columns(again) > self.screen.width:
            again = "Change the file, save it, and test it again."
        said = self._standing(every) + (f" ({how})" if report.tested else "")
        lines = self.screen.wrap(said, self.screen.width)
        return [*lines, again] if report.sha256 else lines

    def _standing(self, every: bool) -> str:
        wrong = sum(check.status in WRONG for check in self.report.checks)
        if wrong > 1 and self.report.error is None and not every:
            return self.view.standing.rstrip(".") + self._further(wrong)
        return self.view.standing

    def _further(self, wrong: int) -> str:
        """How many checks fail, and how to see them."""
        return f"; {wrong} fail, and --all shows each."


def _saved(moment: float) -> str:
    """When the file was saved, as a person says it."""
    if not moment:
        return ""
    age = max(time.time() - moment, 0)
    clock = time.strftime("%H:%M:%S", time.localtime(moment))
    if age < 60:
        return f", saved {clock}, {age:.0f} s ago"
    if age < 3600:
        return f", saved {clock}, {age / 60:.0f} min ago"
    return time.strftime(", saved %Y-%m-%d %H:%M", time.localtime(moment))
