"""``tito compare``: the same network in PyTorch, with the same weights."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tito.cli.common import FILE, SEED, approved, files_in_use, reference_option
from tito.cli.networks import MODEL, NETWORK

if TYPE_CHECKING:
    from tito.lab.networks import ModelFile, Network

USUAL = "784-256-128-10"
BATCH, STEPS = click.IntRange(1, 8192), click.IntRange(1, 10_000)


@click.command()
@click.argument("network", type=NETWORK, required=False)
@click.option("--model", type=MODEL, help="The network that this function makes.")
@click.option("--dropout", type=click.FloatRange(0, 1), default=0.0, help="Dropout in between.")
@click.option("--batch", type=BATCH, help="Examples in a batch; 32 if not given.")
@click.option("--steps", type=STEPS, default=100, show_default=True, help="Steps of training.")
@click.option("--optimizer", type=click.Choice(["sgd", "adam"]), default="sgd", show_default=True)
@click.option("--threads", type=click.IntRange(1, 256), help="For both; 2 if not given.")
@click.option("--seed", type=SEED, default=0, show_default=True, help="Weights, masks, data.")
@click.option("--no-time", is_flag=True, help="Compare the numbers only.")
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON object.")
@click.option("--anyway", is_flag=True, help="Compare even if the layers do not pass.")
@click.option("--file", type=FILE, help="Compare the layers of this file.")
@reference_option
def compare(
    network: Network | None,
    model: ModelFile | None,
    dropout: float,
    batch: int | None,
    steps: int,
    optimizer: str,
    threads: int | None,
    seed: int,
    no_time: bool,
    as_json: bool,
    anyway: bool,
    file: Path | None,
) -> int:
    """Compare a network of your layers with the same one in PyTorch.

    \b
    tito compare                          784-256-128-10 with your layers
    tito compare 64-32-10 --dropout 0.5   another network
    tito compare --model net.py:make      the network that make() gives
    tito compare --anyway                 layers that do not pass yet

    Both get the same weights, inputs and Dropout masks. You see how far apart the results are
    (forward, gradients, after training), how long each takes, and both programs side by side.
    Where you have no file yet, or with --reference, the reference's layers are compared.

    The exit code is 0 when both agree, 1 when they do not, or when it could not be compared.
    """
    from tito.cli.running.compare import run_comparison
    from tito.lab.compare.recipe import Recipe

    if model and (network or dropout):
        raise click.UsageError(
            "Sizes and --dropout describe a network by its sizes, and --model names one that is "
            "already written. Give one of the two, not both."
        )
    chosen = model or _by_sizes(network, dropout)
    recipe = Recipe(chosen, batch, steps, optimizer, threads, seed)
    if why := recipe.too_much():
        raise click.UsageError(why)
    files, undone = files_in_use(file), "it was not compared"
    used = approved(files, file, undone, anyway=anyway, err=as_json)
    if used is None:
        return 1
    return run_comparison(recipe, used, timed=not no_time, as_json=as_json)


def _by_sizes(network: Network | None, dropout: float) -> Network:
    """The network with Dropout in between. UsageError where there is none."""
    from dataclasses import replace

    from tito.lab.networks import Network, NetworkError

    try:
        return replace(network or Network.parse(USUAL), dropout=dropout)
    except NetworkError as error:
        raise click.UsageError(str(error)) from None
