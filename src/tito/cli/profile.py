"""``tito profile``: what a network takes, how long that takes here, and what bounds it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tito.cli.common import FILE, approved, files_in_use, reference_option
from tito.cli.networks import MODEL, NETWORK, SHAPE

if TYPE_CHECKING:
    from tito.lab.networks import ModelFile, Network
    from tito.learner.chosen import Chosen

BATCH, THREADS, SECONDS = click.IntRange(1, 10**9), click.IntRange(1, 256), click.FloatRange(0, 600)
BATCH.name = THREADS.name = "number"
SECONDS.name = "seconds"
EXIT_FAILED, EXIT_INTERRUPTED = 1, 130
#: Making and looking at the largest network that may be measured takes a part of this.
STEP_LIMIT_S = 60.0
#: Python, NumPy, the arrays for the peak and for moving bytes: in bytes of address space.
BASE = 4 << 30
#: What NumPy's BLAS takes for each further thread.
EACH_THREAD = 64 << 20


@click.command()
@click.argument("network", type=NETWORK, required=False)
@click.option("--model", type=MODEL, help="The network that this function of a file makes.")
@click.option("--input", "inputs", type=SHAPE, multiple=True, help="One example of --model.")
@click.option("--batch", type=BATCH, default=32, help="Examples in a batch.  [default: 32]")
@click.option("--threads", type=THREADS, help="NumPy's threads.  [default: one a processor]")
@click.option("--seconds", type=SECONDS, default=3.0, help="How long to measure.  [default: 3]")
@click.option("--json", "as_json", is_flag=True, help="The figures, on standard output.")
@click.option("--anyway", is_flag=True, help="Measure even if your layers do not pass.")
@click.option("--file", type=FILE, help="Measure the layers of this file.")
@reference_option
def profile(
    network: Network | None,
    model: ModelFile | None,
    inputs: tuple[tuple[int, ...], ...],
    batch: int,
    threads: int | None,
    seconds: float,
    as_json: bool,
    anyway: bool,
    file: Path | None,
) -> int:
    """See what a network takes, how long that takes here, and why.

    \b
    tito profile 784-256-128-10 --batch 32    Linear layers with ReLU between
    tito profile --model net.py:make          what make() in net.py returns
    tito profile --model net.py:make --input 1,28,28

    First the counts, with their formulas: parameters, bytes, multiply-adds. Then a training step,
    timed beside the best that this machine does, so that you see what bounds it. Then forward
    passes of batches from 1 to 1024. --seconds says for how long it measures, about.

    Your layers are used once they pass (or with --anyway); the reference's where you have none
    yet, or with --reference. --input may come several times, for a network of several inputs.

    The exit code is 0 when all was measured, 1 when it could not be or your layers do not pass,
    2 for a wrong command line, and 130 after Ctrl-C.
    """
    chosen = network or model
    if chosen is None or (network and model):
        raise click.UsageError("Name one network, such as 784-256-128-10 or --model file.py:make.")
    if inputs and network:
        raise click.UsageError("--input is for --model: the sizes themselves say what goes in.")
    used = approved(files_in_use(file), file, "it was not measured", anyway=anyway, err=as_json)
    if used is None:
        return EXIT_FAILED
    allowed = getattr(os, "sched_getaffinity", None)
    threads = threads or (len(allowed(0)) if allowed else os.cpu_count() or 1)
    shapes = list(inputs) or ([network.sizes[:1]] if network else None)
    return profile_network(chosen, used, batch, threads, seconds, shapes, as_json)


def profile_network(
    network: Network | ModelFile,
    used: Sequence[Chosen],
    batch: int,
    threads: int,
    seconds: float,
    inputs: list[tuple[int, ...]] | None,
    as_json: bool,
) -> int:
    """Measure in a process of its own, and say each part once it is known; the exit code."""
    from tito.lab.apart import Stopped, printed_words, run_apart
    from tito.lab.profile.page import batches_page, counts_page, times_page
    from tito.learner.chosen import modules_of, sources_line
    from tito.lesson.model import lesson_names
    from tito.say.terminal import PassingLine, Screen

    screen = Screen.of(sys.stdout)
    yours = {each.lesson.name: os.fspath(each.source.path) for each in used}
    # docs/commands.md says what is where.
    told: dict[str, Any] = {
        "network": network.name,
        **{name: yours.get(name, "reference") for name in lesson_names()},
        "batch": batch,
        "threads": threads,
        "seconds": seconds,
        **dict.fromkeys(("summary", "times", "batches", "error")),
    }

    def page_of(item: dict[str, Any]) -> list[str]:
        if item["is"] == "summary":
            return counts_page(item["summary"], item["text"], screen)
        if item["is"] == "times":
            return times_page(item["times"], told["summary"], batch, threads, screen)
        return batches_page(item["batches"], screen)

    def advance(items: list[Any]) -> None:
        for item in items:
            if item["is"] == "share":
                line.say(f"Measuring: {item['share']:.0%}")
                continue
            told[item["is"]] = item[item["is"]]
            if not as_json:
                line.say("")
                click.echo("\n".join(row.rstrip() for row in page_of(item)))

    def opening(_done: object) -> str:
        if told["times"]:
            return "The measuring stopped."
        return "So nothing can be timed." if told["summary"] else "Nothing was measured."

    if not as_json:
        click.echo("\n".join(screen.fitting(sources_line(used))) + "\n")
        click.echo("\n".join(screen.wrap(f"Network: {network.words()}", screen.width)) + "\n")
    printed = ""
    try:
        with PassingLine(not as_json) as line:
            printed = run_apart(
                "tito.lab.profile.measure:measure",
                modules_of(used),
                {
                    "network": network.to_dict(),
                    "batch": batch,
                    "input_shapes": inputs,
                    "seconds": seconds,
                    "width": screen.width,
                },
                advance,
                model=network.source,
                threads=threads,
                limit_s=STEP_LIMIT_S,
                memory=BASE + EACH_THREAD * threads + memory_here(),
                opening=opening,
            ).printed
    except Stopped as stop:
        told["error"] = str(stop)
        if network.source and "positional argument" in told["error"]:
            told["error"] += (
                "\nA network of several inputs wants --input once for each of them, in order."
            )
    except KeyboardInterrupt:
        click.echo("\nStopped by Ctrl-C.", err=True)
        return EXIT_INTERRUPTED
    if as_json:
        click.echo(json.dumps(told))
    elif told["error"]:
        click.echo("\n".join(screen.fitting(told["error"])))
    elif words := printed_words(printed):
        click.echo(f"\n{screen.clean(words)}")
    return EXIT_FAILED if told["error"] else 0


def memory_here() -> int:
    """Half of this machine's memory, in bytes; 0 where the system does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, ValueError, OSError):
        return 0
