"""What the pictures of `tito show` are of: measured in the process of the learner's layers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tito.lab.pictures import NoPicture

if TYPE_CHECKING:
    from tinytorch.plots.columns import Tiles


def experiment(
    library: Any, reporter: Any, measure: str, needs: list[str], asked: dict[str, Any]
) -> dict[str, Any]:
    """What a function of `tinytorch.plots` measures; the first of ``needs`` is given to it."""
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


def network(
    layers: Any,
    reporter: Any,
    network: dict[str, Any],
    inputs: list[list[int]],
    batch: int,
    dark: bool,
) -> dict[str, Any]:
    """A network, run once: its diagram, what to see there, and what it costs."""
    from tinytorch import plots
    from tinytorch.plots import words
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
        "words": words.layers(costs, batch),
        "summary": costs.to_dict() | {"batch": batch},
    }


def first_layer(layers: Any, reporter: Any, seed: int) -> dict[str, Any]:
    """The digits learned: the first layer's weights, and facts on them."""
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
    same, empty = done.weights == start, images.max(axis=0) == 0
    return {
        "weights": done.weights.tolist(),
        "facts": {
            "structured_before": measure_weights(start).structured,
            "on": on(done.model),
            "on_before": on_before,
            "still": int(same.all(axis=0).sum()),
            "pixels_still": int(same.all(axis=1).sum()),
            "empty": int(empty.sum()),
            "empty_still": int((same.all(axis=1) & empty).sum()),
            "images": len(images),
        },
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
