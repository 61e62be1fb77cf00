"""`tito show init`, `dropout` and `activations`: what the experiments of `tinytorch.plots` show."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from tito.cli.common import SEED
from tito.cli.pictures.making import Layers, Wanted, make, measure_apart, picture_options

if TYPE_CHECKING:
    from tinytorch.plots.initialisation import Start, Starts
    from tinytorch.plots.masks import Masking
    from tinytorch.plots.slopes import Curve


def experiment(layers: Layers, measure: str, needs: Sequence[str], **asked: Any) -> Any:
    """What that function of `tinytorch.plots` measures where the layers are; plain data.

    ``needs`` are the classes that have to be there. Where ``asked`` has anything, the function is
    given the first of them, and that.
    """
    arguments = {"measure": measure, "needs": list(needs), "asked": asked}
    return measure_apart(f"{__name__}:work", layers, arguments)["seen"]


def work(
    library: Any, reporter: Any, measure: str, needs: list[str], asked: dict[str, Any]
) -> dict[str, Any]:
    """The same in the process of the learner's file."""
    from tinytorch import plots
    from tinytorch.plots.style import Unmeasurable
    from tito.lab.apart import Refusal

    for name in needs:
        if not hasattr(library, name):
            raise Refusal(f"The picture needs a class {name}, but the file has none.")
    own = [getattr(library, needs[0])] if asked else []
    try:
        seen = getattr(plots, measure)(*own, **asked)
    except Unmeasurable as error:
        raise Refusal(str(error)) from None
    return {"seen": list(map(asdict, seen)) if isinstance(seen, list) else asdict(seen)}  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


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
    from tinytorch.plots.slopes import NAMES, Curve

    def measure(layers: Layers) -> list[Curve]:
        return [Curve(**each) for each in experiment(layers, "measure_activations", NAMES)]

    return make(
        wanted,
        needs=NAMES,
        measure=measure,
        draw=lambda curves, dark: plots.activations(curves, dark=dark),
        say=say_activations,
        plain=lambda curves: {"curves": list(map(asdict, curves))},
        before=lambda layers: layers.said if layers.modules else "",
    )


def say_activations(curves: Sequence[Curve]) -> list[str]:
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


#: Further away from what is expected than this many standard deviations is no accident.
SIGMAS = 4.0
#: Numbers that are dropped together make a mean less sure, by no more than this factor.
TOGETHER = 8


@click.command("dropout")
@picture_options("dropout.png")
@click.option("--p", type=click.FloatRange(0.01, 0.99), default=0.5, show_default=True)
@click.option("--calls", type=click.IntRange(2, 100_000), default=1000, show_default=True)
@click.option("--seed", type=SEED, default=0, show_default=True, help="The masks.")
def dropout(wanted: Wanted, p: float, calls: int, seed: int) -> int:
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
    from tinytorch.plots.masks import Masking

    asked = {"p": p, "calls": calls, "seed": seed}
    needs = ("Dropout",)
    return make(
        wanted,
        needs=needs,
        measure=lambda layers: Masking(**experiment(layers, "measure_dropout", needs, **asked)),
        draw=lambda seen, dark: plots.dropout(seen, dark=dark),
        say=say_dropout,
        plain=asdict,
    )


def say_dropout(seen: Masking) -> list[str]:
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


#: What is left at the other end is called vanished below the first, kept from the second to the
#: third, exploded above the last.
VANISHED, KEPT, GROWN, EXPLODED = 1e-3, 0.1, 10.0, 1e3
SATURATED = 0.5
BEYOND = "no longer finite numbers"


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
    from tinytorch.plots.initialisation import Start, Starts

    yours = False

    def measure(layers: Layers) -> Starts:
        nonlocal yours
        yours = layers.have("Linear")
        found = experiment(layers, "measure_init", ["Linear"], seed=seed)
        starts = [Start(**each) for each in found.pop("starts")]
        return Starts(**found, starts=starts)

    return make(
        wanted,
        needs=("Linear", "ReLU", "Tanh"),
        measure=measure,
        draw=lambda starts, dark: plots.init(
            starts, dark=dark, own="yours" if yours else "as made"
        ),
        say=lambda starts: say_init(starts, "Your Linear" if yours else "Linear"),
        plain=asdict,
    )


def say_init(starts: Starts, whose: str) -> list[str]:
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
