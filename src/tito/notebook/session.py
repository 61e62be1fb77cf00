"""The cells that were run so far, and the one file that they make."""

from __future__ import annotations

import ast
import difflib
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from tito.lesson.names import Unclear, one_exercise
from tito.lesson.source import UNTOUCHED, declared
from tito.notebook.order import EXERCISE, Code, in_order

if TYPE_CHECKING:
    from tito.engine.report import Report
    from tito.lesson.model import Lesson


@dataclass(frozen=True)
class Cell(Code):
    """The text of one cell as it was run, without the line that names it, its ``title``.

    ``first_line`` is the number that the notebook gives the text's first line. ``id`` is the
    notebook's own name for the cell, where it tells one.
    """

    title: str = ""
    first_line: int = 2
    id: str | None = None

    def replaces(self, other: Cell) -> bool:
        """Whether running this cell leaves nothing of the other one."""
        if self.id is not None and self.id == other.id:
            return True
        if self.kind != other.kind:
            return False
        return self.text == other.text or (bool(other.binds) and other.binds <= self.binds)


@dataclass(frozen=True)
class Assembly:
    """The text of all cells as one file, and where each of its lines stands in the notebook."""

    text: str
    places: tuple[tuple[Cell | None, int], ...] = field(repr=False)
    missing: tuple[str, ...] = ()

    @property
    def content(self) -> bytes:
        """The bytes to test, in the encoding that the text declares."""
        return self.text.encode(declared(self.text), errors="replace")

    def place(self, line: int) -> tuple[Cell | None, int]:
        """The cell that a line of the file stands in, and its number there."""
        return self.places[line - 1] if 0 < line <= len(self.places) else (None, line)


def with_cell(cells: Sequence[Cell], new: Cell) -> list[Cell]:
    """The cells after one more was run: in the place of the one that it replaces, or last."""
    place = next((n for n, old in enumerate(cells) if new.replaces(old)), len(cells))
    before, after = cells[:place], [old for old in cells[place:] if not new.replaces(old)]
    return [*before, new, *after]


def assemble(lesson: Lesson, cells: Sequence[Cell]) -> Assembly:
    """One file of these cells, in the order in which they were run, as far as that can be.

    A class of the lesson that no cell defines stands there unwritten.
    """
    there = {name for cell in cells for name in cell.binds}
    missing = tuple(part for part in lesson.parts if part not in there)
    unwritten = [Cell(EXERCISE, _unwritten(lesson, part)) for part in missing]
    lines: list[str] = []
    places: list[tuple[Cell | None, int]] = []
    for cell in in_order([*cells, *unwritten]):
        text = [*cell.text.rstrip().split("\n"), "", ""]
        lines += text
        places += [(cell if cell.title else None, cell.first_line + n) for n in range(len(text))]
    return Assembly("\n".join(lines), tuple(places), missing)


def _unwritten(lesson: Lesson, part: str) -> str:
    """A class in which every exercise waits to be written, upon the bases that it will have."""
    kind = lesson.reference.place(part).node
    bases = [ast.unparse(base) for base in cast("ast.ClassDef", kind).bases]
    lines = [f"class {part}({', '.join(base for base in bases if base in lesson.parts)}):"]
    for exercise in lesson.exercises:
        if exercise.part == part:
            method = exercise.name.partition(".")[2]
            lines += [
                f"    def {method}(self, *args, **kwargs):",
                f'        raise NotImplementedError("{exercise.name}: {UNTOUCHED}")',
            ]
    return "\n".join(lines)


class Refused(Exception):
    """A magic cannot do what it was asked; shown as its sentence, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


@dataclass(frozen=True)
class Scope:
    """What a cell's report is about: classes of the lesson, and exercises named alone."""

    names: tuple[str, ...]

    def covers(self, exercise: str) -> bool:
        """Whether a check on this exercise belongs to it."""
        return exercise in self.names or exercise.partition(".")[0] in self.names

    @property
    def title(self) -> str:
        """The names in a row."""
        return ", ".join(self.names)

    @property
    def parts(self) -> tuple[str, ...]:
        """The classes that the cell has to define."""
        return tuple(dict.fromkeys(name.partition(".")[0] for name in self.names))


def scope_of(lesson: Lesson, line: str, cell: Cell) -> Scope:
    """What is named on the magic's line; without a name, the classes that the cell defines.

    Refused for a name that is none, with what it may be meant to be.
    """
    names = line.replace(",", " ").split() or _defined(lesson, cell)
    if not names:
        raise Refused(f"Which exercise is this? Write it there: %%exercise {lesson.parts[0]}")
    return Scope(tuple(dict.fromkeys(named(lesson, name) for name in names)))


def named(lesson: Lesson, name: str) -> str:
    """The class or the exercise that a person typed. Refused where that is none."""
    parts = {part.casefold(): part for part in lesson.parts}
    if part := parts.get(name.casefold()):
        return part
    found = one_exercise(lesson, name)
    if not isinstance(found, Unclear):
        return found.name
    near = difflib.get_close_matches(name.casefold(), parts, n=1)
    if near and found.guessed and "." not in name:
        raise Refused(f"There is no class {name!r} in the lesson. Did you mean {parts[near[0]]}?")
    raise Refused(found.words())


def _defined(lesson: Lesson, cell: Cell) -> list[str]:
    return [part for part in lesson.parts if part in cell.binds]


_START = "import sys; sys.path[:] = {path!r}; from {module} import main; main()"


def verdict(lesson: str, path: Path, content: bytes) -> Report:
    """The report on ``content`` as the lesson's file at ``path``, by a process of its own.

    What was patched in the kernel is not there. The process ends, and all that it started, with
    this call or with the kernel. OSError where the system refuses it, or it ends without a report.
    """
    where = [entry for entry in sys.path if entry and os.path.isabs(entry)]
    start = _START.format(path=where, module=__name__)
    with subprocess.Popen(
        [sys.executable, "-I", "-X", "utf8", "-c", start],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            stdin = cast("IO[bytes]", process.stdin)
            pickle.dump((lesson, path, content), stdin)
            stdin.flush()
            return pickle.load(cast("IO[bytes]", process.stdout))
        except (EOFError, pickle.UnpicklingError):  # it was killed, maybe in the middle of a word
            raise OSError("the process that tests ended before it had a verdict") from None
        finally:
            process.kill()  # and the worker's guard ends the worker


def main() -> None:
    """Judge the file that comes on the standard input; end as soon as that is closed."""
    from tito.engine import examine, start_worker
    from tito.engine.source import Source

    worker = start_worker()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        lesson, path, content = pickle.load(sys.stdin.buffer)
        threading.Thread(target=_end_with_whoever_asked, daemon=True).start()
        report = examine(lesson, Source(path, content, 0.0), worker=worker)
        with answers:
            pickle.dump(report, answers)
    finally:
        if worker is not None:
            worker.end()


def _end_with_whoever_asked() -> None:
    """Wait until the input is closed; the worker's guard then ends the worker."""
    os.read(0, 1)
    os._exit(1)
