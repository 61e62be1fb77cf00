"""`tito show init`: what the first weights do to activations and gradients in ten layers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
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
    from tinytorch.plots.initialisation import Start, Starts

#: What is left at the other end is called vanished below the first, kept from the second to the
#: third, exploded above the last.
VANISHED, KEPT, GROWN, EXPLODED = 1e-3, 0.1, 10.0, 1e3
SATURATED = 0.5
BEYOND = "no longer finite numbers"


@click.command("init")
@picture_options("init.png")
@layers_options
@click.option("--seed", type=SEED, default=0, show_default=True, help="Weights and input.")
def command(wanted: Wanted, anyway: bool, file: Path | None, seed: int) -> int:
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
    layers = layers_in_hand(file, anyway, wanted.as_json, ("Linear",))
    if layers is None:
        return 1
    return make(
        wanted,
        measure=lambda: measure(layers, seed),
        draw=lambda starts, dark: draw(
            starts, dark, "as made" if layers.source is None else "yours"
        ),
        say=lambda starts: say(starts, "Linear" if layers.source is None else "Your Linear"),
        plain=asdict,
        before=layers.said,
    )


def measure(layers: Layers, seed: int) -> Starts:
    """The experiment with these layers."""
    from tinytorch.plots.initialisation import Start, Starts

    found = measure_apart("tito.cli.pictures.init:work", layers, {"seed": seed})
    starts = [Start(**each) for each in found.pop("starts")]
    return Starts(**found, starts=starts)


def work(layers: Any, reporter: Any, seed: int) -> dict[str, Any]:
    """The same in the process of the learner's file; plain data."""
    from tinytorch.plots import measure_init
    from tinytorch.plots.style import Unmeasurable
    from tito.lab.apart import Refusal

    if not hasattr(layers, "Linear"):
        raise Refusal("The picture needs a class Linear, but the file has none.")
    try:
        return asdict(measure_init(layers.Linear, seed=seed))
    except Unmeasurable as error:
        raise Refusal(str(error)) from None


def draw(starts: Starts, dark: bool, own: str) -> Any:
    """The figure; ``own`` is the name of the line for the weights that the layer set itself."""
    from tinytorch.plots import init

    return init(starts, dark=dark, own=own)


def say(starts: Starts, whose: str) -> list[str]:
    """What to see in the picture, from what was measured."""
    functions = list(dict.fromkeys(start.function for start in starts.starts))
    words = [*_stuck(starts, functions), *_alike(starts, functions)]
    for function in functions:
        words.append(_sizes(starts, function))
    return [*words, *_saturated(starts), _own(starts, functions, whose)]


def _stuck(starts: Starts, functions: list[str]) -> list[str]:
    """Where no weight gets a gradient."""
    stuck = _everywhere(starts, functions, _unmoved)
    if len(stuck) == len(starts.of(functions[0])):
        return [
            "However the weights are set, none gets a gradient: the layer's output does not lead "
            "back to them, and nothing is learned."
        ]
    return [
        f"{kind.capitalize()} weights: all activations after them are exactly 0, and so are all "
        "weights' gradients. No weight ever moves."
        if not any(start.forward[1:])
        else f"{kind.capitalize()} weights: no weight gets a gradient, and none ever moves."
        for kind, start in stuck.items()
    ]


def _alike(starts: Starts, functions: list[str]) -> list[str]:
    """Where all units of a hidden layer are one and the same, although they could learn."""
    alike = _everywhere(starts, functions, _one_unit)
    return [
        f"{kind.capitalize()} weights: all {starts.width} units of a hidden layer compute the same "
        "and get the same gradient. They stay one unit, however long they learn."
        for kind in alike
    ]


def _unmoved(start: Start) -> bool:
    return not any(start.weights)


def _one_unit(start: Start) -> bool:
    return start.units == 1 and any(start.weights)


def _everywhere(
    starts: Starts, functions: list[str], law: Callable[[Start], bool]
) -> dict[str, Start]:
    """The ways to start of which a law holds with every activation in between."""
    found = {function: starts.of(function) for function in functions}
    first = found[functions[0]]
    return {kind: first[kind] for kind in first if all(law(found[f][kind]) for f in functions)}


def _sizes(starts: Starts, function: str) -> str:
    """What is left at the other end, for each way to start whose units differ."""
    groups: dict[str, list[str]] = {}
    for kind, start in starts.of(function).items():
        if start.units > 1 and kind != "as made":
            became = fate(start)
            left = f" {_number(start.forward_ratio)} and {_number(start.backward_ratio)}"
            groups.setdefault(became, []).append(kind + left * (became != BEYOND))
    rows = [
        f"  {name}: {', '.join(groups[name])}"
        for name in ("kept", "smaller", "larger", "vanished", "exploded", BEYOND)
        if name in groups
    ]
    head = (
        f"With {function}: {starts.depth} layers multiply the size of activations, and of "
        "gradients on their way back, by"
    )
    return "\n".join([head, *rows])


def fate(start: Start) -> str:
    """What became of the sizes, forward or back, whichever is worse."""
    ends = (start.forward_ratio, start.backward_ratio)
    if not all(0 <= end < float("inf") for end in ends):
        return BEYOND
    if max(ends) > EXPLODED:
        return "exploded"
    if min(ends) < VANISHED:
        return "vanished"
    if max(ends) > GROWN:
        return "larger"
    return "smaller" if min(ends) < KEPT else "kept"


def _saturated(starts: Starts) -> Iterable[str]:
    """Where activations sit at the flat ends of tanh."""
    for kind, start in starts.of("Tanh").items():
        if start.saturated > SATURATED:
            yield (
                f"Tanh hides it in the activations when weights are {kind}: {start.saturated:.0%} "
                "of the last ones are beyond 0.99 on either side, where tanh is flat."
            )


def _own(starts: Starts, functions: list[str], whose: str) -> str:
    """What the layer's own first weights do."""
    parts: list[str] = []
    for function in functions:
        left = starts.of(function)["as made"].forward_ratio
        parts.append(f"{_number(left)} of the size with {function}")
    relu = starts.of("ReLU")["as made"].forward_ratio
    step = f" (with ReLU, {relu ** (1 / starts.depth):.2f} a layer)" if relu > 0 else ""
    return f"{whose}, with the weights that it makes itself: {' and '.join(parts)} are left{step}."


def _number(value: float) -> str:
    return f"{value:.2g}" if math.isfinite(value) else "no finite number"
