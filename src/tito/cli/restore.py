"""``tito restore``: bring back an earlier version of the learner's file, or of one exercise."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tito.cli.common import FILE, known_lesson, lesson_in_hand, lesson_with, name_exercise, to_test
from tito.engine.source import is_empty
from tito.learner import WorkspaceError, find_workspace, stub_of
from tito.learner.keeping import place_of
from tito.learner.restoring import (
    SHORT,
    CannotRestore,
    Outcome,
    choose,
    lines_unlike,
    put_back,
    read_now,
)
from tito.learner.versions import DamagedVersion, Version, Versions
from tito.lesson.source import LINE_END, EditError, Text, line_end
from tito.say.terminal import Screen, short_path

if TYPE_CHECKING:
    from tito.lesson.model import Lesson


@click.command()
@click.argument("exercise", required=False)
@click.option("--list", "every", is_flag=True, help="List all versions that are kept.")
@click.option("--version", "name", metavar="NAME", help="Bring this version back.")
@click.option("--stub", is_flag=True, help="Bring the untouched stub back.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--lesson", metavar="LESSON", callback=known_lesson, help="The lesson of the file.")
@click.option("--file", type=FILE, help="This file in place of the one in your folder.")
def restore(
    exercise: str | None,
    every: bool,
    name: str | None,
    stub: bool,
    yes: bool,
    lesson: str | None,
    file: Path | None,
) -> int:
    """Bring back an earlier version of your file or exercise.

    Every version that was tested is kept. Without --version or --stub they are listed, newest
    first; if your file is gone or empty, the newest is brought back at once. Your present text is
    kept before anything changes, so that you can always go back.

    \b
    tito restore                                    what is there
    tito restore --version 9f8e7d6                  the whole file
    tito restore linear.forward --version 9f8e7d6   this method, and nothing else
    tito restore linear.forward --stub              the method, not written yet

    The exit code is 0 if it was done or listed, 1 if the file was not changed, 2 if what you
    typed names nothing.
    """
    if sum((every, name is not None, stub)) > 1:
        raise click.UsageError("--list, --version and --stub exclude each other. Give one.")
    from tito.lesson.model import load_lesson

    chosen = load_lesson(lesson) if lesson else lesson_with(exercise)
    path = file or find_workspace().file(chosen.filename)
    method = name_exercise(chosen, exercise).name if exercise else None
    in_hand = chosen.name == lesson_in_hand()
    options = f" --file {shlex.quote(short_path(file))}" if file else ""
    options = options or ("" if in_hand else f" --lesson {chosen.name}")
    dialogue = Dialogue(chosen, path, method, options, to_test(chosen.name, file))
    if stub or name is not None:
        return dialogue.bring(name, yes)
    return dialogue.show(every)


@dataclass(frozen=True)
class Dialogue:
    """One call of the command, for a file or one exercise in it.

    ``options`` are typed again in each command that is proposed; ``test`` is what tests the file.
    """

    lesson: Lesson
    path: Path
    exercise: str | None
    options: str
    test: str

    def show(self, every: bool) -> int:
        """List the versions; where the file is gone or empty, bring one back. The exit code."""
        if self._nowhere:
            return self._say_nothing_yet()
        now = self._now()
        if _holds_nothing(now) and not every and not self.exercise and (newest := self._newest()):
            return self._bring(newest, now, yes=True)
        rows = rows_of(self._kept, self._filename, self.exercise)
        if self.exercise:
            self._refuse_alone(now)
        if not rows:
            if now is None:
                return self._say_nothing_yet()
            click.echo(f"No version of {self._title} is kept yet: {self._test} keeps each one.")
            click.echo(f"The untouched stub: {self._command} --stub")
            return 0
        click.echo(self._page(now, rows).text(rows, every=every))
        return 0

    def bring(self, name: str | None, yes: bool) -> int:
        """Bring back the version of that name, or without one the stub. The exit code."""
        if self._nowhere:
            return self._say_nothing_yet()
        now = self._now()
        if name is None:
            return self._bring(Wanted(None, self._stub), now, yes)
        return self._bring(self._wanted(self._named(name)), now, yes)

    def _bring(self, wanted: Wanted, now: bytes | None, yes: bool) -> int:
        new = self._changed(now, wanted)
        if new == now:
            self._say(f"{self._title} is {wanted.short} already. Nothing was changed.")
            return 0
        count = lines_unlike(now or b"", new)
        if not (_holds_nothing(now) or yes) and not self._agreed(wanted, count):
            click.echo("Nothing was changed.")
            return 1
        try:
            done = put_back(self.path, lambda now: self._changed(now, wanted))
        except CannotRestore as error:
            raise self._error(error) from error
        self._say_done(wanted, done, now)
        return 0

    def _agreed(self, wanted: Wanted, count: int) -> bool:
        """Ask the person. WorkspaceError where nobody can answer."""
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise WorkspaceError("There is no terminal to ask on. Nothing was changed. Add --yes.")
        what = f"{wanted.short}{wanted.known}"
        self._say(f"{self._title} becomes {what}. {some_lines(count)} will be changed.")
        return click.confirm("Your present text is kept first. Go on?", default=True)

    def _say_done(self, wanted: Wanted, done: Outcome, now: bytes | None) -> None:
        if done.undo is None:
            was = "gone" if now is None else "empty"
            self._say(f"{self._title} was {was}. It is {wanted.short} again{wanted.known}.")
        else:
            self._say(f"{self._title} is {wanted.short} again: {some_lines(done.lines)} changed.")
            self._say("If the file is open in your editor, reload it there.")
            self._say_missing(wanted)
            undo = f"restore{self.options} --version {done.undo}"
            click.echo(f"\nThe text it had before is kept. To go back: {self._tito} {undo}")
        click.echo(f"Next: {self._test}")

    def _say_missing(self, wanted: Wanted) -> None:
        """Name what one exercise leans on in its own file and this one does not have."""
        if not self.exercise:
            return
        there = Text.read(wanted.content, wanted.short)
        here = Text.read(self._now() or b"", self._shown)
        if lines := here.lacks(self.exercise, there):
            self._say("It uses what your file does not have. Add near the top:")
            click.echo("\n".join(f"    {self._screen.clean(line)}" for line in lines))

    def _say(self, text: str) -> None:
        click.echo("\n".join(self._screen.wrap(text, self._screen.width)))

    def _changed(self, now: bytes | None, wanted: Wanted) -> bytes:
        """The file's new text. WorkspaceError where one exercise alone cannot be exchanged."""
        if not self.exercise:
            if wanted.version is None:  # the stub is written as the file was
                end = line_end((now or b"").decode("latin-1"))
                return LINE_END.sub(end, wanted.content.decode()).encode()
            return wanted.content
        here = self._refuse_alone(now, f" {wanted.option}")
        try:
            there = Text.read(wanted.content, wanted.short)
            return here.replace(self.exercise, there).content
        except EditError as error:
            raise self._not_alone(str(error), f" {wanted.option}") from error

    def _refuse_alone(self, now: bytes | None, option: str = "") -> Text:
        """The present text. WorkspaceError where the file has no place for one exercise."""
        if now is None:
            raise self._not_alone(f"{self._shown} is not there", option)
        try:
            here = Text.read(now, self._shown)
            _ = here.tree
        except EditError as error:
            raise self._not_alone(str(error), option) from error
        return here

    def _not_alone(self, why: str, option: str) -> WorkspaceError:
        why = f"{self.exercise} alone cannot be brought back: {why}. Nothing was changed."
        lines = self._screen.wrap(why, self._screen.width)
        whole = f"The whole file: {self._tito} restore{self.options}{option}"
        return WorkspaceError("\n".join([*lines, whole]))

    def _named(self, name: str) -> Version:
        match choose(self._kept.list(self._filename), name):
            case [version]:
                return version
            case []:
                see = f"{self._command} --list"
                words = f"There is no version {name!r} of {self.path.name}. See them: {see}"
                raise click.UsageError(words)
            case found:
                names = ", ".join(version.sha256[:12] for version in found[:4])
                raise click.UsageError(f"{name!r} can be any of these; name one: {names}.")

    def _wanted(self, version: Version) -> Wanted:
        try:
            return Wanted(version, self._kept.content(version))
        except DamagedVersion as error:
            raise WorkspaceError(f"{error} {self._shown} was not changed.") from error

    def _newest(self) -> Wanted | None:
        """The newest version that can be read and is more than the stub; None without any."""
        rows = rows_of(self._kept, self._filename)
        rows = [row for row in rows if row.text != self._stub] or rows
        return Wanted(rows[-1].version, rows[-1].text) if rows else None

    def _page(self, now: bytes | None, rows: list[Row]) -> VersionPage:
        stub = self._stub
        if self.exercise:
            stub = _method(stub, self.exercise)
            try:
                now = _method(now or b"", self.exercise)
            except EditError:
                now = None
        names = [exercise.name.casefold() for exercise in self.lesson.exercises]
        example = names[0] if VersionPage.example not in names else VersionPage.example
        return VersionPage(
            self._title, self._screen, now, stub, self.exercise, self.options, example
        )

    def _now(self) -> bytes | None:
        try:
            return read_now(self.path)
        except CannotRestore as error:
            raise self._error(error) from error

    def _error(self, error: CannotRestore) -> WorkspaceError:
        return WorkspaceError(str(error).replace(str(self.path), self._shown))

    @cached_property
    def _place(self) -> tuple[Path, str] | None:
        return place_of(self.path)

    @property
    def _nowhere(self) -> bool:
        """Whether there is no learner's folder yet. WorkspaceError for a file outside of one."""
        if self._place is None and "--file" in self.options:
            raise WorkspaceError(
                f"{self._shown} is not in a folder of yours, so no version of it is kept."
            )
        return self._place is None

    def _say_nothing_yet(self) -> int:
        begin = f"start {self.lesson.name}" if "--lesson" in self.options else "start"
        click.echo(f"You have no {self._shown} yet. Begin with: {self._tito} {begin}")
        return 1

    @cached_property
    def _kept(self) -> Versions:
        assert self._place is not None
        return Versions(self._place[0])

    @property
    def _filename(self) -> str:
        assert self._place is not None
        return self._place[1]

    @cached_property
    def _stub(self) -> bytes:
        return stub_of(self.lesson).encode()

    @cached_property
    def _screen(self) -> Screen:
        return Screen.of(sys.stdout)

    @property
    def _shown(self) -> str:
        return short_path(self.path)

    @property
    def _tito(self) -> str:
        return self._screen.command

    @property
    def _title(self) -> str:
        return f"{self.exercise} in {self._shown}" if self.exercise else self._shown

    @property
    def _test(self) -> str:
        return f"{self._tito} {self.test}"

    @property
    def _command(self) -> str:
        exercise = f" {self.exercise}" if self.exercise else ""
        return f"{self._tito} restore{exercise}{self.options}"


def _method(content: bytes, exercise: str) -> bytes:
    """The lines of one exercise. EditError where there are none."""
    return Text.read(content).method(exercise).encode()


def _holds_nothing(now: bytes | None) -> bool:
    """Whether there is no text that a person could lose."""
    return now is None or is_empty(now)


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

    ``example`` is an exercise of its lesson, as one types it.

    ``now`` is the present text, None where there is none; ``stub`` the untouched one.
    """

    title: str
    screen: Screen
    now: bytes | None
    stub: bytes
    exercise: str | None = None
    options: str = ""
    example: str = "linear.forward"

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
                one = f"restore {self.example}{self.options} --version {other}"
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
            text = _method(text, exercise) if exercise else text
        except (DamagedVersion, EditError):
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


@dataclass(frozen=True)
class Wanted:
    """A text that may be brought back: a version, or the stub, for which ``version`` is None."""

    version: Version | None
    content: bytes

    @property
    def short(self) -> str:
        """Its name in a sentence."""
        return f"version {self.version.sha256[:SHORT]}" if self.version else "the untouched stub"

    @property
    def known(self) -> str:
        """What is known of it, in parentheses."""
        if self.version is None:
            return ""
        return f" ({moment(self.version.saved_at)}, {_tested(self.version)})"

    @property
    def option(self) -> str:
        """What a person types for it."""
        return f"--version {self.version.sha256[:SHORT]}" if self.version else "--stub"


def _tested(version: Version) -> str:
    return checks(version) if version.passed is None else f"{checks(version)} checks passed"


def some_lines(count: int) -> str:
    """So many lines, in words."""
    return "1 line" if count == 1 else f"{count} lines"
