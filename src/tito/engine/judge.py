"""The verdict: what the learner's code showed against what the reference shows, check by check."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tito.engine.bench import Bench, Sight
from tito.engine.conduct import Conductor, Outcome
from tito.engine.crash import tidy, trace_lines, without_end
from tito.engine.diagnose import diagnose
from tito.engine.habits import cannot_answer, habit
from tito.engine.report import CheckResult, Report
from tito.engine.seen import Raised, Waits
from tito.engine.source import Source, UnusableFile, borrowed
from tito.engine.written import Slip, Written
from tito.lesson.model import Check, Lesson


@dataclass
class Judge:
    """One verdict in the making."""

    lesson: Lesson
    source: Source
    conductor: Conductor
    bench: Bench
    explains: bool = False
    results: dict[str, CheckResult] = field(default_factory=dict[str, CheckResult])
    sights: dict[Check, Sight] = field(default_factory=dict[Check, Sight])

    def verdict(self, report: Report) -> None:
        """Fill in the report. UnusableFile where the file as a whole cannot be tested."""
        if borrow := borrowed(self.source, self.lesson):
            raise UnusableFile(
                f"{self.source.path.name} takes its own lesson from the library "
                f"(`{borrow[0]}`). Write it yourself: it is your code that is tested.",
                borrow[1],
            )
        state = np.random.get_state(), random.getstate()
        try:
            self.conductor.send_file()
            for check in self.lesson.checks:  # while the worker is busy with the file
                if not self.source.untouched(check.exercise):
                    self.bench.expected(check)
            self.conductor.await_loaded()
            self._note_missing(report)
            for needs in sorted({len(check.needs) for check in self.lesson.checks}):
                self._run([check for check in self.lesson.checks if len(check.needs) == needs])
            self._block_by_others()
            self._point_at_what_ran()
            self._name_slips()
            self._name_misconceptions()
            if report.error is None and all(r.status == "passed" for r in self.results.values()):
                report.checks = [self.results[check.id] for check in self.lesson.checks]
                self.bench.settled(report)
                report.advice = self._advice()
            if self.explains and report.error is None:
                report.explanation = self._explanation()
        finally:
            self.conductor.finish()
            report.printed = tidy(self.conductor.printed.get("load", ""))
            np.random.set_state(state[0])
            random.setstate(state[1])
        for check_id, result in self.results.items():
            result.printed = tidy(self.conductor.printed.get(check_id, ""))
        report.checks = [self.results[check.id] for check in self.lesson.checks]

    def _note_missing(self, report: Report) -> None:
        """A class that the file lacks is said once, for the file as a whole."""
        missing = [part for part in self.lesson.parts if part not in self.conductor.classes]
        for check in self.lesson.checks:
            if check.part in missing:
                self._settle(check, "error", got=f"the file has no class {check.part}")
        if missing:
            file, (first, *more) = self.source.path.name, missing
            rest = f", nor {', '.join(f'`{part}`' for part in more)}" if more else ""
            report.error = (
                f"{file} has no class `{first}`{rest}. "
                "A class begins with `class` at the left margin of the file."
            )
            report.error_line = self.source.line_naming(first)

    def _run(self, checks: list[Check]) -> None:
        tried = [check for check in checks if check.id not in self.results]
        tried = [check for check in tried if not self._settled_unseen(check)]
        self.conductor.run(tried, heed=self._settle_outcome)
        for check in tried:
            self._block_inherited(check)

    def _settled_unseen(self, check: Check) -> bool:
        """Untouched exercises, and checks that wait for other parts, need no run."""
        if self.source.untouched(check.exercise) or self._inherited_by_a_stub(check):
            self._settle(check, "todo", got="not written yet")
            return True
        if not check.needs:
            return False
        needs = {*check.needs}  # a check of whole networks, which needs many, waits for no other
        before = [c for c in self.lesson.checks if {*c.needs} < needs and len(c.needs) < 2]
        wrong = [c for c in before if self.results[c.id].status != "passed"]
        need = next((n for n in check.needs for c in wrong if n in (c.part, c.exercise)), None)
        if need:
            self._settle(check, "blocked", got=f"waits for {need}")
        return need is not None

    def _inherited_by_a_stub(self, check: Check) -> bool:
        """Whether the method is inherited, by a class that the learner has not written yet."""
        if self.conductor.owners.get(check.exercise) == check.part:
            return False
        names = [e.name for e in self.lesson.exercises if e.part == check.part]
        unwritten = any(self.source.untouched(name) for name in names)
        return unwritten and not self._written(check).nearly()

    def _settle_outcome(self, check: Check, outcome: Outcome) -> None:
        if outcome.blocked:
            self._settle(check, "blocked", got=outcome.blocked)
        elif outcome.death:
            status = "timeout" if outcome.death.kind == "timeout" else "error"
            got = outcome.death.words(f"`{check.exercise}`")
            got += without_end(outcome.death.trace, self.source, status == "timeout")
            got += cannot_answer(self.source, outcome.death.kind, outcome.death.trace)
            self._settle(check, status, got=got, line=outcome.death.line)
            self.results[check.id].trace = trace_lines(outcome.death.trace, self.source)
        elif waits_for := self._untouched_cause(outcome.seen):
            self._settle(check, "blocked", got=f"waits for {waits_for}", line=outcome.seen.line)
        elif isinstance(outcome.seen, Waits):
            self._settle_waiting(check, outcome.seen)
        else:
            self._settle_sight(check, self.bench.judge(check, outcome.seen))

    def _settle_waiting(self, check: Check, waiting: Waits) -> None:
        """A probe that had no object waits for its constructor, if that has failed elsewhere, too.

        Otherwise the error itself is what it saw: nothing that is said to wait is taken for right.
        """
        before = (r for r in self.results.values() if r.exercise == waiting.exercise)
        if any(result.status != "passed" for result in before):
            cause = self._untouched_cause(waiting.error) or waiting.exercise
            self._settle(check, "blocked", got=f"waits for {cause}")
        else:
            unknown = Raised("RuntimeError", f"no {waiting.exercise}", None, own=True)
            seen = waiting.error if isinstance(waiting.error, Raised) else unknown
            self._settle_sight(check, self.bench.judge(check, seen))

    def _settle_sight(self, check: Check, sight: Sight) -> None:
        self.sights[check] = sight
        if sight.difference is None:
            self._settle(check, "passed")
            return
        raised = isinstance(sight.seen, Raised)
        place = f"{sight.difference.place}: " if sight.difference.place else ""
        remark = cannot_answer(self.source, sight.seen.type, sight.seen.trace) if raised else ""
        self._settle(
            check,
            "error" if raised else "failed",
            expected=place + sight.difference.expected,
            got=place + sight.difference.got + remark,
            line=sight.seen.line if raised else None,
        )
        if raised:
            self.results[check.id].trace = trace_lines(sight.seen.trace, self.source)

    def _untouched_cause(self, seen: object) -> str | None:
        """The unwritten exercise that an error came from, if it did."""
        if isinstance(seen, Raised) and seen.type == "NotImplementedError" and seen.line:
            name = self.source.exercise_at(seen.line)
            return name if name and self.source.untouched(name) else None
        return None

    def _block_inherited(self, check: Check) -> None:
        """What a class inherits is named once, where it is written; until that class is right.

        What a method of it does in another class tells nothing while its own class keeps its
        attributes in some other way.
        """
        part, _, method = check.exercise.partition(".")
        owner = self.conductor.owners.get(check.exercise)
        if owner == part or self.results[check.id].status == "passed":
            return
        if self._written(check).nearly():
            return
        origins = [f"{base}.{method}" for base in self.source.bases(part)]
        wrong = [r for r in self.results.values() if r.status != "passed"]
        cause = next((name for name in origins if any(r.exercise == name for r in wrong)), None)
        if cause is None and owner and any(r.part == owner for r in wrong):
            cause = owner
        if cause:
            self._block(check, cause)

    def _block_by_others(self) -> None:
        """An error that came out of another exercise, which fails by itself, tells nothing here."""
        wrong = {check: sight for check, sight in self.sights.items() if not sight.right}
        causes = {check: self._cause(check, sight.seen) for check, sight in wrong.items()}
        by_themselves = {check.exercise for check, names in causes.items() if not names}
        for check, names in causes.items():
            if cause := next((name for name in names if name in by_themselves), None):
                self._block(check, cause)

    def _cause(self, check: Check, seen: object) -> list[str]:
        """The other exercises that an error may have come out of."""
        written = self._written(check)
        if not isinstance(seen, Raised) or written.nearly():
            return []
        stood = written.stood(seen)
        if stood is not None and stood != check.exercise:
            return [stood]
        part, _, method = check.exercise.partition(".")
        at_super = stood is not None and f"{method}()" in seen.text
        above = [f"{base}.{method}" for base in self.source.bases(part) if at_super]
        called = re.match(r"'(\w+)' object is not callable", seen.text)
        callable_by = self.source.bases(called[1]) if called else ()
        return above + [f"{base}.__call__" for base in callable_by]

    def _block(self, check: Check, cause: str) -> None:
        result = self.results[check.id]
        result.status, result.got, result.expected = "blocked", f"waits for {cause}", ""
        result.trace = []
        self.sights.pop(check, None)

    def _settle(
        self, check: Check, status: str, expected: str = "", got: str = "", line: int | None = None
    ) -> None:
        result = CheckResult(check.exercise, check.name, status, expected, got)  # pyright: ignore[reportArgumentType]
        result.tried, result.given = check.tried, {}
        if status != "passed":
            result.line = line or self._line_of(check, None)
            if status in ("failed", "error", "timeout"):
                result.given = self.bench.given(check)
        self.results[check.id] = result

    def _line_of(self, check: Check, ran: list[int] | None) -> int | None:
        return self.source.line_of(self.conductor.owned(check.exercise), check.about, ran)

    def _point_at_what_ran(self) -> None:
        """Run what failed without a line once more, watched: no line that never ran is shown."""
        wrong = [(check, sight.seen) for check, sight in self.sights.items() if not sight.right]
        failed = [c for c, seen in wrong if not isinstance(seen, Raised) or _elsewhere(c, seen)]
        self.conductor.run(failed, watch="returns")
        for check in failed:
            ran, result = self.conductor.outcomes[check.id].ran, self.results[check.id]
            result.line, result.trace = self._line_of(check, ran), []

    def _written(self, check: Check) -> Written:
        part, _, method = check.exercise.partition(".")
        code = getattr(getattr(getattr(self.bench.reference, part), method), "__code__", None)
        takes = code.co_varnames[1 : code.co_argcount] if code else ()
        owner = self.conductor.owners.get(check.exercise)
        return Written(self.source, check.exercise, owner, takes)

    def _name_slips(self) -> None:
        """What is wrong in the writing of a method is told before what it computes is looked at."""
        for check, sight in self.sights.items():
            if not sight.right and (slip := self._written(check).slip(sight.seen)):
                self._tell(check, slip)
        methods = {self.conductor.owned(check.exercise) for check in self._unnamed()}
        for check, sight in self._unnamed().items():
            method = self.conductor.owned(check.exercise)
            if not sight.right and (slip := habit(self.source, method, sight.seen, methods)):
                self._tell(check, slip)

    def _unnamed(self) -> dict[Check, Sight]:
        named = {check for check in self.sights if self.results[check.id].misconception}
        return {check: sight for check, sight in self.sights.items() if check not in named}

    def _tell(self, check: Check, slip: Slip) -> None:
        result = self.results[check.id]
        result.misconception, result.diagnosis, result.sure = slip.name, slip.says, True
        if slip.line:
            result.line, result.trace = slip.line, []

    def _name_misconceptions(self) -> None:
        for diagnosis in diagnose(self.bench, self._unnamed()):
            for check_id in diagnosis.explains:
                result = self.results[check_id]
                if result.misconception is None:
                    hedge = "" if diagnosis.sure else "It may be this: "
                    result.misconception = diagnosis.misconception.name
                    result.diagnosis = hedge + diagnosis.misconception.says
                    result.sure = diagnosis.sure
        for check, sight in self.sights.items():
            unsure = not sight.right and not self.results[check.id].sure
            if unsure and (slip := self._written(check).misfit(sight.seen)):
                self._tell(check, slip)

    def _explanation(self) -> dict[str, Any]:
        from tito.engine.explanation import explained

        results = [(check, self.results[check.id]) for check in self.lesson.checks]
        return explained(self.conductor, self.bench, results, self.sights)

    def _advice(self) -> list[str]:
        self.conductor.run(self.lesson.advice)
        found: list[str] = []
        for advice in self.lesson.advice:
            outcome = self.conductor.outcomes[advice.id]
            tried = not (outcome.blocked or outcome.death or isinstance(outcome.seen, Waits))
            if tried and (says := self.bench.advise(advice, outcome.seen)):
                found.append(says)
        return list(dict.fromkeys(found))


def _elsewhere(check: Check, error: Raised) -> bool:
    """Whether the error met the probe, or a user of the attribute that the check is about."""
    return error.line is None or (bool(check.about) and f"attribute '{check.about}'" in error.text)
