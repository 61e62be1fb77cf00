"""The engine in a browser, the judge's side: a run is replayed with what the learner's side saw.

A judge in a browser cannot wait for an answer. It is run with the answers that are there, and where
one is missing it raises ``Need``; the page's scripts have the learner's worker answer, and the run
begins again. What the judge has worked out before stays on its bench: each answer is judged as it
comes, while the learner's worker is busy with the next.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, cast

from tito.engine.bench import Bench, Look, Sight
from tito.engine.conduct import Limits
from tito.engine.process import OUTPUT_LIMIT
from tito.engine.report import Report
from tito.engine.run import right_ahead, run, wrong_ahead
from tito.engine.seam import Message
from tito.engine.seen import Raised, Waits
from tito.engine.source import Source
from tito.lesson.model import Advice, Check, Lesson, load_lesson
from tito.page.desk import CannotDo, Desk

#: The loop that hangs says so by itself, and no other program of the machine's is in its way: there
#: is no second try.
LIMITS = Limits(again_s=0, grace_s=0.5)
PATIENCE_S = 8.0  # with one diagnosis: Python is slower here
RECURSION = 400  # deeper, the browser's own stack is at its end
STEP_S = 0.01  # how long an answer may have to wait for what is made ready
AHEAD_RECURSION = 300  # in steps, less of the stack is Python's own calls, more a variant's
LOOKS_AHEAD = 600  # at variants: about a second of a processor that has nothing else to do

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

    def add(self, event: Event) -> None:
        """Something that came of the job that is needed."""
        if "said" in event:
            event["said"] = _message(event["said"])
        self.lives[-1].events.append(event)

    def done(self) -> None:
        """Nothing more comes of it."""
        self.lives[-1].jobs += 1


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


class Once(Bench):
    """A bench that decodes and judges each answer once, however often the run begins again."""

    def __init__(self, lesson: Lesson, seed: int | None) -> None:
        super().__init__(lesson, seed)
        self.patience_s = PATIENCE_S
        self._seen: dict[int, tuple[Any, Any]] = {}  # by the data, which thereby lives as long
        self._judged: dict[tuple[str, int], Sight] = {}  # by what was seen, which is kept there

    def anew(self) -> Once:
        """Itself, without the answers of the run before."""
        self._seen.clear()
        self._judged.clear()
        return self

    def decoded(self, data: Any) -> Any:
        """As ``Bench.decoded``, the same object each time."""
        if id(data) not in self._seen:
            self._seen[id(data)] = data, super().decoded(data)
        return self._seen[id(data)][1]

    def judge(self, check: Check, seen: Any, sample: int = 0) -> Sight:
        """As ``Bench.judge``, remembered where ``early`` came to it."""
        known = self._judged.get((check.id, id(seen))) if sample == 0 else None
        return known or super().judge(check, seen, sample)

    def early(self, message: Message) -> None:
        """Judge what a probe saw, before the run comes to it."""
        name = message.get("check")
        try:
            check = self.lesson.find(name if isinstance(name, str) else "")
        except KeyError:  # no check of ours: the run says so
            return
        seen = self.decoded(message.get("seen"))
        weighed = isinstance(check, Advice) and check.weigh is not None
        if not weighed and not isinstance(seen, Raised | Waits):
            self._judged[check.id, id(seen)] = super().judge(check, seen)


class Court:
    """Answers the page: a desk without a folder, whose verdicts wait for the learner's worker."""

    def __init__(self) -> None:
        sys.setrecursionlimit(RECURSION)
        self.desk = Desk(self.examine)
        self.report: Report | None = None
        self._function, self._asked = "", dict[str, object]()
        self._record = Record()
        self._job: Message = {}
        self._bench: Once | None = None
        self._last: Once | None = None
        self._source: Source | None = None
        self._looks: list[Look] = []
        self._ahead: dict[str, tuple[Once, Iterator[None]]] = {}

    def ask(self, function: str, asked: str) -> str:
        """The answer, or what the learner's worker has to do first, as JSON."""
        self._function, self._asked = function, json.loads(asked)
        self._record, self._bench, self._source = Record(), None, None
        return self._answer()

    def heard(self, event: str) -> None:
        """This came of what is needed, and the learner's worker is not done yet."""
        told: Event = json.loads(event)
        self._record.add(told)
        said = told.get("said", {})
        if self._bench is not None and said.get("is") == "saw" and not self._job.get("watch"):
            self._bench.early(said)

    def came(self) -> str:
        """The answer to what was asked, or what is needed next, now that all of it came."""
        self._record.done()
        return self._answer()

    def get_ready(self, lesson: str) -> bool:
        """Work out a little of what is right, for the run that waits or else for the next one.

        For the next one also what variants do, if something was wrong in the last. Whether there
        is more to work out.
        """
        give_up = time.monotonic() + STEP_S
        sys.setrecursionlimit(AHEAD_RECURSION)
        try:
            for _ in right_ahead(self._bench) if self._bench else self._towards_next(lesson):
                if time.monotonic() > give_up:
                    return True
        finally:
            sys.setrecursionlimit(RECURSION)
        return False

    def _towards_next(self, lesson: str) -> Iterator[None]:
        if lesson not in self._ahead:
            bench = Once(load_lesson(lesson), None)
            steps, last = chain(right_ahead(bench), _tables(bench.lesson)), self.report
            if last and last.module == lesson and last.first:
                wrong = wrong_ahead(bench, self._looks, last.first.part)
                steps = chain(steps, islice(wrong, LOOKS_AHEAD))
            self._ahead[lesson] = bench, steps
        return self._ahead[lesson][1]

    def examine(self, lesson: Lesson, source: Source, seed: int | None, explain: bool) -> Report:
        """The verdict on a text. Need where it cannot be told yet."""
        if self._bench is None:
            self._bench = self._last = self._bench_for(lesson, seed)
        self._bench.looks.clear()  # of this time alone: there is a limit to them
        self._source = self._source or source  # read and parsed once
        worker = Replayed(self._record)
        self.report = run(self._bench, self._source, worker, 0.0, explain=explain, limits=LIMITS)
        return self.report

    def _bench_for(self, lesson: Lesson, seed: int | None) -> Once:
        """That of the run before, where its seed is wanted again; else one that is ready ahead."""
        last = self._last
        if last and last.lesson is lesson and last.seed == seed:
            return last.anew()
        ahead = self._ahead.pop(lesson.name, None) if seed is None else None
        return ahead[0] if ahead else Once(lesson, seed)

    def _answer(self) -> str:
        try:
            reply = {"reply": self._reply()}
        except Need as need:
            self._job = need.job
            return json.dumps({"need": need.job, "anew": need.anew})
        except CannotDo as error:
            reply = {"error": str(error)}
        if self._bench is not None:
            self._looks = list(self._bench.looks.values())
        self._bench = None
        return json.dumps(reply)

    def _reply(self) -> object:
        if self._function == "report":  # the last one whole, as --json prints it
            return self.report and self.report.to_dict()
        return self.desk.ask(self._function, self._asked)


def _tables(lesson: Lesson) -> Iterator[None]:
    """Read the mistakes, class by class, so that a diagnosis need not."""
    for part in lesson.parts:
        lesson.mistakes(part)
        yield
