"""Verdicts on this machine: a thread a lesson, the next run made ready, the newest text first."""

from __future__ import annotations

import contextlib
import gc
import time
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from tito.engine.bench import Bench
from tito.engine.report import Report
from tito.engine.run import Ahead
from tito.engine.source import Source
from tito.lesson.model import Lesson
from tito.page.desk import Newer


class Waiting:
    """Judges the texts of all lessons; ``examine`` is what a desk wants."""

    def __init__(self) -> None:
        self._lessons: dict[str, _Judge] = {}

    def examine(self, lesson: Lesson, source: Source, seed: int | None, explain: bool) -> Report:
        """The verdict on a text. Newer if another of the lesson came before it was there."""
        return self._judge(lesson).examine(source, seed, explain)

    def get_ready(self, lesson: Lesson) -> None:
        """Make the lesson's first run ready, while the person looks at the page."""
        _ = lesson.misconceptions
        if any(check.measure for check in lesson.checks):
            _ = lesson.measures
        self._judge(lesson).get_ready()

    def _judge(self, lesson: Lesson) -> _Judge:
        found = self._lessons.get(lesson.name)
        return found or self._lessons.setdefault(lesson.name, _Judge(lesson))

    def end(self) -> None:
        """End all that runs."""
        for judge in self._lessons.values():
            judge.end()


class _Judge:
    """One lesson's: whatever touches its benches runs in one thread, one after another."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson
        self._thread = ThreadPoolExecutor(1, f"judge-{lesson.name}")
        self._counting = Lock()
        self._newest = 0  # the number of the text that somebody waits for
        self._asked: tuple[object, Future[Report] | None] = None, None
        self._ahead: Ahead | None = None
        self._last: Bench | None = None
        self._part: str | None = None

    def examine(self, source: Source, seed: int | None, explain: bool) -> Report:
        """The verdict on a text; Newer for one that another overtook.

        Two tabs that ask the same at a time are told the same.
        """
        began, asked = time.monotonic(), (source.content, seed, explain)
        try:
            with self._counting:
                same, found = self._asked
                if found is None or found.done() or same != asked:
                    self._newest += 1
                    job = self._newest, began, source, seed, explain
                    found = self._thread.submit(self._examine, *job)
                    self._asked = asked, found
                number = self._newest
            report = found.result()
        except RuntimeError as error:  # the program ends
            raise Newer from error
        self.get_ready(number)
        return report

    def get_ready(self, number: int = 0) -> None:
        """Make the next run ready, until a text comes: that takes over what is ready by then."""
        with contextlib.suppress(RuntimeError):  # the program ends
            self._thread.submit(self._get_ready, number)

    def end(self) -> None:
        """End what runs."""
        with self._counting:
            self._newest += 1
        self._thread.submit(self._end)
        self._thread.shutdown()

    def _examine(
        self, number: int, began: float, source: Source, seed: int | None, explain: bool
    ) -> Report:
        def interrupt() -> None:
            if number != self._newest:
                raise Newer

        interrupt()
        ahead = self._next() if seed is None else Ahead(self.lesson, seed)
        try:
            report = ahead.run(source, began, interrupt, explain=explain)
        finally:
            if seed is not None:
                ahead.end()
            elif ahead.used:
                self._last, self._ahead = ahead.bench, None
        if report.first:
            self._part = report.first.part
        return report

    def _next(self) -> Ahead:
        if self._ahead is None:
            self._ahead = Ahead(self.lesson)
        return self._ahead

    def _get_ready(self, number: int) -> None:
        for _ in self._next().steps(self._last, self._part):
            if number != self._newest:
                return
        gc.collect()

    def _end(self) -> None:
        if self._ahead is not None:
            self._ahead.end()
            self._ahead = None
