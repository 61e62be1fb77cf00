"""All that `tito doctor` looks at, one after the other; each look stands alone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tito.doctor import installed, machine
from tito.doctor.finding import Finding
from tito.doctor.hiding import hiding, renaming, sentence
from tito.learner import Workspace


def findings(workspace: Workspace) -> Iterator[Finding]:
    """Each as soon as it is known."""
    yield from _look("Python", installed.python)
    numpy = next(_look("NumPy", installed.numpy))
    yield numpy
    yield from _look("Threads", installed.threads)
    if numpy.state == "trouble":
        yield Finding("Engine", "note", "it was not tried: it needs NumPy")
    else:
        yield from _look("Engine", engine)
    yield from _look("Your folder", lambda: machine.folder(workspace))
    yield from _look("Names", lambda: names(workspace))
    yield from _look("Temporary", machine.temporary)
    yield from _look("Disk", lambda: machine.disk(workspace))
    yield from _look("WSL", lambda: machine.network(workspace))
    yield from _look("Terminal", machine.terminal)
    yield from _look("Editor", machine.editor)
    yield from _look("Extras", installed.extras)


def names(workspace: Workspace) -> list[Finding]:
    """Files in the learner's folder, and in this one, that hide modules."""
    places = dict.fromkeys((workspace.folder.resolve(), Path.cwd().resolve()))
    found = [entry for place in places for entry in hiding(place)]
    if not found:
        return [Finding("Names", "ok", "no file hides a module of Python's or tito's")]
    return [Finding("Names", "trouble", sentence(entry), renaming(entry)) for entry in found]


def engine() -> Finding:
    """A real test, of the library's own: every check of the first lesson has to pass."""
    from tito.engine import examine
    from tito.lesson.model import entrance, load_lesson

    lesson = load_lesson(entrance())
    with tempfile.TemporaryDirectory(prefix="tito-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / lesson.filename
        path.write_bytes(lesson.reference.content)
        report = examine(lesson, path)
    if report.ok:
        found = f"{report.passed} checks of the library's own {lesson.name} pass"
        return Finding("Engine", "ok", f"{found}, {report.seconds:.1f} s")
    first = report.first
    why = report.error or (f"{first.exercise}: {first.name}, {first.got}" if first else "no checks")
    words = f"right {lesson.name} do not pass here. {why}"
    return Finding("Engine", "trouble", words, "tito test --all")


def _look(what: str, look: Callable[[], Finding | list[Finding]]) -> Iterator[Finding]:
    """What it finds; a look that fails is a finding too."""
    try:
        found = look()
    except Exception as error:
        found = Finding(what, "note", f"it could not be looked at: {type(error).__name__}: {error}")
    yield from found if isinstance(found, list) else [found]
