"""`tito show weights` and `training`: the digits are learned, and what came of it is shown."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tito.cli.common import FILE, SEED
from tito.cli.networks import SHAPE
from tito.cli.pictures.making import (
    Modules,
    Shown,
    Wanted,
    make,
    measure_apart,
    picture_options,
    show_printed,
)
from tito.lab.pictures import NoPicture

if TYPE_CHECKING:
    from tito.lab.train.digits import Attempt

#: The classes in the network that learns the digits.
NETWORK = ("Linear", "ReLU", "Dropout", "Sequential")


@click.command("weights")
@click.option("--weights", type=FILE, help="A file of weights, in place of a training.")
@click.option("--layout", type=click.Choice(["tinytorch", "torch"]), help="Of the file's weights.")
@click.option("--shape", type=SHAPE, help="Of the images, such as 28,28.  [default: a square]")
@click.option("--seed", type=SEED, default=0, show_default=True, help="Weights, masks, batches.")
@picture_options("weights.png")
def weights(
    wanted: Wanted,
    weights: Path | None,
    layout: str | None,
    shape: tuple[int, ...] | None,
    seed: int,
) -> int:
    """What the units of a first layer look for.

    Each unit's weights as an image, a pixel a weight. The digits are learned first, as in tito
    train digits, with your layers if they pass their checks; or the weights come from a file.

    \b
    tito show weights
    tito show weights --seed 3 --dark
    tito show weights --weights net.safetensors --shape 28,28

    The exit code is 0 when the picture is written, 1 when it could not be or your layers do not
    pass, and 130 after Ctrl-C.
    """
    from tinytorch import plots
    from tinytorch.plots import words
    from tito.lab.show import from_file

    if (layout or shape) and not weights:
        raise click.UsageError("--layout and --shape are for a file: --weights net.safetensors")
    if weights and (wanted.anyway or wanted.file):
        raise click.UsageError("Weights from a file need no layers: leave --file and --anyway out.")

    def measure(modules: Modules) -> Shown:
        facts: dict[str, Any] = {}
        if weights:
            tiles, origin = from_file(weights, layout, shape)
        else:
            result = measure_apart("first_layer", modules, {"seed": seed})
            tiles, origin = plots.measure_weights(result["weights"]), "digits"
            facts = result["facts"]
        plain = {
            "from": origin,
            "units": tiles.units,
            "order": tiles.order,
            "images": tiles.images.tolist(),
            "alike": tiles.alike.tolist(),
            "alike_by_chance": tiles.chance,
        }
        return Shown(partial(plots.weights, tiles), words.weights(tiles, facts), plain | facts)

    return make(wanted, None if weights else NETWORK, measure)


@click.command("training")
@picture_options("training.png")
@click.option("--seed", type=SEED, default=0, show_default=True, help="Weights, masks, batches.")
def training(wanted: Wanted, seed: int) -> int:
    """A training: curves, confusions, mistakes.

    The digits are learned as in tito train digits, with your layers if they pass their checks.

    \b
    tito show training
    tito show training --seed 3 --dark
    tito show training --output training.svg

    The exit code is 0 when the picture is written, 1 when it could not be or your layers do not
    pass, and 130 after Ctrl-C.
    """
    from tinytorch.data import digits
    from tinytorch.plots import words
    from tito.lab.train.attempt import draw, outcome_of

    def measure(modules: Modules) -> Shown:
        done = learn(modules, seed, quiet=wanted.as_json)
        seen = outcome_of(done, digits())
        mistakes = [
            {
                "image": index,
                "truth": int(seen.labels[index]),
                "answer": int(seen.answers[index]),
                "probabilities": seen.probabilities[index].tolist(),
            }
            for index in seen.mistakes
        ]
        plain = {
            "losses": seen.losses,
            "held_out": seen.held_out,
            "trained_on": seen.trained_on,
            "right": seen.right,
            "images": len(seen.labels),
            "confusion": seen.confusion.tolist(),
            "mistakes": mistakes,
        }
        told = [*(f"Note: {remark}" for remark in done.remarks), *words.training(seen)]
        return Shown(partial(draw, done, digits(), "digits"), told, plain)

    return make(wanted, NETWORK, measure)


def learn(modules: Modules, seed: int, *, quiet: bool) -> Attempt:
    """Train in a process of its own, told of on a terminal. NoPicture where that fails."""
    from tinytorch.data import digits
    from tito.lab.apart import Stopped
    from tito.lab.train.attempt import Following, attempt
    from tito.lab.train.recipe import DIGITS
    from tito.say.terminal import PassingLine

    recipe = replace(DIGITS, seed=seed)
    try:
        with PassingLine(not quiet) as line:
            following = Following(recipe, len(digits().train_labels), line)
            done = attempt(modules, recipe, following)
    except Stopped as stop:
        raise NoPicture(str(stop)) from stop
    show_printed(done.printed)
    return done
