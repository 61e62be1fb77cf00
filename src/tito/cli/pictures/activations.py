"""`tito show activations`: each activation with its derivative."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from tito.cli.pictures.making import Wanted, make, picture_options

if TYPE_CHECKING:
    from tinytorch.plots.slopes import Curve


@click.command("activations")
@picture_options("activations.png")
def command(wanted: Wanted) -> int:
    """Each activation, and its derivative.

    \b
    tito show activations
    tito show activations --output activations.svg --dark

    The derivatives come from backward(), not from a formula. Softmax has several inputs: one score
    moves, the others stay where they are.

    The exit code is 0 when the picture is written, 1 when it could not be, and 130 after Ctrl-C.
    """
    from tinytorch.plots import activations, measure_activations

    return make(
        wanted,
        measure=measure_activations,
        draw=lambda curves, dark: activations(curves, dark=dark),
        say=say,
        plain=plain,
    )


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
