"""What a run needs and no file has a say in, made ready while nobody waits.

All of it follows from the seed alone: a fresh one for each run, so it can be chosen early. What is
not ready when the file comes is worked out then, so a verdict does not depend on how far this got.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tito.engine import start_worker
from tito.engine.bench import Bench
from tito.engine.lesson import Lesson
from tito.engine.report import Report
from tito.engine.run import fresh_seed, run_on

#: How much processor time may go into variants that the next run perhaps asks for.
PATIENCE_S = 2.0


class Ahead:
    """The next run of a lesson: its seed, what is right under it, and a worker that waits."""

    def __init__(self, lesson: Lesson, seed: int | None = None) -> None:
        self.bench = Bench(lesson, fresh_seed() if seed is None else seed)
        self.worker = start_worker()

    def steps(self, last: Bench | None, part: str | None) -> Iterator[None]:
        """Get ready, in steps of a few milliseconds, what is likeliest to be needed first.

        That is what the ``last`` run looked at, then the class ``part`` and those after it.
        """
        bench, lesson = self.bench, self.bench.lesson
        for check in (*lesson.checks, *lesson.advice):
            bench.prepare_for(check)
            yield
        for look in list(last.looks.values()) if last else ():
            bench.sight_of(*look)
            yield
        give_up = time.thread_time() + PATIENCE_S
        first = lesson.parts.index(part) if part in lesson.parts else 0
        for name in (*lesson.parts[first:], *lesson.parts[:first]):
            table = [wrong for wrong in lesson.misconceptions if wrong.part == name]
            for check in (check for check in lesson.checks if check.part == name):
                for wrong in table:
                    if time.thread_time() > give_up:
                        return
                    bench.sight_of(wrong, check)
                    yield

    def run(
        self,
        path: Path,
        started: float,
        interrupt: Callable[[], None],
        settled: Callable[[Report], None] = lambda _report: None,
    ) -> Report:
        """The verdict on the file as it is now; ``interrupt`` is called often, and may raise.

        ``settled`` is told when all checks have passed, before advice is looked for.
        """
        self.bench.interrupt, self.bench.settled = interrupt, settled
        self.bench.looks.clear()
        if self.worker is None or self.worker.process.poll() is not None:
            self.end()
            self.worker = start_worker()
        try:
            return run_on(self.bench, path, self.worker, started)
        finally:
            if self.used:
                self.end()

    @property
    def used(self) -> bool:
        """Whether a run had the worker: a file that cannot be read or parsed needs none."""
        return self.worker is None or self.worker.busy

    def end(self) -> None:
        """The run will not be needed."""
        if self.worker is not None:
            self.worker.end()
