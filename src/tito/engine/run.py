"""One run from a path to a report, with whatever can be wrong with the file as a whole."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tito.engine.bench import Bench, Look
from tito.engine.conduct import Conductor, Limits
from tito.engine.crash import trace_lines
from tito.engine.judge import Judge
from tito.engine.process import start_worker
from tito.engine.report import CheckResult, Report
from tito.engine.seam import Hired
from tito.engine.source import Source, UnusableFile, read_source
from tito.engine.standin import stands_in
from tito.lesson.model import Lesson


def run(
    bench: Bench,
    file: Path | Source,
    worker: Hired | None,
    started: float,
    *,
    explain: bool = False,
    limits: Limits | None = None,
) -> Report:
    """The report on ``file``, by a bench that may know already what is right; see ``examine``.

    Its ``interrupt`` is called on the way; what that raises ends the run, and the worker.
    """
    lesson, seed, collects = bench.lesson, bench.seed, gc.isenabled()
    source = file if isinstance(file, Source) else Source(file, b"", 0.0)
    report = Report(lesson.name, str(source.path), "", 0.0, seed, [])
    try:
        source = file if isinstance(file, Source) else read_source(file)
        report.sha256, report.saved_at = source.sha256, source.saved_at
        report.content = source.content
        source.check_syntax()
        if stands_in(lesson.target):
            raise UnusableFile(
                f"This program runs with your own {lesson.name} in the library's place, so there "
                "is nothing to compare them with. Test them by themselves: `tito test`."
            )
        if worker is None:
            raise UnusableFile(
                "The file is tested in a process of its own, and the system refuses to start one. "
                "Close other programs and try again."
            )
        reference = str(lesson.reference.path)
        conductor = Conductor(
            lesson,
            source,
            seed,
            reference,
            limits or Limits(),
            worker,
            started,
            bench.interrupt,
            bench.decoded,
        )
        gc.disable()  # looking for garbage takes as long as many checks do
        Judge(lesson, source, conductor, bench, explain).verdict(report)
    except UnusableFile as error:
        report.error, report.error_line = error.message, error.line
        report.error_column = error.column
        report.trace = trace_lines(error.trace, source)
        report.checks = [
            CheckResult(check.exercise, check.name, "blocked", got="the file cannot be tested")
            for check in lesson.checks
        ]
    finally:
        if collects:
            gc.enable()
    report.seconds = (worker.now() if worker else time.monotonic()) - started
    return report


def right_ahead(bench: Bench) -> Iterator[None]:
    """Work out what is right, check by check."""
    for check in (*bench.lesson.checks, *bench.lesson.advice):
        bench.expected(check)
        yield


def wrong_ahead(bench: Bench, last: Iterable[Look], part: str | None) -> Iterator[None]:
    """Work out what variants do, look by look, as a diagnosis is likeliest to want them.

    Those are the looks of the ``last`` run, then the class ``part`` and those after it.
    """
    lesson = bench.lesson
    for look in last:
        bench.sight_of(*look)
        yield
    first = lesson.parts.index(part) if part in lesson.parts else 0
    for name in (*lesson.parts[first:], *lesson.parts[:first]):
        table = lesson.mistakes(name)
        for check in (check for check in lesson.checks if check.part == name):
            for wrong in table:
                bench.sight_of(wrong, check)
                yield


#: How much processor time may go into variants that the next run perhaps asks for.
PATIENCE_S = 2.0


class Ahead:
    """The next run of a lesson: its seed, what is right under it, and a worker that waits."""

    def __init__(self, lesson: Lesson, seed: int | None = None) -> None:
        self.bench = Bench(lesson, seed)
        self.worker = start_worker(lesson.name)

    def steps(self, last: Bench | None, part: str | None) -> Iterator[None]:
        """Get ready, in steps of a few milliseconds, what is likeliest to be needed first."""
        for _ in right_ahead(self.bench):
            yield
        give_up = time.thread_time() + PATIENCE_S
        for _ in wrong_ahead(self.bench, list(last.looks.values()) if last else [], part):
            yield
            if time.thread_time() > give_up:
                return

    def run(
        self,
        file: Path | Source,
        started: float,
        interrupt: Callable[[], None],
        settled: Callable[[Report], None] = lambda _report: None,
        *,
        explain: bool = False,
    ) -> Report:
        """The verdict on the file as it is now; ``interrupt`` is called often, and may raise.

        ``settled`` is told when all checks have passed, before advice is looked for.
        """
        self.bench.interrupt, self.bench.settled = interrupt, settled
        self.bench.looks.clear()
        if self.worker is None or self.worker.process.poll() is not None:
            self.end()
            self.worker = start_worker(self.bench.lesson.name)
        try:
            return run(self.bench, file, self.worker, started, explain=explain)
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
