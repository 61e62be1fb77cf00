"""``tito profile``: what a network takes, how long that takes here, and what bounds it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tito.cli.common import FILE, approved, files_in_use, reference_option
from tito.cli.networks import MODEL, NETWORK, SHAPE
from tito.learner import WorkspaceError

if TYPE_CHECKING:
    from tito.lab.networks import ModelFile, Network

THREADS_SET = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
BATCH, THREADS, SECONDS = (
    click.IntRange(1, 10**9),
    click.IntRange(1),
    click.FloatRange(0, 600),
)
BATCH.name = THREADS.name = "number"
SECONDS.name = "seconds"


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
    from tito.cli.running.profile import NoRoom, Wanted, profile_network, refuse_too_large

    try:
        refuse_too_large(chosen, batch, inputs)
    except NoRoom as error:
        raise WorkspaceError(str(error)) from None
    files, undone = files_in_use(file), "it was not measured"
    used = approved(files, file, undone, anyway=anyway, err=as_json)
    if used is None:
        return 1
    return profile_network(
        Wanted(
            network=chosen,
            batch=batch,
            threads=threads or usual_threads(),
            seconds=seconds,
            inputs=list(inputs) or None,
            chosen=used,
            as_json=as_json,
        )
    )


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
