"""What there is to see in each picture, in sentences that follow from the numbers drawn."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import pvariance
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.plots.style import percent

if TYPE_CHECKING:
    from tinytorch.plots.columns import Tiles
    from tinytorch.plots.initialisation import Start, Starts
    from tinytorch.plots.masks import Masking
    from tinytorch.plots.outcome import Outcome
    from tinytorch.plots.slopes import Curve
    from tinytorch.profiling.rows import Costs, Row, Shapes


def activations(curves: Sequence[Curve]) -> list[str]:
    """What to see in the picture of `measure_activations`.

    >>> from tinytorch.plots import measure_activations
    >>> activations(measure_activations())[0].split(":")[0]
    'Solid is the output, dashed the derivative'
    """
    known = {curve.name: curve for curve in curves}
    sigmoid, tanh = known["Sigmoid"].steepest[1], known["Tanh"].steepest[1]
    return [
        "Solid is the output, dashed the derivative: a gradient is multiplied by it on its way "
        "back through the function.",
        f"ReLU hands on all of it or nothing: its derivative is exactly 0 for "
        f"{known['ReLU'].flat:.0%} of the numbers shown, and a unit that sits there for every "
        f"input learns no more. Sigmoid's derivative is {sigmoid:.3g} at most: of a gradient that "
        f"passes ten of them, at most {sigmoid**10:.0e} of its size is left. Tanh's reaches "
        f"{tanh:.3g}, but only near 0; far out both are flat.",
        "Softmax has several scores: one moves in the picture, the others stay at 1 and 0.",
    ]


#: Further away from what is expected than this many standard deviations is no accident.
SIGMAS = 4.0
#: Numbers that are dropped together make a mean less sure, by no more than this factor.
TOGETHER = 8


def dropout(seen: Masking) -> list[str]:
    """What to see in the picture of `measure_dropout`.

    >>> from tinytorch.plots import measure_dropout
    >>> dropout(measure_dropout(p=0.2, calls=100))[-1]
    'With training=False, all numbers came back unchanged.'
    """
    together: list[str] = []
    if seen.alike:
        which = " and ".join(f"all {each}" for each in seen.alike)
        together = [
            f"The mask was the same for {which}: each number should be dropped or kept separately."
        ]
    inference = {
        None: "Its forward does not know `training`, so it could not be asked to drop nothing.",
        True: "With training=False, all numbers came back unchanged.",
        False: "With training=False, the numbers should come back unchanged, but they did not.",
    }[seen.unchanged]
    return [f"{_dropped(seen)} {_factors(seen)}", *together, _mean(seen), inference]


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
    if all(abs(factor - expected) < 0.002 * expected for factor in seen.factors):
        return f"The survivors were multiplied by {expected:.4g}, which is 1 / (1 - p)."
    times = " or ".join(f"{factor:.4g}" for factor in seen.factors)
    return f"The survivors were multiplied by {times}, but 1 / (1 - p) is {expected:.4g}."


def _mean(seen: Masking) -> str:
    ratio, many = seen.ratio[-1], f"The mean of {seen.calls:,} calls is"
    if not math.isfinite(ratio):
        return f"{many} not a finite number; it should be the input."
    if seen.sigmas > SIGMAS * (TOGETHER if seen.alike else 1):
        effect = (
            f": the layers after it learn with inputs {ratio:.3g} times as large as those that "
            "they get at inference"
        )
        effect = effect if seen.unchanged else ""
        return f"{many} {ratio:.3g} of the input, where it should come to 1{effect}."
    first, last = seen.distance[0], seen.distance[-1]
    return (
        f"{many} {ratio:.3f} of the input: what is dropped in one call, the survivors of the "
        f"others make up for. A pixel's mean is off by {first:.2g} of its size after one call and "
        f"by {last:.2g} after {seen.calls:,}. Chance alone leaves about "
        f"{seen.noise / seen.calls**0.5:.2g}: that of one call, divided by the square root of "
        f"{seen.calls:,}."
    )


#: What is left at the other end is called vanished below the first, kept from the second to the
#: third, exploded above the last.
VANISHED, KEPT, GROWN, EXPLODED = 1e-3, 0.1, 10.0, 1e3
SATURATED = 0.5
BEYOND = "no longer finite numbers"


def init(starts: Starts, whose: str = "Linear") -> list[str]:
    """What to see in the picture of `measure_init`; `whose` names the layer that was tried.

    >>> from tinytorch.plots import measure_init
    >>> init(measure_init(width=16, depth=3, batch=8))[0].split(":")[0]
    'Zero weights'
    """
    functions = list(dict.fromkeys(start.function for start in starts.starts))
    sizes = [_sizes(starts, function) for function in functions]
    return [
        *_stuck(starts, functions),
        *_alike(starts, functions),
        *sizes,
        *_saturated(starts),
        _own(starts, functions, whose),
    ]


def _stuck(starts: Starts, functions: list[str]) -> list[str]:
    """Where no weight gets a gradient."""
    stuck = _everywhere(starts, functions, lambda start: not any(start.weights))
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
    alike = _everywhere(starts, functions, lambda start: start.units == 1 and any(start.weights))
    return [
        f"{kind.capitalize()} weights: all {starts.width} units of a hidden layer compute the same "
        "and get the same gradient. They stay one unit, however long they learn."
        for kind in alike
    ]


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
    left = {function: starts.of(function)["as made"].forward_ratio for function in functions}
    parts = [f"{_number(left[name])} of the size with {name}" for name in functions]
    relu = left["ReLU"]
    step = f" (with ReLU, {relu ** (1 / starts.depth):.2f} a layer)" if relu > 0 else ""
    return f"{whose}, with the weights that it makes itself: {' and '.join(parts)} are left{step}."


def _number(value: float) -> str:
    return f"{value:.2g}" if math.isfinite(value) else "no finite number"


#: A unit that is above 0 for no more than this share of the images hardly learns any more.
SELDOM = 0.01
#: Of random weights, this share of units seems to be structured: three standard deviations.
BY_CHANCE = 0.00135


def weights(tiles: Tiles, facts: Mapping[str, Any] | None = None) -> list[str]:
    """What to see in the picture of `measure_weights`.

    `facts` is what else is known after a training: how many units were structured before it, the
    shares of the images for which each unit is above 0 ("on" and, before, "on_before"), how many
    units have the very weights that they began with ("still"), and how many pixels are always empty
    and how many of those have their first weights ("empty", "empty_still", of so many "images").

    >>> import numpy as np
    >>> from tinytorch.plots import measure_weights
    >>> weights(measure_weights(np.zeros((4, 2))))
    ['All weights are 0: every unit is the same, and looks for nothing.']
    """
    shown, known = tiles.images, facts or {}
    broken = int(np.sum(~np.isfinite(shown).all(axis=(1, 2))))
    if broken:
        return [f"In {broken} of the {len(shown)} units shown a weight is not a number."]
    unmoved = known.get("still") == tiles.units
    if not shown.any():
        stuck = " They never moved in the training: equal weights get equal gradients, or none."
        words = "All weights are 0: every unit is the same, and looks for nothing."
        return [words + (stuck if unmoved else "")]
    areas = _areas(tiles, known.get("structured_before"))
    if unmoved:
        return ["No weight moved in the training: these are the first ones.", areas]
    return [words for words in (areas, _off(tiles, known), _paper(known)) if words]


def _areas(tiles: Tiles, before: int | None) -> str:
    """How many units look for something, and not for single pixels here and there."""
    units, found = tiles.units, tiles.structured
    words = (
        f"In {found} of {units:,} units the weights form areas: those of neighbouring pixels are "
        "alike, by more than three standard deviations of chance"
    )
    if before is None:
        return f"{words}. Of random weights it would be {BY_CHANCE * units:.1f} on average."
    learned = ": the areas are learned" if found > 2 * before + 2 else ""
    return f"{words}. Before the training that was so in {before}{learned}."


def _off(tiles: Tiles, facts: Mapping[str, Any]) -> str:
    """Units that ReLU turns off for nearly every image: they are the faint ones."""
    on, before = facts.get("on"), facts.get("on_before")
    if not on or not before:
        return ""
    off = [place for place, share in enumerate(on) if share <= SELDOM]
    if not off:
        return (
            f"Every unit is above 0 for more than {SELDOM:.0%} of the images: all go on learning."
        )
    last = len(off) < len(on) and set(tiles.order[-len(off) :]) == set(off)
    never = facts["still"]
    have = "has" if never == 1 else "have"
    kept = f"; {never} {have} exactly the weights they started with" if never else ""
    return (
        f"{len(off)} of {len(on)} units{', the faint ones at the end,' if last else ''} are above "
        f"0 for {SELDOM:.0%} of the images at most. For the others ReLU gives 0 and lets no "
        f"gradient through: they hardly learn any more. Before the training it was "
        f"{sum(share <= SELDOM for share in before)}{kept}."
    )


def _paper(facts: Mapping[str, Any]) -> str:
    """Pixels that are empty in all images: their weights stay as random as they began."""
    empty = facts.get("empty")
    if not empty or facts["empty_still"] < empty:
        return ""
    return (
        f"{empty} pixels are paper in all {facts['images']:,} images trained on: a weight "
        "times 0 has no gradient, so there all units still have their first weights. "
        "They mean nothing, and would add noise if ink came there."
    )


#: So many pairs that are confused equally often are named.
PAIRS = 3
#: Up to so many times what the most frequent digit would reach is hardly better than guessing.
GUESSING = 1.5
#: Less than this share of all images is no difference between two accuracies: half an image.
HALF = 0.5


def training(seen: Outcome) -> list[str]:
    """What to see on the page of a training on images of digits, from `measure_training`.

    >>> from tinytorch.plots import measure_training
    >>> training(measure_training([1.0], [[0.9, 0.1], [0.4, 0.6]], [0, 1]))[0]
    '2 of 2 images that were held out are right, 100.0%.'
    """
    return [_reached(seen), _end(seen), _confused(seen), _worst(seen)]


def _reached(seen: Outcome) -> str:
    """How much is right, and whether more is right of what it was trained on."""
    count, share = len(seen.labels), seen.right / len(seen.labels)
    words = f"{seen.right:,} of {count:,} images that were held out are right, {share:.1%}."
    guess = int(seen.confusion.sum(axis=1).max(initial=1)) / count
    if share <= GUESSING * guess:
        return f"{words} Always answering the most frequent digit would reach {guess:.1%}."
    if seen.gap is None:
        return words
    words += f" Of those trained on, {seen.trained_on[-1]:.1%} are"
    noise = 2 * math.sqrt(share * (1 - share) / count)  # two standard errors of the share
    if abs(seen.gap) <= max(noise, HALF / count):
        return f"{words}: with {count:,} images held out that is no difference."
    if seen.gap < 0:
        return f"{words}, fewer than of those held out."
    return (
        f"{words}: {100 * seen.gap:.1f} points more, as much as {round(seen.gap * count):,} of the "
        "images held out. That part does not carry over to images it never saw: it overfits."
    )


def _end(seen: Outcome) -> str:
    """Whether the accuracy still rises at the end, with the numbers that it is read from."""
    if seen.ends is None:
        return "After one epoch nobody can see whether more would help."
    few, last, before = seen.ends
    noise = max(HALF / len(seen.labels), 2 * _spread(seen.held_out[-2 * few :], few))
    now = "it no longer rises by more than it goes up and down between epochs"
    if last - before > noise:
        now = "it still rises, and more epochs may help"
    elif before - last > noise:
        now = "it falls again, and fewer epochs would do"
    if few == 1:
        return f"The last epoch but one reached {before:.1%}, the last {last:.1%}: {now}."
    return (
        f"Over the last {few} of {len(seen.held_out)} epochs, {last:.2%} of the held out were "
        f"right on average, over the {few} before {before:.2%}: {now}."
    )


def _spread(shares: Sequence[float], few: int) -> float:
    """The standard error of the difference of the means of both halves; 0 for one epoch each."""
    halves = shares[:few], shares[few:]
    return math.sqrt(sum(pvariance(half) / few for half in halves if half))


def _confused(seen: Outcome) -> str:
    """Which digits are taken for each other most often."""
    pairs, counts = seen.confused, seen.confusion
    if not pairs:
        return "No digit was taken for another." if seen.right else "No answer is a number."
    most = int(counts[pairs[0]] + counts[pairs[0][::-1]])
    if most == 1:
        several = f": {len(pairs)} pairs were, once each" if len(pairs) > 1 else ""
        return f"No two digits were confused more than once{several}."
    named = [f"{a} with {b}" for a, b in pairs[:PAIRS]]
    others = f" (and {len(pairs) - PAIRS} other pairs)" if len(pairs) > PAIRS else ""
    each = [
        f"{counts[a, b]} of {counts[a].sum()} images of {_a(a)} were taken for {_a(b)}"
        for a, b in (pairs[0], pairs[0][::-1])
        if counts[a, b]
    ]
    return (
        f"Confused most often, {most} times{' each' if len(pairs) > 1 else ''}: "
        f"{'; '.join(named)}{others}. In the matrix: {' and '.join(each)}."
    )


def _worst(seen: Outcome) -> str:
    """The mistake that is worst; the answer that was least sure where there is none."""
    index = seen.mistakes[0] if seen.mistakes else seen.unsure[0]
    truth, answer, shares = seen.labels[index], seen.answers[index], seen.probabilities[index]
    if not seen.mistakes:
        return (
            f"There are no mistakes. The least sure answer gave {_chance(shares[truth])} to the "
            "right digit."
        )
    if answer < 0:
        return "The worst are answers that are not numbers."
    return (
        f"The worst mistake, the first image at the bottom: {_a(truth)}, taken for {_a(answer)} "
        f"with {_chance(shares[answer])}; the right digit got {_chance(shares[truth])}."
    )


def _a(digit: int) -> str:
    return f"an {digit}" if digit == 8 else f"a {digit}"


def _chance(share: float) -> str:
    if share < 0.001:
        return "less than 0.1%"
    return "more than 99.9%" if share > 0.999 else f"{share:.1%}"


#: A layer with at least this share of all parameters is named as the one that has them.
MOST = 0.5


def layers(costs: Costs, batch: int) -> list[str]:
    """What to see in the diagram of a model: what goes through, where the parameters are.

    >>> from tinytorch import Linear
    >>> from tinytorch.profiling import summary
    >>> layers(summary(Linear(3, 2), (4, 3)), 4)[1]
    'All 8 parameters are in Linear(in_features=3, out_features=2, bias=True).'
    """
    notes = [f"{_named(row)}: {note}." for row in costs.rows for note in row.notes]
    return [_flow(costs, batch), _parameters(costs), *notes[:5]]


def _flow(costs: Costs, batch: int) -> str:
    rows = costs.rows
    failed = next((row for row in rows if row.failed), None)
    if failed is not None:
        before = failed.index
        ran = f"{before} layer{'s' * (before != 1)} before it ran" if before else "It is the first"
        return (
            f"It fails in {_named(failed)}, which was given {_shape(failed.input_shape)}. "
            f"{failed.error}. {ran}."
        )
    if costs.error:
        return f"It fails. {costs.error}."
    go = "goes" if isinstance(costs.input_shape, tuple) else "go"
    given, came = _shape(costs.input_shape), _shape(costs.output_shape)
    words = f"{given} {go} in and {came} comes out."
    sizes = [shape for row in rows for shape in (row.input_shape, row.output_shape)]
    if sizes and all(isinstance(size, tuple) and size[:1] == (batch,) for size in sizes):
        words += f" The first axis is the batch: its {batch} goes through unchanged."
    if len(rows) > 1 and all(row.sources == (row.index - 1,) for row in rows):
        words += " Each layer's output is the next one's input."
    return words


def _parameters(costs: Costs) -> str:
    total = costs.parameters
    learning = [row for row in costs.rows if row.parameters]
    if not learning:
        return "No layer has a parameter: there is nothing to learn."
    largest = max(learning, key=lambda row: row.parameters)
    seen = " up to there" if costs.error or any(row.failed for row in costs.rows) else ""
    words = f"Of {total:,} parameters{seen}"
    if len(learning) == 1:
        words = f"All {total:,} parameters{seen} are in {_named(largest)}"
    elif largest.parameters >= MOST * total:
        words += f", {percent(largest.parameters / total)} are in {_named(largest)}"
    else:
        words += f", no layer has half; most are in {_named(largest)}: {largest.parameters:,}"
    others = len(costs.rows) - len(learning)
    have = "has" if others == 1 else "have"
    quiet = f"; {others} of {len(costs.rows)} layers {have} none" if others else ""
    return f"{words}{quiet}."


def _named(row: Row) -> str:
    place = f"layer {row.path}, " if row.path else ""
    printed = row.repr if row.repr.startswith(row.name) else row.name
    return f"{place}{printed[:80]}"


def _shape(shapes: Shapes) -> str:
    """A shape, or several, as one writes them."""
    return " and ".join(map(_shape, shapes)) if isinstance(shapes, list) else str(shapes)
