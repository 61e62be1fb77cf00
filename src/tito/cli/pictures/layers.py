"""`tito show layers`: a network as a diagram, with the shapes on its arrows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import click

from tito.cli.networks import MODEL, NETWORK, SHAPE
from tito.cli.pictures.making import Layers, Wanted, make, measure_apart, picture_options

if TYPE_CHECKING:
    from tito.lab.networks import ModelFile, Network

#: The page's network, and its batch.
USUAL, BATCH = "784-256-128-10", 32
#: A layer with at least this share of all parameters is named as the one that has them.
MOST = 0.5


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

    def measure(layers: Layers) -> dict[str, Any]:
        source = model.source if model else None
        return measure_apart(f"{__name__}:work", layers, arguments, model=source)

    return make(
        wanted,
        needs=() if model else ("Linear", "ReLU", "Sequential"),
        measure=measure,
        draw=lambda seen, dark: Page(seen["svg"]),  # made for light or dark where the network ran
        say=say,
        plain=lambda seen: seen["summary"],
        endings=(".svg",),
        before=lambda layers: f"{layers.said}\nnetwork: {chosen.words()}",
    )


def work(
    layers: Any,
    reporter: Any,
    network: dict[str, Any],
    inputs: list[list[int]],
    batch: int,
    dark: bool,
) -> dict[str, Any]:
    """Run the network once in the process of the learner's file; plain data."""
    from tinytorch import plots
    from tinytorch.profiling import summary
    from tito.lab.apart import Refusal
    from tito.lab.networks import example_shapes, from_plain

    model = from_plain(network).build(layers)
    given = [tuple(shape) for shape in inputs] or example_shapes(model)
    shapes = [(batch, *shape) for shape in given]
    try:
        costs = summary(model, shapes if len(shapes) > 1 else shapes[0])
    except (MemoryError, ValueError) as error:  # of the input; what layers raise is in its row
        shown = " and ".join(map(str, shapes))
        raise Refusal(f"There is no memory for an input of shape {shown}.") from error
    return {
        "svg": plots.layers(costs, dark=dark or None).svg,
        "summary": costs.to_dict() | {"batch": batch},
    }


class Page:
    """The text of the diagram, written as matplotlib writes a figure."""

    def __init__(self, svg: str) -> None:
        self.svg = svg

    def savefig(self, file: BinaryIO, *, format: str) -> None:  # noqa: A002
        """Write it to an open file."""
        file.write(self.svg.encode())


def say(seen: Mapping[str, Any]) -> list[str]:
    """What to see in the picture: what goes through, where the parameters are, what failed."""
    costs: dict[str, Any] = seen["summary"]
    words = [_flow(costs), _parameters(costs)]
    words += [f"{_named(row)}: {note}." for row in costs["rows"] for note in row["notes"]][:5]
    return [each for each in words if each]


def _flow(costs: Mapping[str, Any]) -> str:
    rows, given = costs["rows"], _shape(costs["input_shape"])
    failed = next((row for row in rows if row["failed"]), None)
    if failed is not None:
        before = rows.index(failed)
        ran = f"{before} layer{'s' * (before != 1)} before it ran" if before else "It is the first"
        return (
            f"It fails in {_named(failed)}, which was given {_shape(failed['input_shape'])}. "
            f"{failed['error']}. {ran}."
        )
    if costs["error"]:
        return f"It fails. {costs['error']}."
    go = "goes" if _is_shape(costs["input_shape"]) else "go"
    words = f"{given} {go} in and {_shape(costs['output_shape'])} comes out."
    sizes = [row[which] for row in rows for which in ("input_shape", "output_shape")]
    if sizes and all(_is_shape(shape) and shape[0] == costs["batch"] for shape in sizes):
        words += f" The first axis is the batch: its {costs['batch']} goes through unchanged."
    if len(rows) > 1 and all(row["sources"] == [row["index"] - 1] for row in rows):
        words += " Each layer's output is the next one's input."
    return words


def _parameters(costs: Mapping[str, Any]) -> str:
    from tinytorch.plots.style import percent

    total = costs["totals"]["parameters"]
    learning = [row for row in costs["rows"] if row["parameters"]]
    if not learning:
        return "No layer has a parameter: there is nothing to learn."
    largest = max(learning, key=lambda row: row["parameters"])
    others = len(costs["rows"]) - len(learning)
    seen = " up to there" if costs["error"] or any(row["failed"] for row in costs["rows"]) else ""
    words = f"Of {total:,} parameters{seen}"
    if len(learning) == 1:
        words = f"All {total:,} parameters{seen} are in {_named(largest)}"
    elif largest["parameters"] >= MOST * total:
        words += f", {percent(largest['parameters'] / total)} are in {_named(largest)}"
    else:
        words += f", no layer has half; most are in {_named(largest)}: {largest['parameters']:,}"
    quiet = (
        f"; {others} of {len(costs['rows'])} layers {'has' if others == 1 else 'have'} none"
        if others
        else ""
    )
    return words + quiet + "."


def _named(row: Mapping[str, Any]) -> str:
    place = f"layer {row['path']}, " if row["path"] else ""
    printed = row["repr"] if row["repr"].startswith(row["name"]) else row["name"]
    return f"{place}{printed[:80]}"


def _is_shape(value: Any) -> bool:
    """Whether this is one shape with an axis at least, not several, nor none."""
    return isinstance(value, list) and all(isinstance(n, int) for n in cast("list[Any]", value[:1]))


def _shape(value: Any) -> str:
    """A shape, or several, as one writes them; in JSON they came as lists."""
    if not isinstance(value, list):
        return str(value)
    sizes = cast("list[Any]", value)
    return str(tuple(sizes)) if _is_shape(sizes) else " and ".join(map(_shape, sizes))
