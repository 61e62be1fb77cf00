"""`tito show init`, `dropout` and `activations`: what the experiments of `tinytorch.plots` show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import click

from tito.cli.common import SEED
from tito.cli.pictures.making import Modules, Shown, Wanted, make, measure_apart, picture_options


def experiment(modules: Modules, measure: str, needs: Sequence[str], **asked: Any) -> Any:
    """What that function of `tinytorch.plots` measures where the layers are; plain data.

    ``needs`` are the classes that have to be there. Where ``asked`` has anything, the function is
    given the first of them, and that.
    """
    arguments = {"measure": measure, "needs": list(needs), "asked": asked}
    return measure_apart("experiment", modules, arguments)["seen"]


@click.command("activations")
@picture_options("activations.png")
def activations(wanted: Wanted) -> int:
    """Each activation, and its derivative.

    \b
    tito show activations
    tito show activations --output activations.svg --dark

    The derivatives come from backward(), not from a formula. Softmax has several inputs: one score
    moves, the others stay where they are. Your activations are shown once you have begun them.

    The exit code is 0 when the picture is written, 1 when it could not be or yours do not pass,
    and 130 after Ctrl-C.
    """
    from tinytorch import plots
    from tinytorch.plots import words
    from tinytorch.plots.slopes import NAMES, Curve

    def measure(modules: Modules) -> Shown:
        curves = [Curve(**each) for each in experiment(modules, "measure_activations", NAMES)]
        plain = {"curves": list(map(asdict, curves))}
        return Shown(partial(plots.activations, curves), words.activations(curves), plain)

    return make(wanted, NAMES, measure, before=lambda said, modules: said if modules else "")


@click.command("dropout")
@picture_options("dropout.png")
@click.option("--p", type=click.FloatRange(0.01, 0.99), default=0.5, show_default=True)
@click.option("--calls", type=click.IntRange(2, 100_000), default=1000, show_default=True)
@click.option("--seed", type=SEED, default=0, show_default=True, help="The masks.")
def dropout(wanted: Wanted, **asked: Any) -> int:
    """What dropout does to an image.

    The mask and the scaled survivors of one call, and the mean of many calls against the input.
    Your Dropout is used if it passes its checks.

    \b
    tito show dropout
    tito show dropout --p 0.2 --dark
    tito show dropout --anyway      yours, although it fails a check

    The exit code is 0 when the picture is written, 1 when it could not be or your layers do not
    pass, and 130 after Ctrl-C.
    """
    from tinytorch import plots
    from tinytorch.plots import words
    from tinytorch.plots.masks import Masking

    needs = ("Dropout",)

    def measure(modules: Modules) -> Shown:
        seen = Masking(**experiment(modules, "measure_dropout", needs, **asked))
        return Shown(partial(plots.dropout, seen), words.dropout(seen), asdict(seen))

    return make(wanted, needs, measure)


@click.command("init")
@picture_options("init.png")
@click.option("--seed", type=SEED, default=0, show_default=True, help="Weights and input.")
def init(wanted: Wanted, seed: int) -> int:
    """What the first weights do in 10 layers.

    Linear layers of 128 units, with ReLU or Tanh between them: weights all zero, all the same, too
    small, too large, after LeCun, Glorot and He, and those that your Linear makes itself. It has
    to pass its checks.

    \b
    tito show init
    tito show init --seed 3 --dark
    tito show init --output init.svg

    The exit code is 0 when the picture is written, 1 when it could not be or your layers do not
    pass, and 130 after Ctrl-C.
    """
    from tinytorch import plots
    from tinytorch.plots import words
    from tinytorch.plots.initialisation import Start, Starts

    def measure(modules: Modules) -> Shown:
        yours = any("Linear" in lesson.parts for lesson, _ in modules)
        found = experiment(modules, "measure_init", ["Linear"], seed=seed)
        starts = Starts(**found | {"starts": [Start(**each) for each in found["starts"]]})
        return Shown(
            partial(plots.init, starts, own="yours" if yours else "as made"),
            words.init(starts, "Your Linear" if yours else "Linear"),
            asdict(starts),
        )

    return make(wanted, ("Linear", "ReLU", "Tanh"), measure)
