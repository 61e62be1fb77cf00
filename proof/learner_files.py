"""The learner files of a lesson's tests: whole ones, and entries that make one of another.

    files = learner_files("tensors")
    files.of("wrong")                         # entries
    files.content("axis_forgotten")           # bytes
    files.put("axis_forgotten", tmp_path)     # the path of a copy

A right file is a file. The other kinds have a table each: ``wrong.toml``, ``hostile.toml`` and, of
right files on which the pages say nothing, ``doubtful.toml``. CONTRIBUTING.md tells of their form.
"""

from __future__ import annotations

import difflib
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, cast

from tito.lesson.edits import changed, edited
from tito.lesson.source import EditError

LESSONS = Path(__file__).parents[1] / "tests" / "lessons"
TABLES = ("doubtful", "wrong", "hostile")
KINDS = ("right", *TABLES)
WIDTHS = {"doubtful": 100, "hostile": 98}  # of the comment in which a file says what it is


class EntryError(ValueError):
    """An entry of a table is none, or does not fit the file that it is made of."""


@dataclass(frozen=True)
class Entry:
    """A learner file, and what has to come of it."""

    kind: str
    name: str
    gets: str  # a mistake's name, "right", "error", "either", or the classes that fail
    what: str = ""
    says: bool = False  # what it is stands in its first lines
    base: str | None = None  # the file that it is made of; None where it stands in the folder
    changes: dict[str, Any] = field(default_factory=dict[str, Any])
    encoding: str = "utf-8"


class LearnerFiles:
    """The learner files of one lesson, by name."""

    def __init__(self, folder: Path) -> None:
        """Of the lesson whose tests are in this folder."""
        self.folder = folder
        self.entries: dict[str, Entry] = {}
        for entry in self._read():
            if entry.name in self.entries:
                raise EntryError(f"Two learner files are called {entry.name}.")
            self.entries[entry.name] = entry

    def put(self, name: str, folder: Path) -> Path:
        """A file of that name and content in the folder: its path."""
        path = folder / f"{name}.py"
        path.write_bytes(self.content(name))
        return path

    def _read(self) -> Iterator[Entry]:
        for path in sorted((self.folder / "files" / "right").glob("*.py")):
            yield Entry("right", path.stem, gets="right")
        for kind in TABLES:
            table = self.folder / f"{kind}.toml"
            if table.exists():
                for name, row in tomllib.loads(table.read_text(encoding="utf-8")).items():
                    yield entry_of(kind, name, row)

    def of(self, *kinds: str) -> list[Entry]:
        """The entries of these kinds, in the order in which they stand."""
        return [entry for entry in self.entries.values() if entry.kind in kinds]

    def content(self, name: str) -> bytes:
        """The bytes of a file; EntryError where its entry does not fit, KeyError without one."""
        entry = self.entries[name]
        if entry.base is None:
            return (self.folder / "files" / entry.kind / f"{name}.py").read_bytes()
        if entry.base not in self.entries:
            raise EntryError(f"{name} is made of {entry.base}, which is no learner file.")
        try:
            text = expanded(entry, self.content(entry.base).decode("utf-8"))
        except EditError as error:
            raise EntryError(f"{name}, made of {entry.base}: {error}") from error
        return text.encode(entry.encoding)


@cache
def learner_files(lesson: str) -> LearnerFiles:
    """The learner files of the lesson of that name."""
    return LearnerFiles(LESSONS / lesson)


def entry_of(kind: str, name: str, row: dict[str, Any]) -> Entry:
    """An entry as a table has it; EntryError where a key is missing or unknown."""
    says = "says" in row
    told: dict[str, str] = row.get("says" if says else "gets", {})
    made: dict[str, dict[str, Any]] = row.get("from", {})
    known = {"says" if says else "gets", "from", "encoding"}
    if len(told) != 1 or len(made) > 1 or not row.keys() <= known:
        raise EntryError(
            f"{name} in {kind}.toml needs one line of {name}.gets or {name}.says, and may have "
            f"{name}.from, of one file, and {name}.encoding."
        )
    [(gets, what)] = told.items()
    base = next(iter(made), None)
    changes = made[base] if base else {}
    return Entry(kind, name, gets, what, says, base, changes, row.get("encoding", "utf-8"))


def expanded(entry: Entry, text: str) -> str:
    """The text that an entry makes of its base's; EditError where an edit does not fit."""
    changes = flat(entry.changes)
    whole = {key: changes.pop(key, None) for key in ("text", "under", "before", "after")}
    text = edited(changed(text, changes), whole["text"] or ())
    if whole["under"] is not None:
        _, first_class, rest = text.partition("class ")
        text = f"{whole['under']}\n{textwrap.indent(first_class + rest, '    ')}"
    if whole["before"] is not None:
        text = f"{whole['before']}\n\n{text}"
    if whole["after"] is not None:
        text = f"{text}\n\n{whole['after']}\n"
    return first_lines(entry) + text if entry.says else text


def flat(tree: dict[str, Any], before: str = "") -> dict[str, Any]:
    """The changes by the full name of the place: ``Linear.forward``."""
    found: dict[str, Any] = {}
    for name, value in tree.items():
        if isinstance(value, dict):
            found |= flat(cast("dict[str, Any]", value), f"{before}{name}.")
        else:
            found[before + name] = value
    return found


def first_lines(entry: Entry) -> str:
    """What a file says of itself: a docstring in a wrong one, else a comment."""
    if entry.kind == "wrong":
        return f'"""{entry.what}."""\n\n'
    said = textwrap.wrap(f"{entry.kind.capitalize()}: {entry.what}", WIDTHS[entry.kind] - 2)
    return "".join(f"# {line}\n" for line in said)


def main(asked: str | None) -> int:
    """Print the file ``NAME`` or ``LESSON/NAME``, byte by byte; without one, what there is."""
    lessons = {path.parent.name for path in LESSONS.glob("*/files")}
    every = {lesson: learner_files(lesson) for lesson in sorted(lessons)}
    if asked is None:
        for lesson, files in every.items():
            for kind in KINDS:
                print(f"{lesson}, {kind}")
                for entry in files.of(kind):
                    print(f"  {entry.name:40} {entry.what}".rstrip())
        return 0
    lesson, _, name = asked.removesuffix(".py").rpartition("/")
    found = [one for one in every if lesson in ("", one) and name in every[one].entries]
    if len(found) == 1:
        sys.stdout.buffer.write(every[found[0]].content(name))
        return 0
    if found:
        near = [f"{one}/{name}" for one in found]
        said = f"{len(found)} lessons have a learner file {name}."
    else:
        names = {name for files in every.values() for name in files.entries}
        near = difflib.get_close_matches(name, sorted(names))
        said = f"There is no learner file {asked}."
    print(said, *([f"Did you mean {' or '.join(near)}?"] if near else []), file=sys.stderr)
    print("All there are: ./tito dev file", file=sys.stderr)
    return 2
