"""``tito restore``: bring back an earlier version of the learner's file, or of one exercise."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tito.cli.common import (
    FILE,
    known_lesson,
    lesson_in_hand,
    lesson_with,
    name_exercise,
    say_how_to_begin,
    to_test,
)
from tito.engine.source import is_empty
from tito.learner import WorkspaceError, find_workspace, stub_of
from tito.learner.keeping import place_of
from tito.learner.restoring import (
    SHORT,
    CannotRestore,
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
    options = f" --file {shlex.quote(short_path(file))}" if file else ""
    if not file and chosen.name != lesson_in_hand():
        options = f" --lesson {chosen.name}"
    shown, place = short_path(path), place_of(path)
    if place is None and file:
        raise WorkspaceError(f"{shown} is not in a folder of yours, so no version of it is kept.")
    if place is None:
        return say_how_to_begin(chosen)
    dialogue = Dialogue(chosen, path, method, options, to_test(chosen.name, file), place)
    try:
        return dialogue.bring(name, yes) if stub or name is not None else dialogue.show(every)
    except CannotRestore as error:
        raise WorkspaceError(str(error).replace(str(path), shown)) from error
    except DamagedVersion as error:
        raise WorkspaceError(f"{error} {shown} was not changed.") from error


#: With the command above and the prompt below, 24 lines.
_ROWS = 10


@dataclass(frozen=True)
class Kept:
    """A text that may be brought back: a version, or the stub, for which ``version`` is None.

    ``text`` is what of it is looked at: all, or the lines of one exercise.
    """

    version: Version | None
    content: bytes
    text: bytes

    @property
    def option(self) -> str:
        """What a person types for it."""
        return f"--version {self.version.sha256[:SHORT]}" if self.version else "--stub"

    @property
    def short(self) -> str:
        """Its name in a sentence."""
        return f"version {self.version.sha256[:SHORT]}" if self.version else "the untouched stub"

    @property
    def known(self) -> str:
        """What is known of it, in parentheses."""
        if self.version is None:
            return ""
        passed = "" if self.version.passed is None else " checks passed"
        return f" ({moment(self.version.saved_at)}, {checks(self.version)}{passed})"


class Dialogue:
    """One call of the command, for a file in a learner's folder or for one exercise in it.

    ``options`` are typed again in each command that is proposed; ``test`` is what tests the file.
    """

    def __init__(
        self,
        lesson: Lesson,
        path: Path,
        exercise: str | None,
        options: str,
        test: str,
        place: tuple[Path, str],
    ) -> None:
        self.lesson, self.path, self.exercise = lesson, path, exercise
        self.options, self.test = options, test
        self.versions, self.filename = Versions(place[0]), place[1]
        self.screen, self.shown = Screen.of(sys.stdout), short_path(path)
        self.title = f"{exercise} in {self.shown}" if exercise else self.shown
        content = stub_of(lesson).encode()
        self.stub = Kept(None, content, self._looked_at(content))

    def show(self, every: bool) -> int:
        """List the versions; where the file is gone or empty, bring one back. The exit code."""
        now, rows = read_now(self.path), self._rows()
        if _holds_nothing(now) and rows and not (every or self.exercise):
            more = [row for row in rows if row.text != self.stub.content] or rows
            return self._bring(more[-1], now, yes=True)
        if self.exercise:
            with self._or_the_whole():
                self._present(now)
        if rows:
            click.echo("\n".join(self._page(now, rows, every)))
        elif now is None:
            return say_how_to_begin(self.lesson)
        else:
            test = f"{self.screen.command} {self.test}"
            click.echo(f"No version of {self.title} is kept yet: {test} keeps each one.")
            click.echo(f"The untouched stub: {self._command('--stub')}")
        return 0

    def bring(self, name: str | None, yes: bool) -> int:
        """Bring back the version of that name, or without one the stub. The exit code."""
        now, wanted = read_now(self.path), self.stub
        if name is not None:
            version = self._named(name)
            wanted = Kept(version, self.versions.content(version), b"")
        return self._bring(wanted, now, yes)

    def _bring(self, wanted: Kept, now: bytes | None, yes: bool) -> int:
        new = self._changed(now, wanted)
        if new == now:
            self._say(f"{self.title} is {wanted.short} already. Nothing was changed.")
            return 0
        count = lines_unlike(now or b"", new)
        if not (_holds_nothing(now) or yes) and not self._agreed(wanted, count):
            click.echo("Nothing was changed.")
            return 1
        done = put_back(self.path, lambda now: self._changed(now, wanted))
        if done.undo is None:
            was = "gone" if now is None else "empty"
            self._say(f"{self.title} was {was}. It is {wanted.short} again{wanted.known}.")
        else:
            self._say(f"{self.title} is {wanted.short} again: {some_lines(done.lines)} changed.")
            self._say("If the file is open in your editor, reload it there.")
            self._say_missing(wanted)
            undo = f"{self.screen.command} restore{self.options} --version {done.undo}"
            click.echo(f"\nThe text it had before is kept. To go back: {undo}")
        click.echo(f"Next: {self.screen.command} {self.test}")
        return 0

    def _agreed(self, wanted: Kept, count: int) -> bool:
        """Ask the person. WorkspaceError where nobody can answer."""
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise WorkspaceError("There is no terminal to ask on. Nothing was changed. Add --yes.")
        what = f"{wanted.short}{wanted.known}"
        self._say(f"{self.title} becomes {what}. {some_lines(count)} will be changed.")
        return click.confirm("Your present text is kept first. Go on?", default=True)

    def _say_missing(self, wanted: Kept) -> None:
        """Name what one exercise leans on in its own file and this one does not have."""
        if not self.exercise:
            return
        there = Text.read(wanted.content, wanted.short)
        if lines := self._present(read_now(self.path)).lacks(self.exercise, there):
            self._say("It uses what your file does not have. Add near the top:")
            click.echo("\n".join(f"    {self.screen.clean(line)}" for line in lines))

    def _say(self, text: str) -> None:
        click.echo("\n".join(self.screen.wrap(text, self.screen.width)))

    def _changed(self, now: bytes | None, wanted: Kept) -> bytes:
        """The file's new text. WorkspaceError where one exercise alone cannot be exchanged."""
        if self.exercise:
            with self._or_the_whole(f" {wanted.option}"):
                there = Text.read(wanted.content, wanted.short)
                return self._present(now).replace(self.exercise, there).content
        if wanted.version:
            return wanted.content
        end = line_end((now or b"").decode("latin-1"))  # the stub is written as the file was
        return LINE_END.sub(end, wanted.content.decode()).encode()

    def _present(self, now: bytes | None) -> Text:
        """The file as it is. EditError where it has no place for one exercise."""
        if now is None:
            raise EditError(f"{self.shown} is not there")
        here = Text.read(now, self.shown)
        _ = here.tree
        return here

    @contextmanager
    def _or_the_whole(self, option: str = "") -> Generator[None]:
        """An EditError becomes a WorkspaceError that names the command for the whole file."""
        try:
            yield
        except EditError as error:
            why = f"{self.exercise} alone cannot be brought back: {error}. Nothing was changed."
            lines = self.screen.wrap(why, self.screen.width)
            whole = f"The whole file: {self.screen.command} restore{self.options}{option}"
            raise WorkspaceError("\n".join([*lines, whole])) from error

    def _named(self, name: str) -> Version:
        found = choose(self.versions.list(self.filename), name)
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(version.sha256[:12] for version in found[:4])
            raise click.UsageError(f"{name!r} can be any of these; name one: {names}.")
        see = self._command("--list")
        words = f"There is no version {name!r} of {self.path.name}. See them: {see}"
        raise click.UsageError(words)

    def _rows(self) -> list[Kept]:
        """The versions that can be read, oldest first; of an exercise, each text of it once."""
        rows: dict[bytes, Kept] = {}
        for version in self.versions.list(self.filename):
            with suppress(DamagedVersion, EditError):
                content = self.versions.content(version)
                text = self._looked_at(content)
                if not is_empty(content):
                    rows.pop(text, None)
                    rows[text] = Kept(version, content, text)
        return list(rows.values())

    def _looked_at(self, content: bytes) -> bytes:
        """What of a text is looked at. EditError where it has no such exercise."""
        return Text.read(content).method(self.exercise).encode() if self.exercise else content

    def _page(self, now: bytes | None, rows: Sequence[Kept], every: bool) -> Iterator[str]:
        """Newest first, as many as fit on a screen or ``every`` one, and what to type next."""
        try:
            now = now if now is None else self._looked_at(now)
        except EditError:
            now = None
        screen, newest, stub = self.screen, list(reversed(rows)), self.stub.text
        shown = newest if every else newest[:_ROWS]
        are = "version is" if len(rows) == 1 else "versions are"
        yield screen.cut(f"{self.title}: {len(rows)} {are} kept", screen.width)
        yield ""
        table = [("version", "when", "checks", "lines unlike now")]
        if now is not None and now not in {row.text for row in rows}:
            table.append(("now", "", "not tested", ""))
        table += [_cells(row, now, stub) for row in shown]
        for number, cells in enumerate(table):
            line = screen.cut("  {:<8} {:<16} {:<12} {}".format(*cells), screen.width)
            yield line if number else screen.paint(line, "dim")
        if len(shown) < len(newest):
            yield f"  and {len(newest) - len(shown)} older: {self._command('--list')}"
        yield ""
        if others := [row for row in newest if row.text != now]:
            other = min(others, key=lambda row: _rank(row, stub)).option
            yield f"Bring one back: {self._command(other)}"
            if not self.exercise:
                one = f"{self.lesson.exercises[0].name.casefold()}{self.options} {other}"
                yield f"One exercise:   {screen.command} restore {one}"
        if now != stub:
            yield f"The stub:       {self._command('--stub')}"
        kept = "Your present text is kept before anything changes."
        yield from screen.wrap(kept, screen.width)

    def _command(self, option: str) -> str:
        exercise = f" {self.exercise}" if self.exercise else ""
        return f"{self.screen.command} restore{exercise}{self.options} {option}"


def _cells(row: Kept, now: bytes | None, stub: bytes) -> tuple[str, str, str, str]:
    """A version in the list."""
    assert row.version is not None
    words = [] if row.text != stub else ["the untouched stub"]
    if now is not None:
        words[:0] = ["none: as now" if row.text == now else f"{lines_unlike(now, row.text)}"]
    version = row.version
    return version.sha256[:SHORT], moment(version.saved_at), checks(version), ", ".join(words)


def _rank(row: Kept, stub: bytes) -> int:
    """How little the version is worth bringing back; of equals, the newest comes first."""
    if row.text == stub:
        return 2
    return 0 if row.version and row.version.passed else 1


def _holds_nothing(now: bytes | None) -> bool:
    """Whether there is no text that a person could lose."""
    return now is None or is_empty(now)


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


def some_lines(count: int) -> str:
    """So many lines, in words."""
    return "1 line" if count == 1 else f"{count} lines"
