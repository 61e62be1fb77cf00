"""The engine in a browser, the judge's side: a run is replayed with what the learner's side saw.

A judge in a browser cannot wait for an answer. It is run with the answers that are there, and where
one is missing it raises ``Need``; the page's scripts have the learner's worker answer, and the run
begins again. What the judge has worked out before stays on its bench.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from typing import Any, cast

from tito.engine.bench import Bench
from tito.engine.conduct import Limits
from tito.engine.process import OUTPUT_LIMIT
from tito.engine.report import Report
from tito.engine.run import run
from tito.engine.seam import Message
from tito.engine.source import Source
from tito.lesson.model import Lesson, load_lesson
from tito.page.desk import CannotDo, Desk

#: The loop that hangs says so by itself, and no other program of the machine's is in its way: there
#: is no second try.
LIMITS = Limits(again_s=0, grace_s=0.5)
PATIENCE_S = 8.0  # with one diagnosis: Python is slower here
RECURSION = 400  # deeper, the browser's own stack is at its end

Event = dict[str, Any]


class Need(Exception):
    """The run goes on when the learner's worker has done this; ``anew`` wants a fresh worker."""

    def __init__(self, job: Message, anew: bool) -> None:
        super().__init__("the learner's worker has to do something first")
        self.job, self.anew = job, anew


@dataclass
class Life:
    """What one of the learner's workers was asked, and what came of it."""

    jobs: int = 0
    events: list[Event] = field(default_factory=list[Event])


@dataclass
class Record:
    """What the learner's workers have shown so far, life by life.

    Times are seconds that they were at work.
    """

    mark: str = field(default_factory=lambda: os.urandom(16).hex())
    lives: list[Life] = field(default_factory=list[Life])

    def add(self, events: list[Event]) -> None:
        """What came of the job that was needed."""
        self.lives[-1].jobs += 1
        for event in events:
            if "said" in event:
                event["said"] = _message(event["said"])
            self.lives[-1].events.append(event)


class Replayed:
    """A worker whose answers are read from a record; its clock is that of the record."""

    def __init__(self, record: Record, number: int = 0, now: float = 0.0) -> None:
        self.record, self.number = record, number
        self.mark = record.mark
        self.output = bytearray()
        self.flooded = False
        self.exit_code = 0
        self._now = now
        self._sent = self._read = 0
        if number == len(record.lives):
            record.lives.append(Life())
        self._life = record.lives[number]

    def now(self) -> float:
        """When the last thing happened that was read."""
        return self._now

    def rest(self, seconds: float) -> None:
        """Nothing is waited for."""
        self._now += seconds

    def anew(self) -> Replayed:
        """The next life."""
        return Replayed(self.record, self.number + 1, self._now)

    def send(self, message: Message) -> None:
        """Need, where the record ends before this was done."""
        self._sent += 1
        if self._sent > self._life.jobs:
            raise Need(message, anew=self._life.jobs == 0)

    def receive(self, deadline: float) -> Message | None:
        """The next answer; None once it has ended, TimeoutError where it hung."""
        for event in self._life.events[self._read :]:
            self._read += 1
            self._now = max(self._now, event["at"])
            self.output += event["output"].encode()
            if "said" in event:
                return event["said"]
            if "left" in event:
                self.exit_code, self.flooded = event["left"], len(self.output) > OUTPUT_LIMIT
                return None
        self._now = deadline  # it hung, and was ended
        raise TimeoutError

    def left_by_itself(self) -> bool:
        """It did; whoever disturbs the channel here only disturbs himself."""
        return True

    def end(self) -> str:
        """What it printed, also in what was not read."""
        for event in self._life.events[self._read :]:
            self.output += event["output"].encode()
        self._read = len(self._life.events)
        return self.output.decode("utf-8", errors="replace")


def _message(text: str) -> Message:
    """What was said; what is no message of ours disturbs the channel."""
    try:
        message: object = json.loads(text)
    except (ValueError, RecursionError):
        return {"is": "corrupt"}
    known = isinstance(message, dict) and isinstance(cast("Message", message).get("is"), str)
    return cast("Message", message) if known else {"is": "corrupt"}


class Court:
    """Answers the page: a desk without a folder, whose verdicts wait for the learner's worker."""

    def __init__(self) -> None:
        sys.setrecursionlimit(RECURSION)
        self.desk = Desk(self.examine)
        self.report: Report | None = None
        self._function, self._asked = "", dict[str, object]()
        self._record = Record()
        self._bench: Bench | None = None
        self._source: Source | None = None
        self._ahead: dict[str, Bench] = {}

    def ask(self, function: str, asked: str) -> str:
        """The answer, or what the learner's worker has to do first, as JSON."""
        self._function, self._asked = function, json.loads(asked)
        self._record, self._bench, self._source = Record(), None, None
        return self._answer()

    def came(self, events: str) -> str:
        """The same, now that this came of what was needed."""
        self._record.add(json.loads(events))
        return self._answer()

    def get_ready(self, lesson: str) -> None:
        """Know what is right, for the run that waits or else for the seed of the next one."""
        bench = self._bench or self._ahead.get(lesson)
        if bench is None:
            bench = self._ahead[lesson] = _bench(load_lesson(lesson), None)
        for check in bench.lesson.checks:
            bench.expected(check)

    def examine(self, lesson: Lesson, source: Source, seed: int | None, explain: bool) -> Report:
        """The verdict on a text. Need where it cannot be told yet."""
        if self._bench is None:
            ahead = self._ahead.pop(lesson.name, None) if seed is None else None
            self._bench = ahead or _bench(lesson, seed)
        self._source = self._source or source  # read and parsed once
        worker = Replayed(self._record)
        self.report = run(self._bench, self._source, worker, 0.0, explain=explain, limits=LIMITS)
        return self.report

    def _answer(self) -> str:
        try:
            reply = {"reply": self._reply()}
        except Need as need:
            return json.dumps({"need": need.job, "anew": need.anew})
        except CannotDo as error:
            reply = {"error": str(error)}
        self._bench = None
        return json.dumps(reply)

    def _reply(self) -> object:
        if self._function == "report":  # the last one whole, as --json prints it
            return self.report and self.report.to_dict()
        return self.desk.ask(self._function, self._asked)


def _bench(lesson: Lesson, seed: int | None) -> Bench:
    bench = Bench(lesson, seed)
    bench.patience_s = PATIENCE_S
    return bench
