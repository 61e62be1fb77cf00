"""A picture of the learner's own layers: which file, tested first, and measured in its process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tito.commands.common import FILE
from tito.commands.tested import reference_option, refuse, source_of, test_of
from tito.pictures import NoPicture

if TYPE_CHECKING:
    from tito.engine.report import CheckResult, Report
    from tito.engine.source import Source

#: The classes in the network that learns the digits.
NETWORK = ("Linear", "Dropout", "Sequential")
ANYWAY = "Also layers that do not pass their checks."


@dataclass(frozen=True)
class Layers:
    """The layers that are shown: the learner's ``source``, or the reference's where it is None.

    ``said`` says whose they are.
    """

    source: Source | None
    said: str


def layers_options(function: Callable[..., int]) -> Callable[..., int]:
    """Give a command ``--anyway``, ``--reference`` and ``--file``."""
    function = reference_option(function)
    function = click.option("--file", type=FILE, help="The layers of this file.")(function)
    return click.option("--anyway", is_flag=True, help=ANYWAY)(function)


def layers_in_hand(
    file: Path | None, anyway: bool, as_json: bool, needs: Sequence[str] = ()
) -> Layers | None:
    """The learner's layers, tested; None where they do not pass, once that is said.

    ``needs`` are the classes that the picture draws, and that have to pass; all if none is named.
    """
    from tito.engine.lesson import load_lesson
    from tito.sources import how_right, sources_line

    lesson = load_lesson("layers")
    source = source_of(lesson, file)
    if source is None:
        return Layers(None, sources_line({}))
    report = test_of(lesson, source)
    drawn = _only(report, needs)
    if not (drawn.ok or anyway):
        refuse(drawn, lesson, "no picture was made", file, err=as_json, parts=needs)
        return None
    return Layers(source, sources_line({"layers": source.path}, how_right(report)))


def _only(report: Report, parts: Sequence[str]) -> Report:
    """The report on these classes alone; on all where none is named.

    Of a class of which something was tried, what waits for another class says nothing.
    """
    checks: list[CheckResult] = []
    for part in parts:
        own = [check for check in report.checks if check.part == part]
        checks += [check for check in own if check.status != "blocked"] or own
    return replace(report, checks=checks) if parts else report


def measure_apart(
    work: str, layers: Layers, arguments: Mapping[str, Any], *, model: Source | None = None
) -> dict[str, Any]:
    """What ``work`` ("module:function") measures with the layers, in a process of its own.

    ``model`` is a further file of the person's that it runs.
    """
    from tito.apart import Stopped, run_apart

    try:
        done = run_apart(
            work, layers.source, arguments, model=model, opening=lambda _: "No picture was made."
        )
    except Stopped as stop:
        raise NoPicture(str(stop)) from stop
    show_printed(done.printed)
    return done.result


def show_printed(printed: str) -> None:
    """Say what the learner's code printed, beside the answer."""
    from tito.apart.ending import printed_words

    if words := printed_words(printed):
        click.echo(f"{words}\n", err=True)
