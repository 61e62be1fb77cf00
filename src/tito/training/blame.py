"""The search for the class that spoils a training, as a person sees it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from tinytorch.data import digits
from tito.apart import Stopped
from tito.engine.source import Source
from tito.terminal import Screen
from tito.training import recipe
from tito.training.attempt import Step, attempt
from tito.training.fault import Fault, Reached, classes_to_try
from tito.training.following import say
from tito.training.recipe import Recipe

if TYPE_CHECKING:
    from tito.engine.report import CheckResult, Report

#: What hangs in the first training is not waited for as long again with each class.
STEP_LIMIT_S = 5.0
_LABEL = 15
#: As wide as the widest that a line of a trial can become, to be written over.
_FIELD = 24


def look_for_the_fault(source: Source, done: Recipe, report: Report | None, again: str) -> None:
    """Say which class spoils the training, with what was measured, and what to do next.

    ``done`` is the recipe of the training, ``report`` is the verdict on the source, ``again`` the
    command that tests it.
    """
    low, high = recipe.REFERENCE_REACHES
    fault, classes = Fault(recipe.LOWEST_EXPECTED), classes_to_try(source)
    say(
        f"\nThe reference's layers reach {low:.1%} to {high:.1%}. With the reference's class in "
        "place of yours, one at a time:\n"
    )
    for name in classes:
        fault.replaced[name] = _measure(name, source, done, [name])
    if not fault.mended_by:
        say("\nNone alone mends it. With one class of yours among the reference's:\n")
        for name in classes:
            others = [other for other in classes if other != name]
            fault.alone[name] = _measure(name, source, done, others)
    if len(fault.spoiled_by) == len(classes):
        fault.none = _measure("none of yours", source, done, list(classes))
    open_checks = [check for check in report.checks if check.status != "passed"] if report else []
    parts = {check.part for check in open_checks if check.status != "blocked"}
    say("\n" + fault.verdict(parts))
    for name in fault.named(parts):
        say(_of_checks(name, [check for check in open_checks if check.part == name]))
    first = report.first if report else None
    every = "" if first and first.part in fault.named(parts) else " --all"
    click.echo(f"Next: {Screen.of(sys.stdout).command} {again}{every}")


def _measure(label: str, source: Source, done: Recipe, replaced: list[str]) -> Reached:
    """Train with these classes of the reference's; a line says what was reached."""
    reached = None
    start = f"  {label:<{_LABEL}}"
    try:
        told = _percent(start, done)
        reached = attempt(source, done, told, replaced, step_limit_s=STEP_LIMIT_S).held_out[-1]
        words = f"{reached:.1%}"
    except Stopped as stop:
        words = f"breaks off at step {stop.items[-1][0] + 1 if stop.items else 1:,}"
    over = _over()
    click.echo(f"{over}{start}{words:<{_FIELD if over else 0}}")
    return reached


def _percent(start: str, recipe: Recipe) -> Callable[[list[Step]], None]:
    """On a terminal, shows how far a training is, on one line that is written over."""
    if not sys.stdout.isatty():
        return lambda steps: None
    count = recipe.epochs * -(-len(digits().train_labels) // recipe.batch_size)
    done = 0

    def advance(steps: list[Step]) -> None:
        nonlocal done
        done = steps[-1][0] if steps else done
        click.echo(f"{_over()}{start}training, {done / count:.0%}", nl=False)

    advance([])
    return advance


def _over() -> str:
    return "\r" if sys.stdout.isatty() else ""


def _of_checks(name: str, checks: list[CheckResult]) -> str:
    """What the checks say of a class at fault."""
    if not checks:
        return f"All checks of {name} pass, so they miss this."
    first = checks[0]
    if first.status == "todo":
        return f"{first.exercise} is not written yet."
    several = f"{len(checks)} checks do" if len(checks) > 1 else "1 check does"
    return f"Of {name}, {several} not pass. The first: {first.exercise}, {first.name}."
