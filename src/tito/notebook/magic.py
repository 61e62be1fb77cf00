"""``%%exercise`` and its companions: what a cell of the lesson does when it is run."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tito.learner import find_workspace
from tito.learner.hints import hint_lines, next_hint
from tito.notebook.document import EXERCISE, FILE_ONLY, SETUP
from tito.notebook.session import (
    Assembly,
    Cell,
    Refused,
    Scope,
    Tester,
    assemble,
    named,
    scope_of,
    with_cell,
)
from tito.notebook.view import CellView, problem, view_of
from tito.say.terminal import Screen
from tito.say.view import marked

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
            view, report = self._test(new, scope)
        except KeyboardInterrupt:
            raise Stopped from None
        self._show(view)
        if report is not None:
            _keep(report)

    def setup(self, line: str, cell: str = "") -> None:
        """Run a cell that the exercises need: imports, constants, functions to help."""
        new = self._cell(SETUP, line, cell)
        if not self._run(new):
            return
        try:
            _ = new.tree
        except SyntaxError:
            print(_MAGIC_IN_SETUP)
        else:
            self.cells = with_cell(self.cells, new)

    def hint(self, line: str) -> None:
        """A hint on what the last report was about, one step further each time.

        %hint                  the first thing to fix
        %hint Linear.forward   an exercise
        """

        print(hint(self.lesson, self.report, line))

    def file_only(self, line: str, cell: str = "") -> None:
        """Run nothing: this cell is a part of the file, not of the notebook."""
        print(f"Kept for {self.lesson.filename}: what is here runs only there.")

    def _cell(self, kind: str, line: str, text: str) -> Cell:
        """The cell that runs now; blank lines above the magic count in its numbers."""
        above = len(self._raw) - len(self._raw.lstrip())
        first = self._raw[:above].count("\n") + 2
        return Cell(kind, f"%%{kind} {line}".strip(), text, first, self._id)

    def _test(self, new: Cell, scope: Scope) -> tuple[CellView, Report | None]:
        """Test, then run what could be loaded; the view, and what was tested as a whole file."""
        try:
            with Tester() as tester:
                if why := _unusable(new, scope):
                    return problem(scope.title, *why, [_NOT_RUN, *_before(self.tested)]), None
                cells = with_cell(self.cells, new)
                assembly = assemble(self.lesson, cells)
                path = _folder() / self.lesson.filename
                report = tester.verdict(self.lesson.name, path, assembly.content)
        except OSError as error:
            why = f"The test could not be run: {error}. Run this cell once more."
            return problem(scope.title, why, (), [_NOT_RUN]), None
        self.report, loaded, before = report, report.tested, _before(self.tested)
        if loaded:
            self.tested = report
        view = view_of(report, self.lesson.tasks, scope, assembly, new)
        notes = _notes(report, assembly, scope, self.lesson)
        if loaded:
            self.cells = cells
            self._run(new)
        else:
            notes = [_NOT_RUN, *before]
        if "NameError" in view.heading or any("NameError" in each.text for each in view.fields):
            notes = [_NAME_ERROR, *notes]
        whole = report if loaded and not assembly.missing else None
        return view.with_notes(notes), whole

    def _run(self, cell: Cell) -> bool:
        """Run the text in the kernel, its lines numbered as the notebook numbers them."""
        above = ["#"] * (cell.first_line - 2) + [f"# {cell.title}"]
        text = "\n".join([*above, cell.text])
        return bool(self.shell.run_cell(text, store_history=False).success)

    def _show(self, view: CellView) -> None:
        from tito.notebook.html import html
        from tito.notebook.view import text

        show: Any = importlib.import_module("IPython.display").display
        show({"text/html": html(view), "text/plain": text(view)}, raw=True)


def load(shell: Any) -> None:
    """Register the magics in a kernel."""
    from tito.learner import lesson_in
    from tito.lesson.model import load_lesson

    lesson = load_lesson(lesson_in(_folder() / "notebook.py"))
    magics = Magics(shell, lesson)
    shell.events.register("pre_run_cell", magics.note_cell)
    for name, function in (
        (EXERCISE, magics.exercise),
        (SETUP, magics.setup),
        (FILE_ONLY, magics.file_only),
    ):
        shell.register_magic_function(function, "cell", name)
    shell.register_magic_function(magics.hint, "line", "hint")


def _before(report: Report | None) -> list[str]:
    """What passed when a text could be tested last, as a note."""
    if report is None:
        return []
    count = f"{report.passed} of {len(report.checks)} checks"
    return [f"The last version that could be read passed {count} of the lesson."]


def _unusable(cell: Cell, scope: Scope) -> tuple[str, list[tuple[int, str]]] | None:
    """Why the text of a cell is none that can be tested, and its lines; None where it is one."""
    from tito.engine.source import MAX_BYTES, Source, UnusableFile

    if not cell.text.strip():
        return f"This cell is empty. Write your code below the line {cell.title}.", []
    content = ("\n" * (cell.first_line - 1) + cell.text).encode(errors="replace")
    if len(content) > MAX_BYTES:
        return "This cell is larger than 64 KiB: that is not a lesson's code.", []
    source = Source(Path("This cell"), content, 0.0)
    try:
        source.check_syntax()
    except UnusableFile as error:
        if error.line is None or error.column is None:
            return error.message, _line(source, error.line)
        screen = Screen()
        return error.message, list(marked(source.lines, error.line, error.column, screen, _WIDE))
    for part in scope.parts:
        if part not in cell.binds:
            how = "A class begins with `class` at the left margin of the cell."
            place = _line(source, source.line_naming(part))
            return f"This cell has no class `{part}`. {how}", place
    return None


def _line(source: Source, number: int | None) -> list[tuple[int, str]]:
    if number is None or not 0 < number <= len(source.lines):
        return []
    return [(number, source.lines[number - 1].strip())]


def _notes(report: Report, assembly: Assembly, scope: Scope, lesson: Lesson) -> list[str]:
    """What to know beside the checks: what stood in, how far the lesson is, what comes next."""
    notes: list[str] = []
    if assembly.missing:
        missing = ", ".join(assembly.missing)
        notes.append(f"No cell has defined {missing} yet: counted as not written.")
    part = scope.parts[-1]
    if report.ok:
        notes += [*report.advice, f"All {len(report.checks)} checks of the lesson pass."]
        notes.append("To have it as a file, in a terminal: tito notebook --to-py layers.ipynb")
    elif all(check.status == "passed" for check in report.checks if check.part == part):
        following = [p for p in lesson.parts if lesson.parts.index(p) > lesson.parts.index(part)]
        open_parts = {check.part for check in report.checks if check.status != "passed"}
        if further := next((p for p in following if p in open_parts), None):
            notes.append(f"Next: the cell %%exercise {further}")
    if not report.ok:
        notes.append(f"{report.passed} of {len(report.checks)} checks of the lesson pass.")
    return notes


def _folder() -> Path:
    try:
        return Path.cwd()
    except OSError:
        return Path.home()


def _keep(report: Report) -> None:
    """Keep what was tested as a version of the learner's file, where they have a folder."""
    from tito.learner.keeping import keep_tested

    if sentence := keep_tested(report):
        print(sentence)


def hint(lesson: Lesson, report: Report | None, line: str) -> str:
    """One hint more on what the line names, or on the first thing to fix in the last report.

    Refused where nothing was tested yet, or where the name is none.
    """
    name = _exercise(lesson, report, line.strip()) if line.strip() else None
    if name is None and report is None:
        raise Refused("Run a cell that begins with %%exercise, or name one: %hint Linear.forward")
    found = next_hint(find_workspace(), lesson, report, name)
    if found is None:
        broken = report is not None and report.error is not None
        return "First mend what the report says of the cell." if broken else "All checks pass."
    notes = ["", found.note] if found.note else []
    more = [] if found.last else ["", f"For the next one: %hint {found.exercise}"]
    return "\n".join([*hint_lines(found, Screen()), *more, *notes])


def _exercise(lesson: Lesson, report: Report | None, text: str) -> str:
    """The exercise that is named; of a class the first that is not right."""
    name = named(lesson, text)
    if name not in lesson.parts:
        return name
    checks = report.checks if report else []
    open_ones = (c.exercise for c in checks if c.part == name and c.status != "passed")
    return next(open_ones, next(e.name for e in lesson.exercises if e.part == name))
