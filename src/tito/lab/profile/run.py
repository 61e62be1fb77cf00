"""`tito profile`: measure in a process of its own, and say each part as soon as it is known."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tito.lab.apart import Done, Stopped, run_apart
from tito.lab.apart.attempt import printed_words
from tito.lab.networks import ModelFile, Network
from tito.lab.profile.batching import answer, asked_of, best_of, enough, fixed_s
from tito.lab.profile.bounds import bound_words
from tito.lab.profile.figures import Sweep, Times, sweep_from, times_from
from tito.lab.profile.others import is_busy
from tito.lab.profile.page import batches_page, counts_page, printed, times_page
from tito.lab.profile.room import memory_for, patience_for
from tito.learner.chosen import Chosen, modules_of, sources_line
from tito.lesson.model import lesson_names
from tito.say.terminal import Screen, short_path

if TYPE_CHECKING:
    pass

WORK = "tito.lab.profile.work:measure"
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
    plot: Path | None = None
    dark: bool = False

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
    """Measure, say and draw what was asked for; the exit code."""
    screen = Screen.of(sys.stdout)
    found = Found()
    _announce(wanted, screen)
    try:
        with _progress(wanted.as_json) as bar:
            done = _measure(wanted, found, screen, bar)
    except Stopped as stop:
        words = str(stop) + _several_inputs(str(stop), wanted)
        if wanted.as_json:
            click.echo(json.dumps({**told(wanted, found), "error": words}))
        else:
            click.echo("\n".join(_fitting(words, screen)))
        return EXIT_FAILED
    except KeyboardInterrupt:
        click.echo("\nStopped by Ctrl-C.", err=True)
        return EXIT_INTERRUPTED
    if not wanted.as_json and (printed := printed_words(done.printed)):
        click.echo(f"\n{screen.clean(printed)}")
    code = _draw(wanted, found) if wanted.plot else 0
    if wanted.as_json:
        click.echo(json.dumps(told(wanted, found)))
    return code


def _several_inputs(message: str, wanted: Wanted) -> str:
    """A line more where the network wants another number of inputs than it was given."""
    if isinstance(wanted.network, ModelFile) and "positional argument" in message:
        return "\nA network of several inputs wants --input once for each of them, in order."
    return ""


def _measure(wanted: Wanted, found: Found, screen: Screen, bar: Callable[[float], object]) -> Done:
    model = wanted.network.source if isinstance(wanted.network, ModelFile) else None

    def advance(items: list[Any]) -> None:
        for item in items:
            if item["is"] == "share":
                bar(item["share"])
                continue
            lines = _take(item, found, wanted, screen)
            if not wanted.as_json:
                bar(-1.0)
                click.echo(printed(lines))

    return run_apart(
        WORK,
        modules_of(wanted.chosen),
        {
            "network": wanted.network.to_dict(),
            "batch": wanted.batch,
            "input_shapes": wanted.inputs or _own_input(wanted.network),
            "seconds": wanted.seconds,
            "width": screen.width,
        },
        advance,
        model=model,
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


def _fitting(words: str, screen: Screen) -> list[str]:
    """Its sentences in lines that fit; the learner's lines, which are indented, as they are."""
    return [
        part
        for line in words.split("\n")
        for part in ([screen.clean(line)] if line[:1] == " " else screen.wrap(line, screen.width))
    ]


def _own_input(network: Network | ModelFile) -> list[tuple[int, ...]] | None:
    return [network.input_shape] if isinstance(network, Network) else None


def _take(item: dict[str, Any], found: Found, wanted: Wanted, screen: Screen) -> list[str]:
    """Keep a part that came, and give its page."""
    match item["is"]:
        case "summary":
            found.summary = item["summary"]
            return counts_page(item["summary"], item["text"], screen)
        case "times":
            found.times = times_from(item)
            return times_page(
                found.times, found.summary or {}, wanted.batch, wanted.threads, screen
            )
        case _:
            found.sweep = sweep_from(item)
            others = found.times.others if found.times else None
            return batches_page(found.sweep, screen, others or 0.0)


def _announce(wanted: Wanted, screen: Screen) -> None:
    if wanted.as_json:
        return
    click.echo(screen.clean(sources_line(wanted.chosen)) + "\n")
    words = wanted.network.words()
    click.echo("\n".join(screen.wrap(f"Network: {words}", screen.width)) + "\n")


@contextlib.contextmanager
def _progress(silent: bool) -> Generator[Callable[[float], object]]:
    """A line that says how far it is, where all goes to a terminal; -1 takes it away."""
    shows = sys.stdout.isatty() and sys.stderr.isatty() and not silent

    def show(share: float) -> None:
        if shows:
            words = "" if share < 0 else f"Measuring: {share:.0%}"
            sys.stderr.write(f"\r{words:<16}\r" if share < 0 else f"\r{words:<16}")
            sys.stderr.flush()

    try:
        yield show
    finally:
        show(-1.0)


def _draw(wanted: Wanted, found: Found) -> int:
    from tito.lab.profile.picture import save

    assert wanted.plot
    assert found.sweep
    assert found.summary
    words = save(wanted.plot, wanted.words, found.summary, found.sweep, dark=wanted.dark)
    click.echo(words or f"\nPicture: {short_path(wanted.plot)}", err=wanted.as_json)
    return EXIT_FAILED if words else 0


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
        "times": _with_words(found.times),
        "batches": _batches(found.sweep),
        "error": None,
    }


def _with_words(times: Times | None) -> dict[str, Any] | None:
    if times is None:
        return None
    return {
        **times.to_dict(),
        "words": [bound_words(phase, is_busy(times.others)) for phase in times.phases],
    }


def _batches(sweep: Sweep | None) -> Mapping[str, Any] | None:
    if sweep is None:
        return None
    batches = sweep.batches
    one, asked = batches[0], asked_of(batches)
    return {
        **sweep.to_dict(),
        "fixed_s": fixed_s(batches),
        "best_batch": best_of(batches).size,
        "enough_batch": enough(batches).size,
        "speed_up": {"batch": asked.size, "times": one.each_s / asked.each_s},
        "words": answer(batches),
    }
