"""A report as text: what is right, and the first thing to mend, on one screen."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from tito.engine.frames import TraceLine
from tito.engine.report import CheckResult, Report
from tito.learner.keeping import last_tested
from tito.say.terminal import Screen, columns, listed, short_path
from tito.say.words import FEW, line_of, lines_of, marked, part_of, prints, trace_fields

#: With the command above and the prompt below, 40 lines.
HEIGHT = 38
_LABEL = 11
#: What did not pass although it was tried.
WRONG = ("failed", "error", "timeout")
_MARKS = {"passed": ("✓", "green"), "todo": ("·", "dim"), "blocked": ("·", "dim")}


@dataclass(frozen=True)
class Page:
    """One report on one screen.

    ``tasks`` says of each exercise what is to be written; ``again`` is what tests the file again.
    """

    report: Report
    screen: Screen
    tasks: Mapping[str, str] = field(default_factory=dict[str, str])
    again: str = "test"

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
        if not self.report.tested:
            return []
        parts = groupby(sorted_by_part(self.report.checks), key=lambda check: check.part)
        return [self._part_line(part, list(checks)) for part, checks in parts]

    def _part_line(self, part: str, checks: list[CheckResult]) -> str:
        passed = sum(check.status == "passed" for check in checks)
        word, style = state_of(checks)
        counts = f"  {part:<12}{passed:>3} of {len(checks):<5}"
        return counts + self.screen.paint(f"{word:<10}", style) + self._marks(checks)

    def _marks(self, checks: list[CheckResult]) -> str:
        """A mark for each check, a gap between exercises, as far as there is room."""
        line, room, before = "", self.screen.width - 37, checks[0].exercise
        for check in checks:
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
        lines = [self._heading("First to fix: the file as a whole"), ""]
        lines += [f"  {line}" for line in self.screen.wrap(message, self.screen.width - 2, most)]
        return lines + (self._trace(report.trace, most) or self._place(report, most))

    def _place(self, report: Report, most: int) -> list[str]:
        """The line of what is wrong with the file as a whole, marked where Python stopped."""
        number, column = report.error_line, report.error_column
        if number is None or column is None:
            return self._code(number, most)
        rows: list[str] = []
        for line, text in marked(lines_of(report), number, column, self.screen, self._room):
            first, *others = text.split("\n")
            rows += [self._label(f"line {line}") + first]
            rows += [" " * (2 + _LABEL) + other for other in others]
        return rows

    def _everything(self, most: int) -> list[str]:
        lines: list[str] = []
        wrong = [check for check in self.report.checks if check.status in WRONG]
        if len(wrong) > 1:
            names = (f"  {check.exercise}: {check.name}" for check in wrong)
            rows = (self.screen.cut(name, self.screen.width) for name in names)
            lines += [self._heading(f"{len(wrong)} checks fail"), "", *rows, ""]
        for check in wrong:
            lines += [*self._in_full(check, "To fix", most), ""]
        for word, status in (("To write", "todo"), ("Not tried", "blocked")):
            names = dict.fromkeys(c.exercise for c in self.report.checks if c.status == status)
            if names:
                lines += [*self.screen.wrap(f"{word}: {', '.join(names)}", self.screen.width), ""]
        return lines[:-1]

    def _in_full(self, check: CheckResult, what: str, most: int) -> list[str]:
        if check.status == "todo":
            lines = [self._heading(f"Next to write: {check.exercise}"), ""]
            lines += self._field(
                "task", self.tasks.get(check.exercise, "").replace("\n", " "), most
            )
        else:
            lines = [self._heading(f"{what}: {check.exercise}"), ""]
            lines += self._field("check", check.name, most)
            for label, text in reasons(check):
                lines += self._field(label, text, most)
        if check.status != "blocked":
            lines += self._trace(check.trace, most) or self._code(check.line, most)
        return lines + self._as_it_is("printed", check.printed, most=max(most // 2, 1))

    def _printed(self, most: int, every: bool) -> list[str]:
        """What the code printed elsewhere than in the check that is shown in full."""
        found = list(prints(self.report, None if every else self.report.first))
        shown, lines = found if every else found[:2], list[str]()
        for where, text in shown:
            lines.append(f"  {self.screen.cut(where, self.screen.width - 2)}")
            lines += self._as_it_is("", text, most=max(most // 2, 1))
        if others := [where.partition(":")[0] for where, _ in found[len(shown) :]]:
            lines.append(self.screen.cut(f"  also in {listed(others)}", self.screen.width))
        return [self._heading("Printed"), *lines] if lines else []

    def _field(self, label: str, text: str, most: int) -> list[str]:
        """A label and its text beside it; nothing where there is no text."""
        if not text.strip():
            return []
        return self.screen.hang(f"  {label:<{_LABEL}}", text, "dim", most)

    def _code(self, number: int | None, most: int) -> list[str]:
        """A line of the learner's file, if one is known to be the place."""
        if number is None:
            return []
        line = line_of(self.report, number)
        return self._line(f"line {number}", "…" if line is None else line, (0, 0), most)

    def _line(self, label: str, code: str, part: tuple[int, int], most: int) -> list[str]:
        """A line of code, in more rows than one if there is room for them."""
        first, *others = self.screen.code(code, self._room, max(most // 3, 1), part)
        return [self._label(label) + first, *(" " * (2 + _LABEL) + row for row in others)]

    def _trace(self, trace: Sequence[TraceLine], most: int) -> list[str]:
        """The learner's lines on the way to an error, the innermost last."""
        lines: list[str] = []
        shown = trace[-min(most, FEW) :]
        for frame, (label, code, where) in zip(shown, trace_fields(shown, self._room), strict=True):
            lines += self._line(label, code, part_of(frame), min(most, FEW))
            lines += self._field("", where, max(most // 3, 1))
        return lines

    def _as_it_is(self, label: str, text: str, most: int) -> list[str]:
        """A label and its text beside it line by line, with its spaces."""
        if not text.strip():
            return []
        lines = [self.screen.cut(line, self._room) for line in text.strip("\n").split("\n")[:most]]
        labels = [label, *[""] * (len(lines) - 1)]
        return [self._label(name) + line for name, line in zip(labels, lines, strict=True)]

    @property
    def _room(self) -> int:
        """How wide the text beside a label may be."""
        return self.screen.width - 2 - _LABEL

    def _label(self, label: str) -> str:
        return self.screen.paint(f"  {label:<{_LABEL}}", "dim")

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
        """How far the learner is, in a sentence."""
        wrong = sum(check.status in WRONG for check in self.report.checks)
        if wrong > 1 and self.report.error is None and not every:
            return standing(self.report).rstrip(".") + self._further(wrong)
        return standing(self.report)

    def _further(self, wrong: int) -> str:
        """How many checks fail, and how to see them."""
        return f"; {wrong} fail, and --all shows each."

    def _heading(self, text: str) -> str:
        return self.screen.paint(self.screen.cut(text, self.screen.width), "bold")


def reasons(check: CheckResult) -> Iterator[tuple[str, str]]:
    """Why a check did not pass: labels with their texts, empty ones left out."""
    given = "\n".join(f"{name} = {value}" for name, value in check.given.items())
    found = {"tried": check.tried, "with": given, "expected": check.expected}
    found["not tried" if check.status == "blocked" else "got"] = check.got
    if check.diagnosis:
        label = "mistake" if check.sure else "perhaps"
        found[label] = f"{check.misconception}\n{check.diagnosis}"
    yield from ((label, text) for label, text in found.items() if text)


def sorted_by_part(checks: list[CheckResult]) -> list[CheckResult]:
    """The checks with those of one part together, parts in the order of their first check."""
    order = {part: place for place, part in enumerate(dict.fromkeys(c.part for c in checks))}
    return sorted(checks, key=lambda check: order[check.part])


def standing(report: Report) -> str:
    """How far the learner is; of a file that could not be tested, how far they were before."""
    if report.tested or not report.checks:
        return f"{report.passed} of {len(report.checks)} checks pass."
    before = last_tested(report.file)
    if before is None:
        return "This version was not tested."
    last = f"The last version that could be read passed {before.passed} of {before.total} checks."
    return f"This version was not tested. {last}"


def state_of(checks: list[CheckResult]) -> tuple[str, str]:
    """How a class stands in a word, and the word's style."""
    statuses = {check.status for check in checks}
    if statuses == {"passed"}:
        return "right", "green"
    if statuses & set(WRONG):
        return "to fix", "red"
    if "todo" not in statuses:
        return "waits", "dim"
    return ("begun", "yellow") if "passed" in statuses else ("to write", "dim")


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
