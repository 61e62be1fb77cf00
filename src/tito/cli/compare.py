"""``tito compare``: the same network in PyTorch, each side in a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tito.cli.common import FILE, SEED, approved, files_in_use, reference_option
from tito.cli.networks import NETWORK

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tito.lab.compare.page import Comparison
    from tito.lab.compare.recipe import Recipe
    from tito.lab.networks import Network
    from tito.learner.chosen import Chosen

USUAL = "784-256-128-10"
ACTIVATION = click.Choice(["relu", "tanh", "sigmoid", "gelu"])
BATCH, STEPS = click.IntRange(1, 8192), click.IntRange(1, 10_000)


@click.command()
@click.argument("network", type=NETWORK, required=False)
@click.option("--activation", type=ACTIVATION, default="relu", show_default=True)
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
    activation: str,
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
    tito compare --activation tanh        with another activation
    tito compare --anyway                 layers that do not pass yet

    Both get the same weights, inputs and Dropout masks. You see both programs side by side, how
    long each takes, and how far apart the results are (forward, gradients, after training).
    Where you have no file yet, or with --reference, the reference's layers are compared.

    The exit code is 0 when both agree, 1 when they do not, or when it could not be compared.
    """
    import os
    from dataclasses import replace

    from tito.lab.compare.recipe import BATCHES, Recipe
    from tito.lab.networks import Network, NetworkError

    try:
        chosen = network or Network.parse(USUAL)
        chosen = replace(chosen, dropout=dropout, activation=activation)
    except NetworkError as error:
        raise click.UsageError(str(error)) from None
    threads = threads or min(2, os.cpu_count() or 1)
    recipe = Recipe(
        chosen, batch or 32, (batch,) if batch else BATCHES, steps, optimizer, seed, threads
    )
    used = approved(files_in_use(file), file, "it was not compared", anyway=anyway, err=as_json)
    return 1 if used is None else _run(recipe, used, timed=not no_time, as_json=as_json)


def _run(recipe: Recipe, chosen: Sequence[Chosen], timed: bool, as_json: bool) -> int:
    """Compare, and say what came of it; the exit code."""
    import json
    import sys

    from tito.lab.apart import Stopped
    from tito.lab.compare.page import as_data, lines
    from tito.lab.compare.theirs import TorchFailed
    from tito.learner.chosen import sources_line
    from tito.say.terminal import PassingLine, Screen

    screen, where = Screen.of(sys.stdout), sources_line(chosen)
    if not as_json:
        click.echo("\n".join(screen.fitting(where)) + "\n")
    try:
        with PassingLine(not as_json) as passing:
            done = _compare(recipe, chosen, timed, passing.say)
    except (TorchFailed, Stopped, OSError) as error:
        why = f"{'The arrays cannot be handed over: ' * isinstance(error, OSError)}{error}"
        click.echo(json.dumps({"error": why}) if as_json else "\n".join(screen.fitting(why)))
        return 1
    if as_json:
        click.echo(json.dumps(as_data(done, where)))
    else:
        click.echo("\n".join(lines(done, screen, "yours" if chosen else "TinyTorch")))
    return 0 if done.verdict.agree else 1


def _compare(
    recipe: Recipe, chosen: Sequence[Chosen], timed: bool, say: Callable[[str], None]
) -> Comparison:
    """Both sides' numbers, and times; TorchFailed and Stopped, in words, where there are none."""
    import tempfile

    from tito.lab.apart import Done, Stopped, run_apart
    from tito.lab.compare import timing, verdict
    from tito.lab.compare.page import Comparison
    from tito.lab.compare.programs import programs
    from tito.lab.compare.recipe import read
    from tito.lab.compare.theirs import TorchFailed, TorchProcess
    from tito.learner.chosen import modules_of

    plain = recipe.to_dict()

    def apart(work: str, threads: int, **arguments: Any) -> Done:
        return run_apart(
            f"tito.lab.compare.ours:{work}",
            modules_of(chosen),
            {"plain": plain, **arguments},
            threads=threads,
            opening=lambda done: "It was not finished." if done else "It cannot be compared.",
        )

    with (
        tempfile.TemporaryDirectory(prefix="tito-compare-") as folder,
        TorchProcess(recipe.threads) as torch,
    ):
        say("Running the network here ...")
        given, *answers = paths = [f"{folder}/{name}.npz" for name in ("ours", "torch", "exact")]
        try:
            played = apart("play", 1, to=given)
        except Stopped:
            torch.version()  # that there is no PyTorch is what to say first
            raise
        say("Waiting for PyTorch to be imported ...")
        version = torch.version()
        say("Running it in PyTorch ...")
        torch.ask("calculate", plain=plain, given=given, to=answers)
        odd, unlisted = played.result["odd"], played.result["unlisted"]
        found = verdict.find(recipe, *map(read, paths), odd=odd, unlisted=unlisted)
        time, no_time = None, ""
        if timed:
            try:
                time = timing.take(
                    lambda: apart("measure", recipe.threads).result,
                    lambda: torch.ask("measure", plain=plain),
                    recipe.batches,
                    say=say,
                )
            except (Stopped, TorchFailed) as error:
                no_time = str(error)
    judged, rows = verdict.judge(found), programs(recipe)
    return Comparison(recipe, version, found, judged, rows, played.printed, time, no_time)
