"""What a save changed: the checks that pass now and those that no longer do."""

from __future__ import annotations

from dataclasses import dataclass

from tito.engine.report import CheckResult, Report


@dataclass(frozen=True)
class Change:
    """Checks by name, in the order of the report."""

    better: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()


def change(before: Report, after: Report) -> Change:
    """From one verdict to the next, of a file that could be tested both times."""
    passed = {_key(check) for check in before.checks if check.status == "passed"}
    better = [c for c in after.checks if c.status == "passed" and _key(c) not in passed]
    worse = [c for c in after.checks if c.status != "passed" and _key(c) in passed]
    return Change(tuple(map(_words, better)), tuple(map(_words, worse)))


def _key(check: CheckResult) -> tuple[str, str]:
    return check.exercise, check.name


def _words(check: CheckResult) -> str:
    return f"{check.exercise} {check.name}"
