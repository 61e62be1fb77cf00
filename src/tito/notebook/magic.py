"""``%%exercise`` and its companions: what a cell of the lesson does when it is run."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tito.learner import find_workspace
from tito.learner.hints import hint_lines, next_hint
from tito.notebook.order import EXERCISE, FILE_ONLY, SETUP
from tito.notebook.session import (
    Assembly,
    Cell,
    Refused,
    Scope,
    assemble,
    named,
    scope_of,
    verdict,
    with_cell,
)
from tito.notebook.view import view_of
from tito.say.card import Card, html, text
from tito.say.terminal import Screen
from tito.say.view import Field, marked

if TYPE_CHECKING:
    from tito.engine.report import Report
    from tito.engine.source import Source
    from tito.lesson.model import Lesson

_MAGIC_IN_SETUP = (
    "This cell has run, but no test knows it: its text is part of your file, so it has to be "
    "only Python. Put lines that begin with % or ! into a cell of their own."
)
_NAME_ERROR = "If another cell defines it: begin that cell with %%setup, run it, then this one."
_WIDE = 88
_NOT_RUN = "The cell was only tested, not run in the kernel: there, what it defines is as before."


class Stopped(KeyboardInterrupt):
    """The person interrupted the kernel during a test; shown as a sentence."""

    def _render_traceback_(self) -> list[str]:
        return ["Stopped. This cell was neither tested nor run."]


class Magics:
    """The magics of one kernel, and the cells that were run there."""

    def __init__(self, shell: Any, lesson: Lesson) -> None:
        self.shell, self.lesson = shell, lesson
        self.cells: list[Cell] = []
        self.report: Report | None = None
        self.tested: Report | None = None  # the last one of a text that could be tested
        self._raw, self._id = "", None

    def note_cell(self, info: Any) -> None:
        """Remember the cell that is about to run as the notebook has it."""
        self._raw, self._id = info.raw_cell or "", getattr(info, "cell_id", None)

    def exercise(self, line: str, cell: str = "") -> None:
        """Test this cell with the others of the lesson, and run it.

        %%exercise Linear           a class, all its exercises
        %%exercise Linear.forward   one exercise alone

        A cell that cannot be loaded, or that does not come to an end, is not run.
        """
        new = self._cell(EXERCISE, line, cell)
        scope = scope_of(self.lesson, line, new)
        try:
            card = self._test(new, scope)
        except KeyboardInterrupt:
            raise Stopped from None
        show: Any = importlib.import_module("IPython.display").display
        show({"text/html": html(card), "text/plain": text(card)}, raw=True)

    def setup(self, line: str, cell: str = "") -> None:
        """Run a cell that the exercises need: imports, constants, functions to help."""
        new = self._cell(SETUP, line, cell)
        if not self._run(new):
            return
        if new.tree is None:
            print(_MAGIC_IN_SETUP)
        else:
            self.cells = with_cell(self.cells, new)

    def hint(self, line: str) -> None:
        """A hint on what the last report was about, one step further each time.

        %hint                  the first thing to fix
        %hint Linear.forward   an exercise
        """
        print(hint(self.lesson, self.report, line.strip()))

    def file_only(self, line: str, cell: str = "") -> None:
        """Run nothing: this cell is a part of the file, not of the notebook."""
        print(f"Kept for {self.lesson.filename}: what is here runs only there.")

    def _cell(self, kind: str, line: str, text: str) -> Cell:
        """The cell that runs now; blank lines above the magic count in its numbers."""
        above = len(self._raw) - len(self._raw.lstrip())
        first = self._raw[:above].count("\n") + 2
        return Cell(kind, text, f"%%{kind} {line}".strip(), first, self._id)

    def _test(self, new: Cell, scope: Scope) -> Card:
        """Test, keep the text as a version of the file, and run the cell if it can be loaded."""
        if card := _unusable(new, scope):
            return replace(card, notes=(_NOT_RUN, *self._before()))
        cells = with_cell(self.cells, new)
        assembly = assemble(self.lesson, cells)
        try:
            path = _folder() / self.lesson.filename
            self.report = report = verdict(self.lesson.name, path, assembly.content)
        except OSError as error:
            why = f"The test could not be run: {error}. Run this cell once more."
            return Card(scope.title, why, notes=(_NOT_RUN,))
        card = view_of(report, self.lesson.tasks, scope, assembly, new)
        if report.tested:
            self.tested, self.cells = report, cells
            notes = _notes(report, assembly, scope, self.lesson)
            self._run(new)
        else:
            notes = [_NOT_RUN, *self._before()]
        if "NameError" in card.heading or any("NameError" in each.text for each in card.fields):
            notes = [_NAME_ERROR, *notes]
        return replace(card, notes=tuple(notes))

    def _run(self, cell: Cell) -> bool:
        """Run the text in the kernel, its lines numbered as the notebook numbers them."""
        above = ["#"] * (cell.first_line - 2) + [f"# {cell.title}"]
        text = "\n".join([*above, cell.text])
        return bool(self.shell.run_cell(text, store_history=False).success)

    def _before(self) -> list[str]:
        """What passed when a text could be tested last, as a note."""
        if self.tested is None:
            return []
        count = f"{self.tested.passed} of {len(self.tested.checks)} checks"
        return [f"The last version that could be read passed {count} of the lesson."]


def load(shell: Any) -> None:
    """Register the magics in a kernel."""
    from tito.learner import lesson_in
    from tito.lesson.model import load_lesson

    magics = Magics(shell, load_lesson(lesson_in(_folder() / "notebook.py")))
    shell.events.register("pre_run_cell", magics.note_cell)
    shell.register_magic_function(magics.exercise, "cell", EXERCISE)
    shell.register_magic_function(magics.setup, "cell", SETUP)
    shell.register_magic_function(magics.file_only, "cell", FILE_ONLY)
    shell.register_magic_function(magics.hint, "line", "hint")


def _unusable(cell: Cell, scope: Scope) -> Card | None:
    """Why the text of a cell is none that can be tested, and its lines; None where it is one."""
    from tito.engine.source import MAX_BYTES, Source, UnusableFile

    content = ("\n" * (cell.first_line - 1) + cell.text).encode(errors="replace")
    source = Source(Path("This cell"), content, 0.0)
    if not cell.text.strip():
        why = f"This cell is empty. Write your code below the line {cell.title}."
        return Card(scope.title, why)
    if len(content) > MAX_BYTES:
        return Card(scope.title, "This cell is larger than 64 KiB: that is not a lesson's code.")
    try:
        source.check_syntax()
    except UnusableFile as error:
        if error.line is None or error.column is None:
            return Card(scope.title, error.message, _line(source, error.line))
        rows = marked(source.lines, error.line, error.column, Screen(), _WIDE)
        return Card(scope.title, error.message, tuple(rows))
    for part in scope.parts:
        if part not in cell.binds:
            how = "A class begins with `class` at the left margin of the cell."
            place = _line(source, source.line_naming(part))
            return Card(scope.title, f"This cell has no class `{part}`. {how}", place)
    return None


def _line(source: Source, number: int | None) -> tuple[Field, ...]:
    if number is None or not 0 < number <= len(source.lines):
        return ()
    return (Field(f"line {number}", source.lines[number - 1].strip(), "as it is", number),)


def _notes(report: Report, assembly: Assembly, scope: Scope, lesson: Lesson) -> list[str]:
    """What to know beside the checks: what stood in, how far the lesson is, what comes next.

    A whole file is kept as a version of the learner's; where that cannot be, it is said.
    """
    from tito.learner.keeping import keep_tested

    notes: list[str] = []
    if assembly.missing:
        missing = ", ".join(assembly.missing)
        notes.append(f"No cell has defined {missing} yet: counted as not written.")
    if report.ok:
        notes += [*report.advice, f"All {len(report.checks)} checks of the lesson pass."]
        notes.append("To have it as a file, in a terminal: tito notebook --to-py layers.ipynb")
    else:
        open_parts = {check.part for check in report.checks if check.status != "passed"}
        following = lesson.parts[lesson.parts.index(scope.parts[-1]) :]
        further = next((part for part in following if part in open_parts), None)
        if further and further != scope.parts[-1]:
            notes.append(f"Next: the cell %%exercise {further}")
        notes.append(f"{report.passed} of {len(report.checks)} checks of the lesson pass.")
    if not assembly.missing and (sentence := keep_tested(report)):
        notes.append(sentence)
    return notes


def _folder() -> Path:
    try:
        return Path.cwd()
    except OSError:
        return Path.home()


def hint(lesson: Lesson, report: Report | None, text: str) -> str:
    """One hint more on what the text names, or on the first thing to fix in the last report.

    Refused where nothing was tested yet, or where the name is none.
    """
    name = named(lesson, text) if text else None
    if name in lesson.parts:  # of a class the first exercise that is not right
        own = [exercise.name for exercise in lesson.exercises if exercise.part == name]
        checks = report.checks if report else []
        wrong = [c.exercise for c in checks if c.part == name and c.status != "passed"]
        name = (wrong or own)[0]
    if name is None and report is None:
        raise Refused("Run a cell that begins with %%exercise, or name one: %hint Linear.forward")
    found = next_hint(find_workspace(), lesson, report, name)
    if found is None:
        broken = report is not None and report.error is not None
        return "First mend what the report says of the cell." if broken else "All checks pass."
    notes = ["", found.note] if found.note else []
    more = [] if found.last else ["", f"For the next one: %hint {found.exercise}"]
    return "\n".join([*hint_lines(found, Screen()), *more, *notes])
