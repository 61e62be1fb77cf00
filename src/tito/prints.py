"""What a learner's code printed while it was tested, and where: also where all is right."""

from __future__ import annotations

from collections.abc import Iterator

from tito.engine.report import CheckResult, Report


def prints(report: Report, without: CheckResult | None = None) -> Iterator[tuple[str, str]]:
    """Where something was printed, and what: at import, then in the first check of each exercise.

    What ``without`` printed is told elsewhere, and so are the others of its exercise.
    """
    if report.printed:
        yield "while the file is imported", report.printed
    yield from of_exercises(report.checks, without)


def of_exercises(
    checks: list[CheckResult], without: CheckResult | None = None
) -> Iterator[tuple[str, str]]:
    """The same of these checks alone."""
    printed = [check for check in checks if check.printed.strip()]
    for exercise in dict.fromkeys(check.exercise for check in printed):
        first, *more = (check for check in printed if check.exercise == exercise)
        if without is not None and without.printed and exercise == without.exercise:
            continue
        others = f"\n… and in {len(more)} more {'check' if len(more) == 1 else 'checks'}"
        yield f"{exercise}: {first.name}", first.printed + (others if more else "")
