"""A training on one page: its curves, what is confused, the first layer, the worst mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tinytorch.plots import style
from tinytorch.plots.columns import Tiles, measure_weights, weights
from tinytorch.plots.curves import accuracy, losses
from tinytorch.plots.matrix import confusion
from tinytorch.plots.outcome import Outcome, measure_training
from tinytorch.plots.words import as_it_is
from tinytorch.plots.worst import mistakes

#: In inches: the page with answers, and with curves alone.
WIDTH, HEIGHT, CURVES_ALONE = 10.0, 10.6, 3.6
#: Where the parts stand on the page: (left, top, width, height), in inches.
CURVES = (0.8, 1.05, 4.0, 1.9), (5.6, 1.05, 2.85, 1.9)
CONFUSION, WEIGHTS, MISTAKES = (0.8, 4.3, 3.6, 3.6), (5.3, 4.0, 4.4, 3.5), (0.3, 8.55, 9.4, 1.9)
#: Images of more pixels than that are shown few, for each pixel has to be seen.
SMALL, FEW = 256, 24


def training(
    history: Any,
    probabilities: Any = None,
    labels: Any = None,
    images: Any = None,
    *,
    layer: Any = None,
    shape: tuple[int, int] | None = None,
    names: Sequence[str] | None = None,
    title: str = "",
    dark: bool = False,
) -> Any:
    """A page about a training: loss, accuracy, confusion matrix, first layer, worst mistakes.

    `history` is what `fit` gave, or a list of losses, or what `measure_training` made of it and of
    the next three, which are explained there: without them there are the curves alone. `layer` is
    the network's first, with a weight for each pixel of images of that `shape`; `names` are those
    of the classes. Returns a figure, light or `dark`; the parts draw on axes of yours: `losses`,
    `accuracy`, `confusion`, `weights`, `mistakes`. ValueError and TypeError as `measure_training`
    and `weights` have them, ModuleNotFoundError without matplotlib.

    >>> figure = training([1.0, 0.5], [[0.9, 0.1]], [0], [[0.5]])
    >>> [axes.get_title(loc="left") for axes in figure.axes][:2]
    ['Training loss', 'Accuracy']
    """
    if isinstance(history, Outcome):
        seen = history
    else:
        seen = measure_training(history, probabilities, labels, images, shape=shape)
    tiles = layer if isinstance(layer, Tiles) or layer is None else measure_weights(layer, shape)
    if tiles and not isinstance(layer, Tiles) and tiles.images[0].size > SMALL:
        tiles = measure_weights(layer, shape, most=FEW)
    count = len(seen.labels)
    words = title or "Training"
    if count:
        share = f"{seen.right:,} of {count:,} held-out images right ({seen.right / count:.1%})"
        words = f"{title}: {share}" if title else share
    with style.theme(dark):
        figure = style.figure(WIDTH, HEIGHT if count else CURVES_ALONE)
        look = {"fontsize": 15, "fontweight": "bold", "va": "top"}
        figure.text(0.3 / WIDTH, 1 - 0.25 / figure.get_figheight(), as_it_is(words), **look)
        losses(seen.losses, len(seen.held_out), axes=_place(figure, *CURVES[0]))
        accuracy(seen, axes=_place(figure, *CURVES[1]))
        if count:
            confusion(seen.confusion, names=names, axes=_place(figure, *CONFUSION))
            if tiles:
                weights(tiles, axes=_place(figure, *WEIGHTS))
            if seen.images.size:
                mistakes(seen, names=names, axes=_place(figure, *MISTAKES))
    return figure


def _place(figure: Any, left: float, top: float, width: float, height: float) -> Any:
    """Axes at that place of the page, in inches from its upper left corner."""
    whole = figure.get_figheight()
    bottom = (whole - top - height) / whole
    return figure.add_axes((left / WIDTH, bottom, width / WIDTH, height / whole))
