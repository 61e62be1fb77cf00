"""A test in a process of its own: what a notebook's cells patch or print changes no verdict."""

from __future__ import annotations

import base64
import contextlib
import os
import subprocess
import sys
import threading
from dataclasses import asdict, fields
from pathlib import Path
from typing import IO, Any, cast

from tito.engine import frames
from tito.engine.report import CheckResult, Report

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
        stdin.write(frames.encode(job))
        stdin.flush()
        try:
            answer = frames.read(cast("Any", self._process.stdout))
        except frames.CorruptFrame:  # it was killed in the middle of a word
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
        job = frames.read(sys.stdin.buffer)
        if job is None:
            return
        threading.Thread(target=_end_with_whoever_asked, daemon=True).start()
        source = Source(Path(job["path"]), base64.b64decode(job["content"]), 0.0)
        report = examine(job["lesson"], source, worker=worker)
        answers.write(frames.encode(_data(report)))
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
