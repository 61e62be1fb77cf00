"""The learner's folder: where it is, what is in it, and writing there without losing a file."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tinytorch.files.writing import write_whole
from tito.learner.files import alone, explain, write_new

if TYPE_CHECKING:
    from tito.lesson.model import Lesson

NAME = "my-tinytorch"
STATE = ".tito"
TEST_FILE = '''"""Every check of the lesson on {name} is one test of your {filename}."""

from tito.pytest_checks import checks_of

test_{name} = checks_of("{name}", __file__)
'''
PYTEST_INI = """[pytest]
# This folder stands alone: the settings of a project around it are not for your files.
testpaths = tests
"""
FOOTER = """

if __name__ == "__main__":
    from tito.inline import report

    report(__file__)
"""
_KERNELS = "from tinytorch.core.given import kernels"
_MOST_HANDED_ON = 1 << 12  # bytes: names alone
_LINTER = re.compile(r"  # (noqa|pyright:).*(?=\n)")


class WorkspaceError(Exception):
    """The learner's folder cannot be used; says why and what to do, in words for the person."""


@dataclass(frozen=True)
class Workspace:
    """A learner's folder, which need not be there yet."""

    folder: Path

    def file(self, filename: str) -> Path:
        """The path of a learner's file."""
        return self.folder / filename

    @property
    def lesson(self) -> str | None:
        """The name of the lesson in hand; None before the first."""
        try:
            return (self.folder / STATE / "lesson").read_text(encoding="utf-8").strip() or None
        except (OSError, UnicodeDecodeError):
            return None

    @property
    def memory(self) -> Memory:
        """What tito remembers of the learner's way through the lessons."""
        return Memory(self.folder / STATE)

    def has_begun(self, lesson: Lesson) -> bool:
        """Whether the learner's file is there, and is more than what hands on the reference."""
        path = self.file(lesson.filename)
        return os.path.lexists(path) and not is_handed_on(path, lesson.target)

    def begin(self, lesson: Lesson) -> bool:
        """Make the folder ready for a lesson and take it in hand; whether its file is new.

        What is there already is left alone. WorkspaceError where nothing can be written.
        """
        try:
            for folder in (self.folder, self.folder / STATE, self.folder / "tests"):
                folder.mkdir(parents=True, exist_ok=True)
            for name, public in handed_on(lesson):
                write_new(self.file(f"{name}_dev.py"), hand_on(name, public))
            names = {"name": lesson.name, "filename": lesson.filename}
            write_new(self.folder / "tests" / f"test_{lesson.name}.py", TEST_FILE.format(**names))
            write_new(self.folder / "pytest.ini", PYTEST_INI)
            new = not self.has_begun(lesson)
            if new:
                write_whole(self.file(lesson.filename), stub_of(lesson))
            write_whole(self.folder / STATE / "lesson", f"{lesson.name}\n")
        except OSError as error:
            raise WorkspaceError(explain(error, self.folder)) from error
        remember(self.folder)
        return new


def find_workspace(start: Path | None = None) -> Workspace:
    """The nearest folder upwards with a ``.tito``; if there is none, where it would be made.

    That is ``my-tinytorch`` below the cloned project when one stands in it, otherwise below
    ``start``, which is the working folder by default.
    """
    try:
        start = start or Path.cwd()
    except OSError:
        gone = "The folder you are in is no longer there. Change to one that is: cd"
        raise WorkspaceError(gone) from None
    for folder in (start, *start.parents):
        if (folder / STATE).is_dir():
            return Workspace(folder)
    root = project_root()
    return Workspace((root if root and start.is_relative_to(root) else start) / NAME)


def lesson_in(path: Path) -> str:
    """The lesson that a learner's file is about: by its name, or the one in hand beside it."""
    from tito.lesson.model import entrance, is_lesson

    name = path.name.removesuffix("_dev.py")
    in_hand = find_workspace(path.absolute().parent).lesson
    return next((lesson for lesson in (name, in_hand) if lesson and is_lesson(lesson)), entrance())


def project_root() -> Path | None:
    """The clone that this package runs from; None where it was installed without one."""
    root = Path(__file__).resolve().parents[3]
    return root if (root / "pyproject.toml").is_file() and (root / "tests").is_dir() else None


def stub_of(lesson: Lesson) -> str:
    """The text that a learner begins the lesson with: the library's, without the exercises' bodies.

    The import of the kernels goes too, for they are the answers, and what a line says to linters. A
    footer is added that tests the file when it is run.
    """
    stub = lesson.reference.stub(exercise.name for exercise in lesson.exercises)
    lines = stub.splitlines(keepends=True)
    offered = [_LINTER.sub("", line) for line in lines if not line.startswith(_KERNELS)]
    return "".join(offered).rstrip() + "\n" + FOOTER


def handed_on(lesson: Lesson) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The modules that a lesson builds on, each with its public names.

    The learner's file may import from them before their own lessons have been begun.
    """
    import tinytorch
    from tinytorch.core import MODULES

    for name in MODULES[: MODULES.index(lesson.name)]:
        if public := tinytorch.HOMES.get(f"tinytorch.core.{name}"):
            yield name, public


def hand_on(name: str, public: tuple[str, ...]) -> str:
    """The text of a small file that hands on the reference's module for a lesson not begun."""
    return (
        '"""Hands on the reference, for a lesson that you have not begun."""\n\n'
        f"from tinytorch.core.{name} import {', '.join(public)}\n"
    )


def is_handed_on(path: Path, target: str) -> bool:
    """Whether the file holds nothing of its own: a docstring and an import from ``target``."""
    try:
        if not path.is_file() or path.stat().st_size > _MOST_HANDED_ON:
            return False
        statements = ast.parse(path.read_bytes()).body
    except (OSError, SyntaxError, ValueError):
        return False
    match statements:
        case [ast.Expr(value=ast.Constant()), ast.ImportFrom(module=module)] if module == target:
            return True
        case _:
            return False


def remember(folder: Path) -> None:
    """Note that this learner's folder was used."""
    with contextlib.suppress(OSError, RuntimeError, UnicodeError):
        place, text = _place(), f"{folder.resolve()}\n"
        if not place.is_file() or place.read_text(encoding="utf-8") != text:
            place.parent.mkdir(parents=True, exist_ok=True)
            write_whole(place, text)


def last_used() -> Path | None:
    """The folder that was used last; None where none is known, or it is there no longer."""
    with contextlib.suppress(OSError, RuntimeError, UnicodeError, ValueError):
        folder = Path(_place().read_text(encoding="utf-8").rstrip("\n"))
        if folder.is_absolute() and (folder / STATE).is_dir():
            return folder
    return None


def folder_elsewhere(here: Path) -> Path | None:
    """The folder that was used last, where ``here`` is none and is meant to be one."""
    return None if (here / STATE).is_dir() else last_used()


def state_folder() -> Path:
    """Where each system keeps such things; RuntimeError where the user has no home."""
    named = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_STATE_HOME", "")
    return (Path(named) if os.path.isabs(named) else Path.home() / ".local" / "state") / "tinytorch"


def _place() -> Path:
    return state_folder() / "folder"


MEMORY = "memory.json"

Notes = dict[str, Any]


@dataclass(frozen=True)
class Memory:
    """The notes on each lesson, in a learner's state folder, which need not be there."""

    folder: Path

    def of(self, lesson: str) -> Notes:
        """The notes on a lesson; empty where there are none, or where they cannot be read."""
        return mapping(self._read().get(lesson))

    def change(self, lesson: str, edit: Callable[[Notes], None]) -> None:
        """Let ``edit`` change the notes on a lesson, and keep them. OSError where that fails.

        Two processes take turns; a file that is no JSON is kept aside as ``memory.json.broken``.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with alone(self.folder / f"{MEMORY}.lock"):
            everything = self._read(keep_broken=True)
            everything[lesson] = mapping(everything.get(lesson))
            edit(everything[lesson])
            write_whole(self.folder / MEMORY, json.dumps(everything, indent=1) + "\n")

    def table(self, lesson: str, name: str) -> Notes:
        """One table of the notes on a lesson; empty where there is none, or something else."""
        return mapping(self.of(lesson).get(name))

    def note(self, lesson: str, name: str, edit: Callable[[Notes], None]) -> bool:
        """Let ``edit`` change one table of the notes; whether that could be kept."""

        def change(notes: Notes) -> None:
            notes[name] = mapping(notes.get(name))
            edit(notes[name])

        try:
            self.change(lesson, change)
        except OSError:
            return False
        return True

    def _read(self, keep_broken: bool = False) -> dict[str, Any]:
        path = self.folder / MEMORY
        found: object = None
        try:
            found = json.loads(path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            if keep_broken and isinstance(error, OSError):
                raise
        notes = mapping(found)
        if keep_broken and notes is not found:
            os.replace(path, path.with_name(f"{MEMORY}.broken"))
        return notes


def mapping(found: object) -> Notes:
    """What was found, where it is a table; else an empty one."""
    return cast("Notes", found) if isinstance(found, dict) else {}
