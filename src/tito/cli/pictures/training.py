"""`tito show training`: the digits are learned, and what the page of that training shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import pvariance
from typing import TYPE_CHECKING, Any

import click

from tito.cli.common import SEED
from tito.cli.pictures.making import (
    NETWORK,
    Layers,
    Wanted,
    layers_in_hand,
    layers_options,
    make,
    picture_options,
)
from tito.lab.pictures import NoPicture

if TYPE_CHECKING:
    from tinytorch.plots import Outcome
    from tito.lab.train.attempt import Attempt

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
@layers_options
@click.option("--seed", type=SEED, default=0, show_default=True, help="Weights, masks, batches.")
def command(wanted: Wanted, anyway: bool, file: Path | None, seed: int) -> int:
    """A training: curves, confusions, mistakes.

    The digits are learned as in tito train digits, with your layers if they pass their checks.

    \b
    tito show training
    tito show training --seed 3 --dark
    tito show training --output training.svg

    The exit code is 0 when the picture is written, 1 when it could not be or your layers do not
    pass, and 130 after Ctrl-C.
    """
    layers = layers_in_hand(file, anyway, wanted.as_json, NETWORK)
    if layers is None:
        return 1
    return make(
        wanted,
        measure=lambda: measure(layers, seed, quiet=wanted.as_json),
        draw=draw,
        say=say,
        plain=plain,
        before=layers.said,
    )


def measure(layers: Layers, seed: int, *, quiet: bool) -> Trained:
    """Train in a process of its own, with a bar on a terminal. NoPicture where that fails."""
    from tinytorch.data import digits
    from tito.cli.pictures.making import show_printed
    from tito.cli.running.train import Following
    from tito.lab.apart import Stopped
    from tito.lab.train.attempt import attempt
    from tito.lab.train.picture import outcome_of
    from tito.lab.train.recipe import DIGITS

    recipe, data = replace(DIGITS, seed=seed), digits()
    following = Following(recipe, len(data.train_labels))
    try:
        if quiet:
            done = attempt(layers.modules, recipe, lambda steps: None)
        else:
            with following.bar() as advance:
                done = attempt(layers.modules, recipe, advance)
    except Stopped as stop:
        raise NoPicture(str(stop)) from stop
    show_printed(done.printed)
    return Trained(done, outcome_of(done, data))


def draw(trained: Trained, dark: bool) -> Any:
    """The page."""
    from tinytorch.data import digits
    from tito.lab.train.picture import draw as draw_page

    return draw_page(trained.done, digits(), "digits", dark=dark)


def say(trained: Trained) -> list[str]:
    """What to see in the picture, from the numbers in it."""
    seen = trained.outcome
    notes = [f"Note: {remark}" for remark in trained.done.remarks]
    return [*notes, _reached(seen), _end(seen), _confused(seen), _worst(seen)]


def plain(trained: Trained) -> dict[str, Any]:
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
