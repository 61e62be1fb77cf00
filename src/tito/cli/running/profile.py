"""`tito profile`: measure in a process of its own, and say each part as soon as it is known."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click

from tito.lab.apart import Done, Stopped, run_apart
from tito.lab.apart.attempt import STEP_LIMIT_S, printed_words
from tito.lab.networks import ModelFile, Network
from tito.lab.profile.amounts import byte_words
from tito.lab.profile.figures import (
    Sweep,
    Times,
    sweep_from,
    times_from,
)
from tito.lab.profile.page import batches_page, counts_page, times_page
from tito.learner.chosen import Chosen, modules_of, sources_line
from tito.lesson.model import lesson_names
from tito.say.terminal import PassingLine, Screen

BYTES = 4
#: Python, NumPy, the arrays for the peak and for moving bytes, and the learner's own.
BASE = 2 << 30
#: Address space that NumPy's BLAS takes for each further thread.
EACH_THREAD = 64 << 20
#: Copies of all parameters at one time: weights, their making, gradients, new weights.
COPIES = 6
#: The same for activations: outputs, what they were before the bias, gradients.
FLOWS = 6
LARGEST_SWEPT = 1024
#: Many times what it takes to make, copy and look at a weight on a slow machine.
EACH_PARAMETER_S = 4e-7


class NoRoom(Exception):
    """It cannot fit into this machine's memory; the message says how much it takes."""


def memory_for(network: Network | ModelFile, batch: int, threads: int) -> int:
    """The limit for the process that measures, in bytes. Of a model file only the batch counts."""
    base = BASE + EACH_THREAD * max(threads, 1)
    if isinstance(network, ModelFile):
        return base + base
    flowing = BYTES * sum(network.sizes)
    return base + COPIES * BYTES * network.parameters + FLOWS * flowing * max(batch, LARGEST_SWEPT)


def refuse_too_large(
    network: Network | ModelFile, batch: int, inputs: Sequence[Sequence[int]] = ()
) -> None:
    """NoRoom where the input and the outputs alone take more than the machine has free.

    Of a model file only the ``inputs`` are known, if the person said them.
    """
    free = free_memory()
    if free is None:
        return
    known = isinstance(network, Network)
    flowing = sum(network.sizes) if known else sum(map(math.prod, inputs))
    needed = BYTES * (2 * batch * flowing + 3 * (network.parameters if known else 0))
    if needed > free:
        each = byte_words(BYTES * flowing)
        raise NoRoom(
            f"A batch of {batch:,} takes at least {byte_words(needed)} in training ({each} an "
            "example, twice, and the weights with their gradients), but this machine has "
            f"{byte_words(free)} free. Take a smaller --batch."
        )


def patience_for(network: Network | ModelFile) -> float:
    """Seconds that may pass without a sign of life: making many weights takes a while."""
    parameters = network.parameters if isinstance(network, Network) else 0
    return STEP_LIMIT_S + parameters * EACH_PARAMETER_S


def free_memory() -> int | None:
    """Bytes that programs can still have; None where the system does not say."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            for line in file:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


WORK = "tito.lab.profile.measure:measure"
EXIT_FAILED, EXIT_INTERRUPTED = 1, 130


@dataclass(frozen=True)
class Wanted:
    """What the person asked for."""

    network: Network | ModelFile
    batch: int
    threads: int
    seconds: float
    inputs: list[tuple[int, ...]] | None = None
    chosen: Sequence[Chosen] = ()
    as_json: bool = False

    @property
    def words(self) -> str:
        """The network as the person named it."""
        if isinstance(self.network, Network):
            return "-".join(map(str, self.network.sizes))
        return self.network.words()


@dataclass
class Found:
    """What came so far from the process that measures."""

    summary: dict[str, Any] | None = None
    times: Times | None = None
    sweep: Sweep | None = None


def profile_network(wanted: Wanted) -> int:
    """Measure and say what was asked for; the exit code."""
    screen = Screen.of(sys.stdout)
    found = Found()
    _announce(wanted, screen)
    try:
        with PassingLine(not wanted.as_json) as line:
            done = _measure(wanted, found, screen, line)
    except Stopped as stop:
        words = str(stop)
        if isinstance(wanted.network, ModelFile) and "positional argument" in words:
            words += "\nA network of several inputs wants --input once for each of them, in order."
        if wanted.as_json:
            click.echo(json.dumps({**told(wanted, found), "error": words}))
        else:
            click.echo("\n".join(screen.fitting(words)))
        return EXIT_FAILED
    except KeyboardInterrupt:
        click.echo("\nStopped by Ctrl-C.", err=True)
        return EXIT_INTERRUPTED
    if not wanted.as_json and (printed := printed_words(done.printed)):
        click.echo(f"\n{screen.clean(printed)}")
    if wanted.as_json:
        click.echo(json.dumps(told(wanted, found)))
    return 0


def _measure(wanted: Wanted, found: Found, screen: Screen, line: PassingLine) -> Done:
    network = wanted.network
    own = [network.input_shape] if isinstance(network, Network) else None

    def advance(items: list[Any]) -> None:
        for item in items:
            if item["is"] == "share":
                line.say(f"Measuring: {item['share']:.0%}")
                continue
            page = _take(item, found, wanted, screen)
            if not wanted.as_json:
                line.say("")
                click.echo("\n".join(row.rstrip() for row in page))

    return run_apart(
        WORK,
        modules_of(wanted.chosen),
        {
            "network": wanted.network.to_dict(),
            "batch": wanted.batch,
            "input_shapes": wanted.inputs or own,
            "seconds": wanted.seconds,
            "width": screen.width,
        },
        advance,
        model=network.source if isinstance(network, ModelFile) else None,
        threads=wanted.threads,
        limit_s=patience_for(wanted.network),
        memory=memory_for(wanted.network, wanted.batch, wanted.threads),
        opening=lambda _done: _opening(found),
    )


def _opening(found: Found) -> str:
    """How far it came, in the first words of what went wrong."""
    if found.times:
        return "The measuring stopped."
    return "So nothing can be timed." if found.summary else "Nothing was measured."


def _take(item: dict[str, Any], found: Found, wanted: Wanted, screen: Screen) -> list[str]:
    """Keep a part that came, and give its page."""
    match item["is"]:
        case "summary":
            found.summary = item["summary"]
            return counts_page(item["summary"], item["text"], screen)
        case "times":
            found.times = times_from(item["times"])
            return times_page(
                found.times, found.summary or {}, wanted.batch, wanted.threads, screen
            )
        case _:
            found.sweep = sweep_from(item["batches"])
            others = found.times.others if found.times else None
            return batches_page(found.sweep, screen, others or 0.0)


def _announce(wanted: Wanted, screen: Screen) -> None:
    if wanted.as_json:
        return
    click.echo("\n".join(screen.fitting(sources_line(wanted.chosen))) + "\n")
    words = wanted.network.words()
    click.echo("\n".join(screen.wrap(f"Network: {words}", screen.width)) + "\n")


def told(wanted: Wanted, found: Found) -> dict[str, Any]:
    """All of it as one object; docs/commands.md says what is where."""
    yours = {each.lesson.name: os.fspath(each.source.path) for each in wanted.chosen}
    return {
        "network": wanted.words,
        **{name: yours.get(name, "reference") for name in lesson_names()},
        "batch": wanted.batch,
        "threads": wanted.threads,
        "seconds": wanted.seconds,
        "summary": found.summary,
        "times": found.times and found.times.to_dict(),
        "batches": found.sweep and found.sweep.to_dict(),
        "error": None,
    }
