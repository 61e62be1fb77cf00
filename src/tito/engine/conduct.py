"""The conductor: has a worker load the file and run every check, within limits of time."""

from __future__ import annotations

import ast
import base64
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, cast

from tito.engine import seam
from tito.engine.crash import (
    Death,
    autopsy,
    failed_import,
    hang_in,
    printed_by_check,
    without_end,
)
from tito.engine.habits import remark
from tito.engine.process import OUTPUT_LIMIT
from tito.engine.seen import Raised, decoded
from tito.engine.source import Source, UnusableFile
from tito.lesson.model import Check, Lesson


@dataclass(frozen=True)
class Limits:
    """How long things may take, in seconds of wall time.

    A probe and the import of the file have ``probe_s``, and ``again_s`` when they are tried once
    more, which they are not where it is 0; what stands in an import has ``import_s``, which is also
    added to the run. A run in which nothing hangs has ``longer_s``.
    """

    probe_s: float = 2.0
    again_s: float = 3.0
    import_s: float = 20.0
    run_s: float = 10.0
    longer_s: float = 20.0
    closing_s: float = 2.0
    grace_s: float = 2.0  # for what the worker says itself, when its clock has run out


@dataclass(frozen=True)
class Outcome:
    """What became of one probe: an observation, or the death of its process, or neither.

    ``ran`` are the lines of the learner's method that ran, as ``returns`` has them; ``noted`` is
    all that was noted where the probe was watched.
    """

    seen: Any = None
    death: Death | None = None
    blocked: str | None = None
    ran: list[int] | None = None
    noted: Any = None


#: Told of each outcome.
Heed = Callable[[Check, Outcome], None]


def lines_in(data: Any) -> list[int] | None:
    """The lines of a watched method, if that is what was noted."""
    lines = cast("list[Any]", data)
    return lines if type(data) is list and all(type(line) is int for line in lines) else None


#: How long an interruption may have to wait for the worker.
_AT_EASE_S = 0.01
_LOAD = ""  # the import of the file, among the checks that hung


@dataclass
class Conductor:
    """Drives one worker after another until every check has an outcome or the time is up.

    ``interrupt`` is called again and again on the way; what it raises ends the run. ``decoded``
    makes of a worker's data what its probe saw.
    """

    lesson: Lesson
    source: Source
    seed: int
    reference: str
    limits: Limits
    worker: seam.Hired
    started: float
    interrupt: Callable[[], None] = lambda: None
    decoded: Callable[[Any], Any] = decoded
    outcomes: dict[str, Outcome] = field(default_factory=dict[str, Outcome])
    printed: dict[str, str] = field(default_factory=dict[str, str])
    owners: dict[str, str | None] = field(default_factory=dict[str, str | None])
    classes: list[str] = field(default_factory=list[str])
    _deaths: Counter[str] = field(default_factory=Counter[str])
    _hung: dict[str, float] = field(default_factory=dict[str, float])
    _stood: dict[str, Death] = field(default_factory=dict[str, Death])
    _limit_s: float = 0.0
    _granted_s: float = 0.0
    _heed: Heed | None = None
    _alive: bool = False

    @property
    def deadline(self) -> float:
        """When the last probe must be over, to leave time for the diagnosis."""
        return self.started + self._run_s - self.limits.closing_s

    @property
    def _run_s(self) -> float:
        """The limit of the run: longer where nothing hangs, or slow imports need it."""
        limits = self.limits
        return (limits.run_s if self._hung else limits.longer_s) + self._granted_s

    def send_file(self) -> None:
        """Give the worker the file; it loads while the judge does something else."""
        self.worker.send(
            {
                "do": "load",
                "lesson": self.lesson.name,
                "source": base64.b64encode(self.source.content).decode("ascii"),
                "path": str(self.source.path),
                "folder": str(self.source.path.parent),
                "reference": self.reference,
                "mark": self.worker.mark,
                "load_limit_s": self._load_s,
            }
        )

    @property
    def _load_s(self) -> float:
        return self._hung.get(_LOAD, self.limits.probe_s)

    def await_loaded(self) -> None:
        """Wait until the worker has run the file. UnusableFile where that fails or kills it."""
        name = self.source.path.name
        if isinstance(self._receive({"is": "ready"}, deadline=self.deadline), Death):
            last = self.worker.output.decode(errors="replace").strip().rpartition("\n")[2]
            raise UnusableFile(f"The test could not start a process of its own. {last}")
        message = self._receive({"is": "begun", "check": "load"}, deadline=self.deadline)
        if not isinstance(message, Death):
            deadline = self.worker.now() + self._load_s
            loaded: tuple[seam.Message, ...] = ({"is": "loaded"}, {"is": "unusable"})
            message = self._receive(*loaded, deadline=deadline, more=self._slow_import)
        if isinstance(message, Death) and message.kind == "timeout":
            tried = self.limits.probe_s, *([self._load_s] if _LOAD in self._hung else [])
            if self._importing(message):
                tried = (self.limits.import_s,)
            elif _LOAD not in self._hung and self.limits.again_s:
                self._hung[_LOAD] = self.limits.again_s
                self._stood[_LOAD] = message
                return self._begin_anew()
            message = replace(self._placed(_LOAD, message), limits=tried)
        match message:
            case {"is": "unusable", "error": error} if isinstance(why := decoded(error), Raised):
                raise UnusableFile(*failed_import(name, why, remark(self.source, why)))
            case {"is": "loaded", "owners": dict(), "classes": list()}:
                self.owners, self.classes = message["owners"], message["classes"]
            case Death():
                raise self._unusable(message)
            case _:
                raise self._unusable(self._bury(Death("corrupt")))
        self._alive = True

    def _unusable(self, death: Death) -> UnusableFile:
        said = death.at_import(self.source.path.name)
        said += without_end(death.trace, self.source, death.kind == "timeout")
        return UnusableFile(said, death.line, death.trace)

    def run(self, checks: Iterable[Check], heed: Heed | None = None, watch: str = "") -> None:
        """Give each of these checks an outcome; watching ``returns`` also the line of the return.

        ``heed`` is told each outcome at once, while the worker is busy with the next check.
        """
        waiting = {check.id: check for check in checks}
        self._heed = heed
        while waiting:
            self._block_hopeless(waiting)
            if not waiting:
                return
            if not self._alive and not self._revive(waiting):
                return
            again = [check_id for check_id in waiting if check_id in self._hung][:1]
            job = again or list(waiting)
            self._limit_s = self._hung[again[0]] if again else self.limits.probe_s
            self._send_job(job, watch)
            self._follow(job, waiting)

    def look_closely(self, check: Check, endless: bool) -> Any:
        """What the worker notes while one probe runs once more, in a time of its own.

        None where the probe brings it down. An ``endless`` one is ended when enough is seen.
        """
        self.started, self._heed = self.worker.now(), None
        self._limit_s = self.limits.probe_s
        self.outcomes[check.id] = Outcome()
        waiting = {check.id: check}
        if self._alive or self._revive(waiting):
            self._send_job([check.id], "endless" if endless else "closely")
            self._follow([check.id], waiting)
        return self.outcomes[check.id].noted

    def _send_job(self, job: list[str], watch: str) -> None:
        message: seam.Message = {"do": "run", "checks": job, "seed": self.seed}
        self.worker.send({**message, "limit_s": self._limit_s, "watch": watch})

    def finish(self) -> None:
        """End the worker, and sort what was printed."""
        self.printed |= printed_by_check(self.worker.end(), self.worker.mark)

    def _begin_anew(self) -> None:
        self.worker = self.worker.anew()
        self.send_file()
        self.await_loaded()

    def _revive(self, waiting: dict[str, Check]) -> bool:
        try:
            self._begin_anew()
        except (UnusableFile, OSError) as error:
            for check_id in list(waiting):
                self._settle(waiting, check_id, Outcome(blocked=str(error)))
            return False
        return True

    def _follow(self, job: list[str], waiting: dict[str, Check]) -> None:
        """Take the worker's answers, in the order of the checks, until it dies of one."""
        for current in job:
            message = self._receive({"is": "saw", "check": current})
            if not isinstance(message, Death):
                seen = self.decoded(message.get("seen"))
                if not isinstance(seen, Raised) or seen.type != "MemoryError":
                    noted = message.get("line")
                    outcome = Outcome(seen=seen, ran=lines_in(noted), noted=noted)
                    self._settle(waiting, current, outcome)
                    continue
                message = self._bury(Death("memory", seen.line, "", seen.trace))
            self._note_death(message, waiting, current)
            return
        self._receive({"is": "finished"})

    def _note_death(self, death: Death, waiting: dict[str, Check], current: str) -> None:
        """A first hang is tried once more, with more time: the machine may only be busy."""
        hung, first = death.kind == "timeout", current not in self._hung
        if hung and first and self.limits.again_s:
            self._hung[current], self._stood[current] = self._another_try_s(death), death
            if self.worker.now() + self._hung[current] + self.limits.grace_s < self.deadline:
                return
        check = waiting[current]
        if hung:
            tried = (self.limits.probe_s, *(() if first else (self._hung[current],)))
            death = replace(self._placed(current, death), limits=tried)
        self._settle(waiting, current, Outcome(death=death))
        stood_in = self.source.exercise_at(death.line) if death.line else None
        names = {check.exercise, stood_in or check.exercise}
        self._deaths.update(dict.fromkeys(names, 2 if hung else 1))

    def _placed(self, check_id: str, death: Death) -> Death:
        """A hang with its line: a busy machine may let only one of two tries say where it stood."""
        return death if death.line is not None else self._stood.get(check_id, death)

    def _settle(self, waiting: dict[str, Check], check_id: str, outcome: Outcome) -> None:
        check = waiting.pop(check_id)
        self.outcomes[check_id] = outcome
        if self._heed is not None:
            self._heed(check, outcome)

    def _another_try_s(self, death: Death) -> float:
        """How long a probe that hung may take when it is tried once more."""
        slow_import = self._importing(death)
        again = self.limits.import_s if slow_import else self.limits.again_s
        if slow_import or not self._deaths:
            self._granted_s += again  # so that a busy machine has its second try
        return again

    def _importing(self, death: Death) -> bool:
        """Whether it stood in a line that imports: what takes long there is not the file's."""
        return bool(self.source.around(death.line, ast.Import, ast.ImportFrom))

    def _slow_import(self) -> float:
        """How much longer a file may take to load that stands in an import: once, and a lot."""
        give_up = self.worker.now() + self.limits.grace_s
        while (death := self._stood_at()) is None:
            if self.worker.now() > give_up:
                return 0.0
            self.worker.rest(_AT_EASE_S)
        if not self._importing(death):
            return 0.0
        self._granted_s += self.limits.import_s
        return self.limits.import_s - self._load_s

    def _stood_at(self) -> Death | None:
        output = bytes(self.worker.output).decode("utf-8", errors="replace")
        return hang_in(output, str(self.source.path))

    def _receive(
        self,
        *wanted: seam.Message,
        deadline: float | None = None,
        more: Callable[[], float] = lambda: 0.0,
    ) -> seam.Message | Death:
        """The next message, if it is one of those wanted; or why the worker, now buried, died.

        ``more`` says how much longer to wait when the deadline has come.
        """
        patience = self.worker.now() + self._limit_s + self.limits.grace_s
        deadline = deadline or min(self.deadline, patience)
        while True:
            self.interrupt()
            try:
                message = self.worker.receive(min(deadline, self.worker.now() + _AT_EASE_S))
                break
            except TimeoutError:
                if self.worker.now() < deadline:
                    continue
                if longer := more():
                    deadline, more = deadline + longer, lambda: 0.0
                    continue
                return self._bury(Death("timeout"))
        if message is None:
            return self._bury(None)
        if any(fields.items() <= message.items() for fields in wanted):
            return message
        return self._bury(Death("corrupt"))

    def _bury(self, known: Death | None) -> Death:
        """End the worker; from what it left, tell why it died unless that is known."""
        self._alive = False
        if known is None and not self.worker.left_by_itself():
            known = Death("corrupt")
        output = self.worker.end()
        self.printed |= printed_by_check(output, self.worker.mark)
        if self.worker.flooded:
            flood = Death("flood")
            if len(self.printed.get("load", "").encode()) > OUTPUT_LIMIT // 2:
                raise self._unusable(flood)
            return flood
        last = output[output.rfind(self.worker.mark) + 1 :]
        found = autopsy(last, str(self.source.path), self.worker.exit_code)
        return found if known is None or found.line is not None else known

    def _block_hopeless(self, waiting: dict[str, Check]) -> None:
        """After a hang or two deaths in one method, leave it alone; out of time, leave all."""
        out_of_time = self.worker.now() > self.deadline
        stuck = {name for name, deaths in self._deaths.items() if deaths > 1}
        for check_id, check in list(waiting.items()):
            reason = None
            if out_of_time:
                reason = f"the run's {self._run_s:g} s were used up before this check"
            elif name := self._stuck_in(check, stuck):
                reason = f"`{name}` did not come back, twice, so this was not tried"
            if reason:
                self._settle(waiting, check_id, Outcome(blocked=reason))

    def _stuck_in(self, check: Check, stuck: set[str]) -> str | None:
        names = check.exercise, self.owned(check.exercise), self.owned(f"{check.part}.__init__")
        return next((name for name in names if name in stuck), None)

    def owned(self, exercise: str) -> str:
        """The method under the name of the class in which it is written."""
        part, _, method = exercise.partition(".")
        return f"{self.owners.get(exercise) or part}.{method}"
