"""A program of the learner's in a Python of its own, with tested sources in the library's place.

Nothing limits it: it is the person's own program, at their terminal. Python itself starts it, so
that `sys.argv`, `sys.path`, tracebacks and exit codes are those of `python SCRIPT`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tito.engine.source import Source
    from tito.lesson.model import Lesson

STAND_INS = "TITO_STAND_INS"
STARTUP = Path(__file__).parent / "startup"


def run_program(arguments: Sequence[str], modules: Sequence[tuple[Lesson, Source]]) -> int:
    """Run ``python ARGUMENTS`` with these sources as their lessons' modules; its exit code.

    That is as a shell gives it: 128 and the signal's number where a signal ended the program.
    OSError where the sources cannot be laid down for it, or the system refuses a process.
    """
    with tempfile.TemporaryDirectory(prefix="tito-run-", ignore_cleanup_errors=True) as folder:
        _lay_down(Path(folder), modules)
        child = subprocess.Popen([sys.executable, *arguments], env=_environment(folder))

        def hand_on(_number: int, _frame: object) -> None:
            child.terminate()

        signal.signal(signal.SIGTERM, hand_on)
        return exit_code(child)


def _lay_down(folder: Path, modules: Sequence[tuple[Lesson, Source]]) -> None:
    """Write what the program's Python needs: which module is found in which file."""
    described = [
        {
            "target": lesson.target,
            "aliases": [lesson.filename.removesuffix(".py")],
            "path": os.fspath(source.path.resolve()),
            "file": lesson.filename,
        }
        for lesson, source in modules
    ]
    for lesson, source in modules:
        (folder / lesson.filename).write_bytes(source.content)
    (folder / "modules.json").write_text(json.dumps(described), encoding="utf-8")


def _environment(folder: str) -> dict[str, str]:
    """The person's own, in which each Python runs `startup/sitecustomize.py` first."""
    before = os.environ.get("PYTHONPATH")
    path = [os.fspath(STARTUP), *([before] if before else [])]
    return {**os.environ, STAND_INS: folder, "PYTHONPATH": os.pathsep.join(path)}


def exit_code(child: subprocess.Popen[bytes]) -> int:
    """The child's exit code as a shell gives it: 128 and the signal's number after a signal.

    Ctrl-C reaches the child too, and it is the child that decides what to do.
    """
    while True:
        try:
            code = child.wait()
        except KeyboardInterrupt:
            continue
        return code if code >= 0 else 128 - code
