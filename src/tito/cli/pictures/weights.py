"""`tito show weights`: what the units of a first layer look for, after training or from a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from tito.cli.common import FILE, SEED
from tito.cli.networks import SHAPE
from tito.cli.pictures.making import (
    NETWORK,
    Wanted,
    layers_in_hand,
    layers_options,
    make,
    measure_apart,
    picture_options,
)
from tito.lab.pictures import NoPicture

if TYPE_CHECKING:
    from tinytorch.plots.columns import Tiles

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
@layers_options
def command(
    wanted: Wanted,
    anyway: bool,
    file: Path | None,
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
    if (layout or shape) and not weights:
        raise click.UsageError("--layout and --shape are for a file: --weights net.safetensors")
    if weights and (anyway or file):
        raise click.UsageError("Weights from a file need no layers: leave --file and --anyway out.")
    if weights:
        return make(
            wanted,
            measure=lambda: Seen(*from_file(weights, layout, shape)),
            draw=draw,
            say=say,
            plain=plain,
        )
    layers = layers_in_hand(file, anyway, wanted.as_json, NETWORK)
    if layers is None:
        return 1
    return make(
        wanted,
        measure=lambda: _trained(measure_apart(f"{__name__}:work", layers, {"seed": seed})),
        draw=draw,
        say=say,
        plain=plain,
        before=layers.said,
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


def _trained(result: Mapping[str, Any]) -> Seen:
    from tinytorch.plots import measure_weights

    return Seen(measure_weights(result["weights"]), "digits", result["facts"])


def draw(seen: Seen, dark: bool) -> Any:
    """The images."""
    from tinytorch import plots

    return plots.weights(seen.tiles, dark=dark)


def say(seen: Seen) -> list[str]:
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


def plain(seen: Seen) -> dict[str, Any]:
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
