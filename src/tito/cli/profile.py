"""``tito profile``: what a network takes, how long that takes here, and what bounds it."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tito.cli.common import FILE, approved, files_in_use, reference_option
from tito.cli.networks import MODEL, NETWORK, SHAPE
from tito.learner import WorkspaceError

if TYPE_CHECKING:
    from tito.lab.networks import ModelFile, Network
    from tito.learner.chosen import Chosen

THREADS_SET = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
BATCH, THREADS, SECONDS = (
    click.IntRange(1, 10**9),
    click.IntRange(1),
    click.FloatRange(0, 600),
)
BATCH.name = THREADS.name = "number"
SECONDS.name = "seconds"
EXIT_FAILED, EXIT_INTERRUPTED = 1, 130


@click.command()
@click.argument("network", type=NETWORK, required=False)
@click.option("--model", type=MODEL, help="The network that this function of a file makes.")
@click.option("--input", "inputs", type=SHAPE, multiple=True, help="One example of --model.")
@click.option("--batch", type=BATCH, default=32, help="Examples in a batch.  [default: 32]")
@click.option("--threads", type=THREADS, help="NumPy's threads.  [default: as many as it takes]")
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
    if threads and threads > processors():
        raise click.UsageError(
            f"--threads may be at most the number of processors here, {processors()}, and is "
            f"{threads}. More would only wait for each other."
        )
    refuse_too_large(chosen, batch, inputs)
    used = approved(files_in_use(file), file, "it was not measured", anyway=anyway, err=as_json)
    if used is None:
        return EXIT_FAILED
    return profile_network(
        chosen, used, batch, threads or usual_threads(), seconds, list(inputs) or None, as_json
    )


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
    from tito.lab.apart import Stopped, run_apart
    from tito.lab.apart.attempt import STEP_LIMIT_S, printed_words
    from tito.lab.networks import ModelFile
    from tito.lab.profile.page import batches_page, counts_page, times_page
    from tito.learner.chosen import modules_of, sources_line
    from tito.lesson.model import lesson_names
    from tito.say.terminal import PassingLine, Screen

    screen = Screen.of(sys.stdout)
    model = network if isinstance(network, ModelFile) else None
    sizes = () if isinstance(network, ModelFile) else network.sizes
    parameters = 0 if isinstance(network, ModelFile) else network.parameters
    yours = {each.lesson.name: os.fspath(each.source.path) for each in used}
    # docs/commands.md says what is where.
    told: dict[str, Any] = {
        "network": model.words() if model else "-".join(map(str, sizes)),
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
        return batches_page(item["batches"], screen, told["times"]["others_share"] or 0.0)

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
    try:
        with PassingLine(not as_json) as line:
            done = run_apart(
                "tito.lab.profile.measure:measure",
                modules_of(used),
                {
                    "network": network.to_dict(),
                    "batch": batch,
                    "input_shapes": inputs or (None if model else [sizes[:1]]),
                    "seconds": seconds,
                    "width": screen.width,
                },
                advance,
                model=model.source if model else None,
                threads=threads,
                limit_s=STEP_LIMIT_S + parameters * EACH_PARAMETER_S,
                memory=memory_for(network, batch, threads),
                opening=opening,
            )
    except Stopped as stop:
        told["error"] = str(stop)
        if model and "positional argument" in told["error"]:
            told["error"] += (
                "\nA network of several inputs wants --input once for each of them, in order."
            )
    except KeyboardInterrupt:
        click.echo("\nStopped by Ctrl-C.", err=True)
        return EXIT_INTERRUPTED
    else:
        if not as_json and (printed := printed_words(done.printed)):
            click.echo(f"\n{screen.clean(printed)}")
    if as_json:
        click.echo(json.dumps(told))
    elif told["error"]:
        click.echo("\n".join(screen.fitting(told["error"])))
    return EXIT_FAILED if told["error"] else 0


BYTES = 4
#: Python, NumPy, the arrays for the peak and for moving bytes, and the learner's own.
BASE = 2 << 30
#: Address space that NumPy's BLAS takes for each further thread.
EACH_THREAD = 64 << 20
#: Copies at one time of all parameters (weights, their making, gradients, new weights), and of
#: activations (outputs, what they were before the bias, gradients).
COPIES = 6
LARGEST_SWEPT = 1024
#: Many times what it takes to make, copy and look at a weight on a slow machine.
EACH_PARAMETER_S = 4e-7


def memory_for(network: Network | ModelFile, batch: int, threads: int) -> int:
    """The limit for the process that measures, in bytes. A model file has the base twice."""
    from tito.lab.networks import ModelFile

    base = BASE + EACH_THREAD * threads
    if isinstance(network, ModelFile):
        return 2 * base
    flowing = sum(network.sizes) * max(batch, LARGEST_SWEPT)
    return base + COPIES * BYTES * (network.parameters + flowing)


def refuse_too_large(
    network: Network | ModelFile, batch: int, inputs: Sequence[Sequence[int]] = ()
) -> None:
    """WorkspaceError where the input and the outputs alone take more than the machine has free.

    Of a model file only the ``inputs`` are known, if the person said them.
    """
    from tito.lab.networks import Network
    from tito.lab.profile.page import byte_words

    free = free_memory()
    known = isinstance(network, Network)
    flowing = sum(network.sizes) if known else sum(map(math.prod, inputs))
    needed = BYTES * (2 * batch * flowing + 3 * (network.parameters if known else 0))
    if free is not None and needed > free:
        raise WorkspaceError(
            f"A batch of {batch:,} takes at least {byte_words(needed)} in training "
            f"({byte_words(BYTES * flowing)} an example, twice, and the weights with their "
            f"gradients), but this machine has {byte_words(free)} free. Take a smaller --batch."
        )


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


def usual_threads() -> int:
    """How many threads NumPy's BLAS takes here if nobody says anything."""
    for name in THREADS_SET:
        if (said := os.environ.get(name, "")).isdigit() and int(said) > 0:
            return min(int(said), processors())
    return processors()


def processors() -> int:
    """How many processors this program may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1
