"""`tito show activations`: each activation with its derivative."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tito.cli.pictures.making import (
    Wanted,
    layers_in_hand,
    layers_options,
    make,
    measure_apart,
    picture_options,
)

if TYPE_CHECKING:
    from tinytorch.plots.slopes import Curve


@click.command("activations")
@picture_options("activations.png")
@layers_options
def command(wanted: Wanted, anyway: bool, file: Path | None) -> int:
    """Each activation, and its derivative.

    \b
    tito show activations
    tito show activations --output activations.svg --dark

    The derivatives come from backward(), not from a formula. Softmax has several inputs: one score
    moves, the others stay where they are. Your activations are shown once you have begun them.

    The exit code is 0 when the picture is written, 1 when it could not be or yours do not pass,
    and 130 after Ctrl-C.
    """
    from tinytorch.plots import activations
    from tinytorch.plots.slopes import NAMES, Curve

    layers = layers_in_hand(file, anyway, wanted.as_json, NAMES)
    if layers is None:
        return 1

    def measure() -> list[Curve]:
        found = measure_apart("tito.cli.pictures.activations:work", layers, {})
        return [Curve(**each) for each in found["curves"]]

    return make(
        wanted,
        measure=measure,
        draw=lambda curves, dark: activations(curves, dark=dark),
        say=say,
        plain=plain,
        before=layers.said if layers.modules else "",
    )


def work(library: Any, reporter: Any) -> dict[str, Any]:
    """The curves of the activations in the process of the learner's file; plain data."""
    from tito.lab.apart import Refusal

    for name in ("ReLU", "Sigmoid", "Tanh", "GELU", "Softmax"):
        if not hasattr(library, name):
            raise Refusal(f"The picture needs a class {name}, but the file has none.")
    from tinytorch.plots import measure_activations

    return plain(measure_activations())


def say(curves: Sequence[Curve]) -> list[str]:
    """What to see in the picture, from the curves themselves."""
    known = {curve.name: curve for curve in curves}
    steep = {name: curve.steepest for name, curve in known.items()}
    relu, sigmoid = known["ReLU"], steep["Sigmoid"][1]
    return [
        "Solid is the output, dashed the derivative: a gradient is multiplied by it on its way "
        "back through the function.",
        f"ReLU hands on all of it or nothing: its derivative is exactly 0 for {relu.flat:.0%} of "
        f"the numbers shown, and a unit that sits there for every input learns no more. Sigmoid's "
        f"derivative is {sigmoid:.3g} at most: of a gradient that passes ten of them, at most "
        f"{sigmoid**10:.0e} of its size is left. Tanh's reaches {steep['Tanh'][1]:.3g}, "
        "but only near 0; far out both are flat.",
        "Softmax has several scores: one moves in the picture, the others stay at 1 and 0.",
    ]


def plain(curves: Sequence[Curve]) -> dict[str, Any]:
    """The curves for JSON."""
    return {"curves": [asdict(curve) for curve in curves]}
