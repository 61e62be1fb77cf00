"""`tito show dropout`: the mask, the scaled survivors, and the mean of many calls."""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tito.cli.common import SEED
from tito.cli.pictures.making import (
    Layers,
    Wanted,
    layers_in_hand,
    layers_options,
    make,
    measure_apart,
    picture_options,
)

if TYPE_CHECKING:
    from tinytorch.plots.masks import Masking

#: Further away from what is expected than this many standard deviations is no accident.
SIGMAS = 4.0
#: Numbers that are dropped together make a mean less sure, by no more than this factor.
TOGETHER = 8


@click.command("dropout")
@picture_options("dropout.png")
@layers_options
@click.option("--p", type=click.FloatRange(0.01, 0.99), default=0.5, show_default=True)
@click.option("--calls", type=click.IntRange(2, 100_000), default=1000, show_default=True)
@click.option("--seed", type=SEED, default=0, show_default=True, help="The masks.")
def command(
    wanted: Wanted, anyway: bool, file: Path | None, p: float, calls: int, seed: int
) -> int:
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
    layers = layers_in_hand(file, anyway, wanted.as_json, ("Dropout",))
    if layers is None:
        return 1
    return make(
        wanted,
        measure=lambda: measure(layers, {"p": p, "calls": calls, "seed": seed}),
        draw=draw,
        say=say,
        plain=asdict,
        before=layers.said,
    )


def measure(layers: Layers, asked: dict[str, Any]) -> Masking:
    """The experiment with these layers."""
    from tinytorch.plots.masks import Masking

    return Masking(**measure_apart("tito.cli.pictures.dropout:work", layers, asked))


def work(layers: Any, reporter: Any, **asked: Any) -> dict[str, Any]:
    """The same in the process of the learner's file; plain data."""
    from tinytorch.plots import measure_dropout
    from tinytorch.plots.style import Unmeasurable
    from tito.lab.apart import Refusal

    if not hasattr(layers, "Dropout"):
        raise Refusal("The picture needs a class Dropout, but the file has none.")
    try:
        return asdict(measure_dropout(layers.Dropout, **asked))
    except Unmeasurable as error:
        raise Refusal(str(error)) from None


def draw(seen: Masking, dark: bool) -> Any:
    """The figure."""
    from tinytorch.plots import dropout

    return dropout(seen, dark=dark)


def say(seen: Masking) -> list[str]:
    """What to see in the picture, from what was measured."""
    together = [_together(seen)] if seen.alike else []
    return [f"{_dropped(seen)} {_factors(seen)}", *together, _mean(seen), _inference(seen)]


def _dropped(seen: Masking) -> str:
    pixels = sum(map(len, seen.image))
    zeros = sum(value == 0 for row in seen.first for value in row)
    noise = (seen.p * (1 - seen.p) / (pixels * seen.calls)) ** 0.5
    words = (
        f"The first call made {zeros} of {pixels} numbers zero, all {seen.calls:,} calls "
        f"{seen.dropped:.1%} of them"
    )
    if abs(seen.dropped - seen.p) > SIGMAS * noise:
        return f"{words}: far from the {seen.p:.1%} that p asks for."
    return f"{words}, where p asks for {seen.p:.1%}."


def _factors(seen: Masking) -> str:
    expected = 1 / (1 - seen.p)
    if not seen.factors:
        return "Nothing survived."
    if not all(map(math.isfinite, seen.factors)):
        return "The survivors are no longer finite numbers."
    if len(seen.factors) > 2:
        return "The survivors were multiplied by many different numbers."
    times = " or ".join(f"{factor:.4g}" for factor in seen.factors)
    if all(abs(factor - expected) < 0.002 * expected for factor in seen.factors):
        return f"The survivors were multiplied by {expected:.4g}, which is 1 / (1 - p)."
    return f"The survivors were multiplied by {times}, but 1 / (1 - p) is {expected:.4g}."


def _together(seen: Masking) -> str:
    words = " and ".join(f"all {each}" for each in seen.alike)
    return f"The mask was the same for {words}: each number should be dropped or kept separately."


def _mean(seen: Masking) -> str:
    ratio, law = seen.ratio[-1], seen.noise / seen.calls**0.5
    if not math.isfinite(ratio):
        return f"The mean of {seen.calls:,} calls is not a finite number; it should be the input."
    if seen.sigmas > SIGMAS * (TOGETHER if seen.alike else 1):
        effect = (
            f": the layers after it learn with inputs {ratio:.3g} times as large as those that "
            "they get at inference"
        )
        return (
            f"The mean of {seen.calls:,} calls is {ratio:.3g} of the input, where it should come "
            f"to 1{effect if seen.unchanged else ''}."
        )
    first, last = seen.distance[0], seen.distance[-1]
    return (
        f"The mean of {seen.calls:,} calls is {ratio:.3f} of the input: what is dropped in one "
        f"call, the survivors of the others make up for. A pixel's mean is off by {first:.2g} of "
        f"its size after one call and by {last:.2g} after {seen.calls:,}. Chance alone "
        f"leaves about {law:.2g}: that of one call, divided by the square root of {seen.calls:,}."
    )


def _inference(seen: Masking) -> str:
    if seen.unchanged is None:
        return "Its forward does not know `training`, so it could not be asked to drop nothing."
    if seen.unchanged:
        return "With training=False, all numbers came back unchanged."
    return "With training=False, the numbers should come back unchanged, but they did not."
