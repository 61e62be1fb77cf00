"""Probe, observation, verdict, diagnosis: the engine knows no terminal and no command line."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from tito.engine.process import Worker, start_worker

if TYPE_CHECKING:
    from tito.engine.report import Report
    from tito.engine.source import Source
    from tito.lesson.model import Lesson

__all__ = ["examine", "start_worker"]


def examine(
    lesson: str | Lesson,
    file: Path | Source,
    *,
    seed: int | None = None,
    worker: Worker | None = None,
    started: float | None = None,
    explain: bool = False,
) -> Report:
    """Test the learner's file and return the verdict.

    A file at a path is read once, and those bytes are hashed and tested; a Source is tested as it
    is, whatever the disk holds. ``seed`` replays a run; by
    default it is fresh. ``worker`` is one that waits already. ``started`` is when the person
    began to wait, by ``time.monotonic()``; by default now. With ``explain`` the report has an
    ``explanation`` of the first failure. The verdict never raises for what the
    file holds or does; KeyError for a lesson that does not exist.
    """
    started = time.monotonic() if started is None else started
    worker = worker or start_worker()
    if worker is not None:
        worker.prepare(lesson if isinstance(lesson, str) else lesson.name)
    try:
        from tito.engine.bench import Bench
        from tito.engine.run import run
        from tito.lesson.model import load_lesson

        file = Path(file).absolute() if isinstance(file, str | Path) else file
        bench = Bench(load_lesson(lesson) if isinstance(lesson, str) else lesson, seed)
        return run(bench, file, worker, started, explain=explain)
    finally:
        if worker is not None:
            worker.end()
