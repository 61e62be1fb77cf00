"""The kept versions of a file as a list on one screen, and what may be done with them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tito.engine.source import is_empty
from tito.terminal import Screen
from tito.workspace.restoring import SHORT, lines_unlike
from tito.workspace.splicing import CannotSplice, Text
from tito.workspace.versions import DamagedVersion, Version, Versions

#: With the command above and the prompt below, 24 lines.
_ROWS = 10


@dataclass(frozen=True)
class Row:
    """A version in the list, and the text that it has: the whole file, or one exercise."""

    version: Version
    text: bytes

    @property
    def name(self) -> str:
        """What a person types for it."""
        return self.version.sha256[:SHORT]


@dataclass(frozen=True)
class VersionPage:
    """The list for one file; ``options`` are those with which it was asked for.

    ``now`` is the present text, None where there is none; ``stub`` the untouched one.
    """

    title: str
    screen: Screen
    now: bytes | None
    stub: bytes
    exercise: str | None = None
    options: str = ""

    def text(self, rows: Sequence[Row], *, every: bool) -> str:
        """Newest first, as many as fit on a screen or ``every`` one, and what to type next."""
        newest = list(reversed(rows))
        shown = newest if every else newest[:_ROWS]
        lines = [self.screen.cut(self._count(len(rows)), self.screen.width), ""]
        table = [("version", "when", "checks", "lines unlike now")]
        if self.now is not None and self.now not in {row.text for row in rows}:
            table.append(("now", "", "not tested", ""))
        table += [self._cells(row) for row in shown]
        for number, cells in enumerate(table):
            line = "  {:<8} {:<16} {:<12} {}".format(*cells)
            line = self.screen.cut(line, self.screen.width)
            lines.append(line if number else self.screen.paint(line, "dim"))
        if len(shown) < len(newest):
            lines += [f"  and {len(newest) - len(shown)} older: {self._command('--list')}"]
        return "\n".join([*lines, "", *self._next(newest)])

    def _count(self, count: int) -> str:
        kept = "1 version is kept" if count == 1 else f"{count} versions are kept"
        return f"{self.title}: {kept}"

    def _cells(self, row: Row) -> tuple[str, str, str, str]:
        return row.name, moment(row.version.saved_at), checks(row.version), self._unlike(row)

    def _unlike(self, row: Row) -> str:
        words = [] if row.text != self.stub else ["the untouched stub"]
        if self.now is not None:
            unlike = lines_unlike(self.now, row.text)
            words[:0] = ["none: as now" if row.text == self.now else f"{unlike}"]
        return ", ".join(words)

    def _next(self, newest: Sequence[Row]) -> Iterator[str]:
        others = [row for row in newest if row.text != self.now]
        if others:
            other = min(others, key=self._rank).name
            yield f"Bring one back: {self._command(f'--version {other}')}"
            if not self.exercise:
                one = f"restore linear.forward{self.options} --version {other}"
                yield f"One exercise:   {self.screen.command} {one}"
        if self.now != self.stub:
            yield f"The stub:       {self._command('--stub')}"
        kept = "Your present text is kept before anything changes."
        yield from self.screen.wrap(kept, self.screen.width)

    def _rank(self, row: Row) -> int:
        """How little the version is worth bringing back; of equals, the newest comes first."""
        if row.text == self.stub:
            return 2
        return 0 if row.version.passed else 1

    def _command(self, option: str) -> str:
        name = f" {self.exercise}" if self.exercise else ""
        return f"{self.screen.command} restore{name}{self.options} {option}"


def rows_of(kept: Versions, filename: str, exercise: str | None = None) -> list[Row]:
    """The versions that can be read, oldest first; of an exercise, each text of it once."""
    rows: dict[bytes, Row] = {}
    for version in kept.list(filename):
        try:
            text = kept.content(version)
            if is_empty(text):
                continue
            text = Text(text, version.sha256).method(exercise) if exercise else text
        except (DamagedVersion, CannotSplice):
            continue
        rows.pop(text, None)
        rows[text] = Row(version, text)
    return list(rows.values())


def moment(at: float) -> str:
    """When something was, as short as it can be said."""
    then, today = time.localtime(at), time.localtime()
    if then[:3] == today[:3]:
        return time.strftime("today %H:%M:%S", then)
    return time.strftime("%Y-%m-%d %H:%M", then)


def checks(version: Version) -> str:
    """How many checks passed when the version was tested last."""
    if version.passed is None:
        return "not tested"
    return f"{version.passed} of {version.total}"
