"""`tito show layers`: a network as a diagram, with the shapes on its arrows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tito.cli.networks import MODEL, NETWORK, SHAPE
from tito.cli.pictures.making import Modules, Shown, Wanted, make, measure_apart, picture_options

if TYPE_CHECKING:
    from tito.lab.networks import ModelFile, Network

#: The page's network, and its batch.
USUAL, BATCH = "784-256-128-10", 32


@click.command("layers")
@click.argument("network", type=NETWORK, required=False)
@click.option("--model", type=MODEL, help="The network that this function of a file makes.")
@click.option("--input", "inputs", type=SHAPE, multiple=True, help="One example of --model.")
@click.option(
    "--batch", type=click.IntRange(1, 10**6), default=BATCH, help=f"Examples.  [default: {BATCH}]"
)
@picture_options("layers.svg")
def layers(
    wanted: Wanted,
    network: Network | None,
    model: ModelFile | None,
    inputs: tuple[tuple[int, ...], ...],
    batch: int,
) -> int:
    """A network as a diagram, with all shapes.

    \b
    tito show layers                          784-256-128-10
    tito show layers 64-32-10 --batch 8       other sizes
    tito show layers --model net.py:make      what make() in net.py returns
    tito show layers --model net.py:make --input 1,28,28

    The network is run once, with your layers if they pass their checks. Where it fails, the layer
    at fault is marked. It is written as SVG, which a browser shows, light or dark as your pages
    are; --dark makes it dark in any case.

    The exit code is 0 when the picture is written, 1 when it could not be or your layers do not
    pass, and 130 after Ctrl-C.
    """
    from tito.lab.networks import Network

    if network and model:
        raise click.UsageError("Name one network: sizes such as 784-10, or --model file.py:make.")
    if inputs and not model:
        raise click.UsageError("--input is for --model: the sizes themselves say what goes in.")
    chosen = network or model or Network.parse(USUAL)
    arguments = {
        "network": chosen.to_dict(),
        "inputs": [list(shape) for shape in inputs],
        "batch": batch,
        "dark": wanted.dark,
    }

    def measure(modules: Modules) -> Shown:
        source = model.source if model else None
        done = measure_apart("network", modules, arguments, model=source)
        return Shown(done["svg"], done["words"], done["summary"])

    return make(
        wanted,
        () if model else ("Linear", "ReLU", "Sequential"),
        measure,
        endings=(".svg",),
        before=lambda said, _: f"{said}\nnetwork: {chosen.words()}",
    )
