"""The cells that were run so far, and the one file that they make."""

from __future__ import annotations

import ast
import base64
import contextlib
import difflib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from tito.engine import seam
from tito.engine.report import CheckResult, Report
from tito.lesson.names import Unclear, one_exercise
from tito.lesson.source import UNTOUCHED, declared, parse
from tito.notebook.document import EXERCISE, bound_names
from tito.notebook.files import in_order, names_used

if TYPE_CHECKING:
    from tito.lesson.model import Lesson


@dataclass(frozen=True)
class Cell:
    """The text of one cell as it was run, without the line that names it.

    ``first_line`` is the number that the notebook gives the text's first line. ``id`` is the
    notebook's own name for the cell, where it tells one.
    """

    kind: str
    title: str
    text: str
    first_line: int = 2
    id: str | None = None

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree; SyntaxError where the text is not Python."""
        return parse(self.text)

    @cached_property
    def binds(self) -> set[str]:
        """The names that the cell defines."""
        return bound_names(self.tree)

    @cached_property
    def needs(self) -> set[str]:
        """The names that have to be there when the cell runs.

        What stands inside a function has to be there once the cell itself uses that function.
        """
        used = {name for node in self.tree.body for name in names_used(node, deep=False)}
        made = [n for n in self.tree.body if isinstance(n, ast.ClassDef | ast.FunctionDef)]
        while self.kind != EXERCISE and (run := [node for node in made if node.name in used]):
            made = [node for node in made if node not in run]
            used |= {name for node in run for name in names_used(node, deep=True)}
        return used - self.binds

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
    kept = [None if new.replaces(old) else old for old in cells]
    kept[place : place + 1] = [new]
    return [cell for cell in kept if cell is not None]


def assemble(lesson: Lesson, cells: Sequence[Cell]) -> Assembly:
    """One file of these cells, in the order in which they were run, as far as that can be.

    A class of the lesson that no cell defines stands there unwritten.
    """
    there = {name for cell in cells for name in cell.binds}
    missing = tuple(part for part in lesson.parts if part not in there)
    unwritten = [Cell(EXERCISE, "", _unwritten(lesson, part)) for part in missing]
    lines: list[str] = []
    places: list[tuple[Cell | None, int]] = []
    for cell in _in_order([*cells, *unwritten]):
        text = [*cell.text.rstrip().split("\n"), "", ""]
        lines += text
        places += [(cell if cell.title else None, cell.first_line + n) for n in range(len(text))]
    return Assembly("\n".join(lines), tuple(places), missing)


def _in_order(cells: Sequence[Cell]) -> Iterator[Cell]:
    """The cells as they were run, but each after those that it needs; future imports first."""
    future_first = sorted(cells, key=lambda cell: "from __future__" not in cell.text)
    return in_order(future_first, lambda cell: cell.binds, lambda cell: cell.needs)


def _unwritten(lesson: Lesson, part: str) -> str:
    """A class in which every exercise waits to be written, upon the bases that it will have."""
    from tito.learner import stub_of

    stub = parse(stub_of(lesson))
    made = next(n for n in stub.body if isinstance(n, ast.ClassDef) and n.name == part)
    bases = [ast.unparse(base) for base in made.bases]
    above = ", ".join(base for base in bases if base in lesson.parts)
    lines = [f"class {part}({above}):"]
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
    try:
        return [part for part in lesson.parts if part in cell.binds]
    except SyntaxError:
        return []


_START = "import sys; sys.path[:] = {path!r}; from {module} import main; main()"


class Tester:
    """A process that waits for one file; it is ended, with all that it started, on leaving.

    ``with Tester() as tester: report = tester.verdict(...)``. OSError where the system refuses a
    process.
    """

    def __enter__(self) -> Tester:
        path = [entry for entry in sys.path if entry and os.path.isabs(entry)]
        start = _START.format(path=path, module=__name__)
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", start],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        """Close its input: it ends at once, and its worker with it."""
        process = self._process
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                cast("IO[bytes]", pipe).close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=3)
        process.kill()
        process.wait()

    def verdict(self, lesson: str, path: Path, content: bytes) -> Report:
        """The report on ``content`` as the lesson's file at ``path``.

        OSError where the process ended without one.
        """
        text = base64.b64encode(content).decode()
        job = {"do": "test", "lesson": lesson, "path": str(path), "content": text}
        stdin = cast("IO[bytes]", self._process.stdin)
        stdin.write(seam.encode(job))
        stdin.flush()
        try:
            answer = seam.read(cast("Any", self._process.stdout))
        except seam.CorruptFrame:  # it was killed in the middle of a word
            answer = None
        if answer is None:
            raise OSError("the process that tests ended before it had a verdict")
        return _report(answer, content)


def main() -> None:
    """Judge the file that comes on the standard input; end as soon as that is closed."""
    from tito.engine import examine, start_worker
    from tito.engine.source import Source

    worker = start_worker()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        job = seam.read(sys.stdin.buffer)
        if job is None:
            return
        threading.Thread(target=_end_with_whoever_asked, daemon=True).start()
        source = Source(Path(job["path"]), base64.b64decode(job["content"]), 0.0)
        report = examine(job["lesson"], source, worker=worker)
        answers.write(seam.encode(_data(report)))
        answers.flush()
    finally:
        if worker is not None:
            worker.end()


def _end_with_whoever_asked() -> None:
    """Wait until the input is closed; the worker's guard then ends the worker."""
    os.read(0, 1)
    os._exit(1)


def _data(report: Report) -> dict[str, Any]:
    return {"is": "report", **asdict(report), "content": ""}


def _report(data: dict[str, Any], content: bytes) -> Report:
    names = {field.name for field in fields(Report)}
    known: dict[str, Any] = {name: value for name, value in data.items() if name in names}
    known["checks"] = [CheckResult(**check) for check in data["checks"]]
    known["content"] = content
    return Report(**known)
