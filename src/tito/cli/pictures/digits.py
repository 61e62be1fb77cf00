"""`tito show weights` and `training`: the digits are learned, and what came of it is shown."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import pvariance
from typing import TYPE_CHECKING, Any, cast

import click

from tito.cli.common import FILE, SEED
from tito.cli.networks import SHAPE
from tito.cli.pictures.making import (
    Layers,
    Wanted,
    make,
    measure_apart,
    picture_options,
    show_printed,
)
from tito.lab.pictures import NoPicture

if TYPE_CHECKING:
    from tinytorch.plots import Outcome
    from tinytorch.plots.columns import Tiles
    from tito.lab.train.digits import Attempt

#: The classes in the network that learns the digits.
NETWORK = ("Linear", "ReLU", "Dropout", "Sequential")
#: A unit that is above 0 for no more than this share of the images hardly learns any more.
SELDOM = 0.01
#: Of random weights, this share of units seems to be structured: three standard deviations.
BY_CHANCE = 0.00135


@dataclass(frozen=True)
class Seen:
    """The tiles, and what else is known: of weights from a file that is nothing.

    ``facts`` has, after a training: how many units were structured before it, the shares of the
    images for which each unit is above 0 ("on" and, before, "on_before"), how many units and
    pixels have the very weights that they began with, and how many pixels are always empty.
    """

    tiles: Tiles
    source: str
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])


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

    if (layout or shape) and not weights:
        raise click.UsageError("--layout and --shape are for a file: --weights net.safetensors")
    if weights and (wanted.anyway or wanted.file):
        raise click.UsageError("Weights from a file need no layers: leave --file and --anyway out.")

    def measure(layers: Layers) -> Seen:
        if weights:
            return Seen(*from_file(weights, layout, shape))
        result = measure_apart(f"{__name__}:work", layers, {"seed": seed})
        return Seen(plots.measure_weights(result["weights"]), "digits", result["facts"])

    return make(
        wanted,
        needs=None if weights else NETWORK,
        measure=measure,
        draw=lambda seen, dark: plots.weights(seen.tiles, dark=dark),
        say=say_weights,
        plain=plain_weights,
    )


def work(layers: Any, reporter: Any, seed: int) -> dict[str, Any]:
    """Learn the digits in the process of the learner's file; the weights and facts on them."""
    import numpy as np

    from tinytorch.core.tensor import Tensor
    from tinytorch.data import digits
    from tinytorch.plots import measure_weights
    from tinytorch.rng import manual_seed
    from tito.lab.apart import Refusal
    from tito.lab.train.digits import Recogniser, train
    from tito.lab.train.recipe import DIGITS

    recipe, images = replace(DIGITS, seed=seed), digits().train_images

    def on(model: Recogniser) -> list[float]:
        """For which share of the images each unit is above 0."""
        output = getattr(model.first(Tensor(images)), "data", np.zeros((1, 0)))
        return np.mean(np.asarray(output) > 0, axis=0).tolist()

    manual_seed(seed)
    fresh = Recogniser(layers, recipe.network)
    start, on_before = fresh.first_weights(), on(fresh)
    done = train(layers, recipe, tell=lambda step, loss, right: reporter.note(None))
    if done.weights is None or start is None:
        raise Refusal(
            "The first layer has no parameter of shape (64, 128), so there are no weights to show."
        )
    same = done.weights == start
    return {
        "weights": done.weights.tolist(),
        "facts": {
            "structured_before": measure_weights(start).structured,
            "on": on(done.model),
            "on_before": on_before,
            "still": int(same.all(axis=0).sum()),
            "pixels_still": int(same.all(axis=1).sum()),
            "empty": int((images.max(axis=0) == 0).sum()),
            "empty_still": int((same.all(axis=1) & (images.max(axis=0) == 0)).sum()),
            "images": len(images),
        },
    }


def say_weights(seen: Seen) -> list[str]:
    """What to see in the picture, from the weights and what is known of them."""
    import numpy as np

    shown = seen.tiles.images
    broken = int(np.sum(~np.isfinite(shown).all(axis=(1, 2))))
    if broken:
        return [f"In {broken} of the {len(shown)} units shown a weight is not a number."]
    unmoved = seen.facts.get("still") == seen.tiles.units
    if not shown.any():
        stuck = " They never moved in the training: equal weights get equal gradients, or none."
        words = "All weights are 0: every unit is the same, and looks for nothing."
        return [words + (stuck if unmoved else "")]
    if unmoved:
        return ["No weight moved in the training: these are the first ones.", _kind(seen)]
    return [words for words in (_kind(seen), _off(seen), _pixels(seen)) if words]


def _kind(seen: Seen) -> str:
    """How many units look for something, and not for single pixels here and there."""
    units, found = seen.tiles.units, seen.tiles.structured
    words = (
        f"In {found} of {units:,} units the weights form areas: those of neighbouring pixels are "
        "alike, by more than three standard deviations of chance"
    )
    before = seen.facts.get("structured_before")
    if before is None:
        return f"{words}. Of random weights it would be {BY_CHANCE * units:.1f} on average."
    learned = ": the areas are learned" if found > 2 * before + 2 else ""
    return f"{words}. Before the training that was so in {before}{learned}."


def _off(seen: Seen) -> str:
    """Units that ReLU turns off for nearly every image: they are the faint ones."""
    on, before = seen.facts.get("on"), seen.facts.get("on_before")
    if not on or not before:
        return ""
    off = [place for place, share in enumerate(on) if share <= SELDOM]
    if not off:
        return (
            f"Every unit is above 0 for more than {SELDOM:.0%} of the images: all go on learning."
        )
    last = len(off) < len(on) and set(seen.tiles.order[-len(off) :]) == set(off)
    words = (
        f"{len(off)} of {len(on)} units{', the faint ones at the end,' if last else ''} are above "
        f"0 for {SELDOM:.0%} of the images at most. For the others ReLU gives 0 and lets no "
        f"gradient through: they hardly learn any more. Before the training it was "
        f"{sum(share <= SELDOM for share in before)}"
    )
    never = seen.facts["still"]
    if not never:
        return words + "."
    return (
        f"{words}; {never} {'has' if never == 1 else 'have'} exactly the weights they started with."
    )


def _pixels(seen: Seen) -> str:
    """Pixels that are empty in all images: their weights stay as random as they began."""
    empty = seen.facts.get("empty")
    if not empty or seen.facts["empty_still"] < empty:
        return ""
    return (
        f"{empty} pixels are paper in all {seen.facts['images']:,} images trained on: a weight "
        "times 0 has no gradient, so there all units still have their first weights. "
        "They mean nothing, and would add noise if ink came there."
    )


def plain_weights(seen: Seen) -> dict[str, Any]:
    """The numbers for JSON."""
    tiles = seen.tiles
    return {
        "from": seen.source,
        "units": tiles.units,
        "order": tiles.order,
        "images": tiles.images.tolist(),
        "alike": tiles.alike.tolist(),
        "alike_by_chance": tiles.chance,
        **seen.facts,
    }


def from_file(path: Path, layout: str | None, shape: tuple[int, ...] | None) -> tuple[Tiles, str]:
    """The weights of the first layer in a file, and their name. NoPicture where there are none."""
    from tinytorch.files.saving import FORMAT, layout_of
    from tinytorch.files.tensors import read_tensors
    from tinytorch.plots import measure_weights

    try:
        arrays, notes = read_tensors(path)
        name = _first(arrays)
        ours = FORMAT in notes or "state" in notes  # a checkpoint of fit has its state
        turned = layout_of(path, ours, layout, {name: arrays[name]}) == "torch"
        weights = arrays[name].T if turned else arrays[name]
        return measure_weights(weights, cast("tuple[int, int] | None", shape)), name
    except OSError as error:
        raise NoPicture(
            f"{path} cannot be read: {(error.strerror or str(error)).lower()}."
        ) from error
    except (ValueError, ModuleNotFoundError) as error:
        raise NoPicture(str(error)) from error


def _first(arrays: Mapping[str, Any]) -> str:
    """The name of the first layer's weights."""
    found = [
        name
        for name, array in arrays.items()
        if name.split(".")[-1] == "weight" and array.ndim == 2 and "optimizer" not in name
    ]
    if not found:
        raise NoPicture(
            f"The file has no weights of a layer, a matrix whose name ends in .weight. "
            f"It has: {', '.join(list(arrays)[:10]) or 'nothing'}."
        )

    def in_order(name: str) -> list[tuple[int, str]]:
        return [(int(part) if part.isdigit() else -1, part) for part in re.split(r"\.", name)]

    return min(found, key=in_order)


#: So many pairs that are confused equally often are named.
PAIRS = 3
#: Up to so many times what the most frequent digit would reach is hardly better than guessing.
GUESSING = 1.5
#: Less than this share of all images is no difference between two accuracies: half an image.
HALF = 0.5


@dataclass(frozen=True)
class Trained:
    """A training and what came of it."""

    done: Attempt
    outcome: Outcome


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
    from tito.lab.train.attempt import draw

    return make(
        wanted,
        needs=NETWORK,
        measure=lambda layers: learn(layers, seed, quiet=wanted.as_json),
        draw=lambda trained, dark: draw(trained.done, digits(), "digits", dark=dark),
        say=say_training,
        plain=plain_training,
    )


def learn(layers: Layers, seed: int, *, quiet: bool) -> Trained:
    """Train in a process of its own, told of on a terminal. NoPicture where that fails."""
    from tinytorch.data import digits
    from tito.lab.apart import Stopped
    from tito.lab.train.attempt import Following, attempt, outcome_of
    from tito.lab.train.recipe import DIGITS
    from tito.say.terminal import PassingLine

    recipe, data = replace(DIGITS, seed=seed), digits()
    try:
        with PassingLine(not quiet) as line:
            following = Following(recipe, len(data.train_labels), line)
            done = attempt(layers.modules, recipe, following)
    except Stopped as stop:
        raise NoPicture(str(stop)) from stop
    show_printed(done.printed)
    return Trained(done, outcome_of(done, data))


def say_training(trained: Trained) -> list[str]:
    """What to see in the picture, from the numbers in it."""
    seen = trained.outcome
    notes = [f"Note: {remark}" for remark in trained.done.remarks]
    return [*notes, _reached(seen), _end(seen), _confused(seen), _worst(seen)]


def plain_training(trained: Trained) -> dict[str, Any]:
    """The numbers for JSON."""
    seen = trained.outcome
    return {
        "losses": seen.losses,
        "held_out": seen.held_out,
        "trained_on": seen.trained_on,
        "right": seen.right,
        "images": len(seen.labels),
        "confusion": seen.confusion.tolist(),
        "mistakes": [
            {
                "image": index,
                "truth": int(seen.labels[index]),
                "answer": int(seen.answers[index]),
                "probabilities": seen.probabilities[index].tolist(),
            }
            for index in seen.mistakes
        ],
    }


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
    first, second = pairs[0]
    each = [
        f"{counts[a, b]} of {counts[a].sum()} images of {_a(a)} were taken for {_a(b)}"
        for a, b in ((first, second), (second, first))
        if counts[a, b]
    ]
    return (
        f"Confused most often, {most} times{' each' if len(pairs) > 1 else ''}: "
        f"{'; '.join(named)}{others}. In the matrix: {' and '.join(each)}."
    )


def _worst(seen: Outcome) -> str:
    """The mistake that is worst; the answer that was least sure where there is none."""
    if not seen.mistakes:
        index = seen.unsure[0]
        share = _chance(seen.probabilities[index, seen.labels[index]])
        return f"There are no mistakes. The least sure answer gave {share} to the right digit."
    index = seen.mistakes[0]
    truth, answer, shares = seen.labels[index], seen.answers[index], seen.probabilities[index]
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
