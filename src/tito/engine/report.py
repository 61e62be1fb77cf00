"""The verdict on one file, as data: the same for terminal, pytest, notebook and grading."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from tito.engine.frames import TraceLine

Status = Literal["passed", "failed", "error", "timeout", "blocked", "todo"]


@dataclass
class CheckResult:
    """What became of one check.

    ``expected`` and ``got`` are words. ``diagnosis`` is what a person would be told;
    ``misconception`` its stable name; ``sure`` is False where the diagnosis is hedged.
    ``tried`` and ``given`` say what was done, and with which inputs. ``trace`` is how an error or
    a hang came through the learner's file, outermost line first.
    """

    exercise: str
    name: str
    status: Status
    expected: str = ""
    got: str = ""
    line: int | None = None
    misconception: str | None = None
    diagnosis: str | None = None
    sure: bool = False
    printed: str = ""
    tried: str = ""
    given: dict[str, str] = field(default_factory=dict[str, str])
    trace: list[TraceLine] = field(default_factory=list[TraceLine])

    @property
    def part(self) -> str:
        """The class that the check is about."""
        return self.exercise.partition(".")[0]

    def to_dict(self) -> dict[str, Any]:
        """The published form, as ``--json`` prints it."""
        names = "exercise name status expected got line misconception diagnosis sure printed trace"
        return {name: getattr(self, name) for name in names.split()}


def first_to_mend(checks: Iterable[CheckResult]) -> CheckResult | None:
    """The first that did not pass; one that only waits is it where all others do."""
    wrong = [check for check in checks if check.status != "passed"]
    return next((check for check in wrong if check.status != "blocked"), next(iter(wrong), None))


@dataclass
class Report:
    """The verdict on one file.

    ``error`` is a sentence, with ``error_line``, when the file as a whole cannot be used or lacks
    a class; with ``error_column`` where Python could not read the line. ``checks`` are in causal
    order: ``first`` is the first to mend.
    ``content`` holds the bytes that were tested; it is empty where the file could not be read.
    ``explanation`` is there only where it was asked for: see ``tito.engine.explanation``.
    ``trace`` is how an error came through the file while it was imported, ``printed`` what the
    file printed then.
    """

    module: str
    file: str
    sha256: str
    saved_at: float
    seed: int
    checks: list[CheckResult]
    seconds: float = 0.0
    error: str | None = None
    error_line: int | None = None
    error_column: int | None = None
    advice: list[str] = field(default_factory=list[str])
    content: bytes = field(default=b"", repr=False)
    trace: list[TraceLine] = field(default_factory=list[TraceLine])
    printed: str = ""
    explanation: dict[str, Any] | None = None

    @property
    def passed(self) -> int:
        """How many checks passed."""
        return sum(check.status == "passed" for check in self.checks)

    @property
    def tested(self) -> bool:
        """Whether any check had something to say of the file."""
        return any(check.status != "blocked" for check in self.checks)

    @property
    def ok(self) -> bool:
        """Whether everything is right: no run, or an empty one, is not."""
        return self.error is None and 0 < len(self.checks) == self.passed

    @property
    def first(self) -> CheckResult | None:
        """The first thing to mend; None if all checks passed.

        What only waits cannot be mended: what it waits for is, wherever that stands.
        """
        return first_to_mend(self.checks)

    def to_dict(self) -> dict[str, Any]:
        """The published form, as ``--json`` prints it."""
        place = {"line": self.error_line, "column": self.error_column}
        error = None if self.error is None else {"message": self.error, **place}
        explanation = {} if self.explanation is None else {"explanation": self.explanation}
        return {
            "module": self.module,
            "file": self.file,
            "sha256": self.sha256,
            "seed": self.seed,
            "tested": self.tested,
            "passed": self.passed,
            "total": len(self.checks),
            "seconds": round(self.seconds, 3),
            "error": error,
            "trace": self.trace,
            "printed": self.printed,
            "advice": self.advice,
            "checks": [check.to_dict() for check in self.checks],
            **explanation,
        }
