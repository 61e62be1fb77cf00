"""What each unit of a first layer looks for: its weights, one for every pixel, as an image."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinytorch.core.given.base import array_for
from tinytorch.core.given.checks import came, check_count, check_shape
from tinytorch.plots import style

#: Neighbouring weights that are alike by more than this many standard deviations of the same
#: measure on random weights are so by no accident.
SIGMAS = 3.0
GAP = 1
#: How many times as wide as high the picture is about to be where it is alone.
ALONE = 1.6


@dataclass(frozen=True, eq=False)
class Tiles:
    """The weights of a layer as images (units, rows, columns), the largest unit first.

    `units` counts all, of which `images` hold the first; `order` are their columns in the weights.
    `alike` says of every unit how much the weights of neighbouring pixels are alike, from -1 to 1
    and around 0 where they are random, NaN where that cannot be said; above `chance` it is no
    accident.
    """

    images: NDArray[np.float64]
    order: list[int]
    units: int
    alike: NDArray[np.float64]
    chance: float

    @property
    def structured(self) -> int:
        """How many of all units have weights that vary smoothly over the image."""
        return int(np.count_nonzero(self.alike > self.chance))


def measure_weights(layer: Any, shape: tuple[int, int] | None = None, *, most: int = 128) -> Tiles:
    """The weights of a layer's units as images, the unit with the largest weights first.

    `layer` has a `weight` of shape (in_features, out_features), or is such an array: a column is
    a unit. `shape` is that of the images, (rows, columns), by default a square. At most `most`
    units become images. How much neighbours are alike is Moran's I (Moran, 1950). Raises
    ValueError where the weights are no matrix, or do not fill such images, TypeError for what
    is no layer and no array.

    >>> import numpy as np
    >>> stripes = np.repeat([1.0, -1.0, 1.0, -1.0], 4)
    >>> tiles = measure_weights(np.stack([stripes, 2 * stripes], axis=1))
    >>> tiles.images.shape, tiles.order, tiles.images[0, :, 0].tolist()
    ((2, 4, 4), [1, 0], [2.0, -2.0, 2.0, -2.0])
    """
    check_count("measure_weights", 1, most=most)
    weights = _matrix(layer)
    rows, columns = _image_shape(weights.shape[0], shape)
    with np.errstate(over="ignore"):
        sizes = np.square(weights).sum(axis=0)
    order = np.argsort(-sizes, kind="stable")[:most]
    images = weights.T.reshape(-1, rows, columns)
    pairs = rows * (columns - 1) + columns * (rows - 1)
    chance = SIGMAS / math.sqrt(pairs) if pairs else 1.0
    return Tiles(images[order], order.tolist(), len(images), _alike(images), chance)


def weights(
    layer: Any,
    shape: tuple[int, int] | None = None,
    *,
    most: int = 128,
    axes: Any = None,
    dark: bool = False,
) -> Any:
    """Each unit's weights as an image, the largest first, all on one scale, zero as the ground.

    The arguments are those of `measure_weights`; what it returned can be given in place of the
    layer. Draws on matplotlib `axes` and returns them, or else makes a figure, light or `dark`.
    ValueError and TypeError as `measure_weights` has them, ModuleNotFoundError without matplotlib.

    >>> import numpy as np
    >>> figure = weights(np.eye(16))
    >>> figure.axes[0].get_title(loc="left")
    'What each of the 16 units looks for'
    """
    tiles = layer if isinstance(layer, Tiles) else measure_weights(layer, shape, most=most)
    for given in style.axes_of("weights", axes, 1):
        _draw(tiles, given)
        return given
    with style.theme(dark):
        sheet, _ = _sheet(tiles.images, ALONE)
        across, above, below = 7.5, 0.45, 0.65
        down = across * sheet.shape[0] / sheet.shape[1]
        figure = style.figure(8.0, height := down + above + below)
        place = (0.25 / 8, below / height, across / 8, down / height)
        _draw(tiles, figure.add_axes(place))
    return figure


def _matrix(layer: Any) -> NDArray[np.float64]:
    weights = array_for("weights", "layer", getattr(layer, "weight", layer))
    if weights.ndim != 2 or not weights.size:
        raise ValueError(
            "weights expects weights of shape (in_features, out_features), got shape "
            f"{weights.shape}. Give a layer such as Linear(64, 128), or its weight."
        )
    return weights.astype(np.float64)


def _image_shape(pixels: int, shape: Any) -> tuple[int, int]:
    """Rows and columns of an image of so many pixels. ValueError if there is none."""
    if shape is None:
        side = math.isqrt(pixels)
        if side * side == pixels:
            return side, side
        raise ValueError(
            f"weights expects a weight for each pixel of a square image, got {pixels} of "
            "them. Give the image's shape=(rows, columns)."
        )
    check_shape("weights", shape)
    if len(shape) != 2 or math.prod(shape) != pixels:
        raise ValueError(
            f"weights expects a shape of (rows, columns) with {pixels} pixels, one for each "
            f"input of the layer, got {came(shape)}. Multiply the two to see."
        )
    return tuple(shape)


def _alike(images: NDArray[np.float64]) -> NDArray[np.float64]:
    """Moran's I of each image: the mean product of neighbours, in units of the variance."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        away = images - images.mean(axis=(1, 2), keepdims=True)
        across, down = away[:, :, 1:] * away[:, :, :-1], away[:, 1:] * away[:, :-1]
        pairs = across[0].size + down[0].size
        return (across.sum((1, 2)) + down.sum((1, 2))) / pairs / np.square(away).mean((1, 2))


def _draw(tiles: Tiles, axes: Any) -> None:
    colours = style.require("matplotlib.colors")
    shown, units = tiles.images, tiles.units
    which = f"each of the {units:,} units" if len(shown) == units else "a unit"
    others = "" if len(shown) == units else f" (the {len(shown)} largest of {units:,})"
    axes.set_title(f"What {which} looks for{others}" if units > 1 else "What the unit looks for")
    axes.set_axis_off()
    axes.set_anchor("NW")
    sizes = np.abs(shown[np.isfinite(shown)])
    largest = float(sizes.max(initial=0.0))
    limit = float(np.quantile(sizes, 0.995)) if largest else 1.0
    limit = limit or largest
    low, high = ("vermilion", "sky blue") if style.is_dark(axes) else ("orange", "blue")
    scale = colours.LinearSegmentedColormap.from_list(
        "signed", [style.colour(low, axes), axes.get_facecolor(), style.colour(high, axes)]
    )
    sheet, in_a_row = _sheet(shown, _aspect(axes))
    image = axes.imshow(sheet, cmap=scale, vmin=-limit, vmax=limit, interpolation="nearest")
    _draw_grounds(tiles, axes, in_a_row)
    nothing = "no weight differs from 0" if sizes.size else "no weight is a number"
    _draw_scale(image, axes, limit if largest else 0.0, nothing)


def _aspect(axes: Any) -> float:
    """How many times as wide as high the axes are."""
    place, page = axes.get_position(), axes.get_figure(root=True).get_size_inches()
    return float(place.width * page[0] / (place.height * page[1]))


def _sheet(images: NDArray[np.float64], aspect: float) -> tuple[NDArray[np.float64], int]:
    """All images on one sheet, with gaps of NaN between, and how many stand in a row."""
    count, rows, columns = images.shape
    least = max(1, math.ceil(math.sqrt(aspect * count * (rows + GAP) / (columns + GAP))))
    enough = range(max(1, least * 7 // 8), least * 9 // 8 + 1)
    in_a_row = min(min(enough, key=lambda several: -count % several), count)
    lines = -(-count // in_a_row)
    tiles = np.full((lines * in_a_row, rows + GAP, columns + GAP), np.nan)
    tiles[:count, :rows, :columns] = np.where(np.isfinite(images), images, np.nan)
    grid = tiles.reshape(lines, in_a_row, rows + GAP, columns + GAP).transpose(0, 2, 1, 3)
    height, width = lines * (rows + GAP), in_a_row * (columns + GAP)
    return grid.reshape(height, width)[:-GAP, :-GAP], in_a_row


def _draw_grounds(tiles: Tiles, axes: Any, in_a_row: int) -> None:
    """Below each image a faint ground, which shows its edge, and where a weight is no number."""
    patches = style.require("matplotlib.patches")
    _, rows, columns = tiles.images.shape
    for place, image in enumerate(tiles.images):
        down, across = divmod(place, in_a_row)
        left, top = across * (columns + GAP) - 0.5, down * (rows + GAP) - 0.5
        tint = style.grid(axes)
        look = {"facecolor": tint, "edgecolor": tint, "linewidth": 1.2, "zorder": -1}
        axes.add_patch(patches.Rectangle((left, top), columns, rows, **look))
        if not np.isfinite(image).all():
            middle = (left + columns / 2, top + rows / 2)
            look = {"ha": "center", "va": "center", "fontsize": 7, "color": style.ink(axes)}
            axes.text(*middle, "no number", **look)


def _draw_scale(image: Any, axes: Any, limit: float, nothing: str) -> None:
    """Below the images: which colour means what."""
    rows, columns = image.get_array().shape
    height = 0.014 * columns / rows
    inset = axes.inset_axes((0.0, -2.5 * height, 1.0, height))
    ticks = [-limit, 0, limit] if limit else [0]
    bar = axes.get_figure().colorbar(image, cax=inset, orientation="horizontal", ticks=ticks)
    bar.outline.set_visible(False)
    low, high = f"{-limit:.2g}: ink lowers the unit", f"{limit:.2g}: ink raises it"
    bar.ax.set_xticklabels([low, "0", high] if limit else [nothing])
    labels = bar.ax.get_xticklabels()
    for label, side in zip(labels, ("left", "center", "right"), strict=False):
        label.set_horizontalalignment(side if limit else "center")
