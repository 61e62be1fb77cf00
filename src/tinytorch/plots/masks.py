"""What dropout does to an image: one call, and the mean of many."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.given.checks import came, check_count, check_range
from tinytorch.core.tensor import Tensor
from tinytorch.data import digits
from tinytorch.plots import style
from tinytorch.plots.style import Unmeasurable
from tinytorch.rng import manual_seed

if TYPE_CHECKING:
    from tinytorch._typing import Array

#: How many single pixels are followed, and at how many numbers of calls.
FOLLOWED, STOPS = 6, 60
#: What is added to every pixel: a 0 that is dropped would look like one that is kept.
FLOOR = 0.25
DIGIT = 3


@dataclass(frozen=True)
class Masking:
    """What a dropout with probability `p` did to `image` (rows of pixels, none of them 0).

    `first` is the output of the first call and `mean` that of all `calls`, both like the image.
    After each number of calls in `stops`: `ratio` is the mean output in sizes of the input,
    `single` the same for six pixels, `distance` how far the pixels' means are from the input
    (root mean square, in sizes of the input). `dropped` is the share of zeros of all calls, and
    `factors` are the numbers by which survivors were multiplied, at most five. `alike` says whose
    masks were the same throughout, by no accident: rows, columns, calls. `unchanged` says whether
    the values come back with training=False, None where the layer does not know that.
    """

    p: float
    calls: int
    seed: int
    image: list[list[float]]
    first: list[list[float]]
    mean: list[list[float]]
    stops: list[int]
    ratio: list[float]
    single: list[list[float]]
    distance: list[float]
    dropped: float
    factors: list[float]
    alike: list[str]
    unchanged: bool | None

    @property
    def noise(self) -> float:
        """The standard deviation of one output, in sizes of its input: sqrt(p / (1 - p))."""
        return (self.p / (1 - self.p)) ** 0.5

    @property
    def ratio_noise(self) -> float:
        """The standard deviation of `ratio` after one call, where dropout is as it should be."""
        pixels = np.asarray(self.image)
        share = float(np.square(pixels).sum()) ** 0.5 / float(pixels.sum())
        return self.noise * share

    @property
    def sigmas(self) -> float:
        """How many standard deviations the mean of all calls is away from the input."""
        return abs(self.ratio[-1] - 1) / (self.ratio_noise / self.calls**0.5)


def measure_dropout(
    dropout: Any = None, *, p: float = 0.5, calls: int = 1000, seed: int = 0
) -> Masking:
    """Call a dropout layer `calls` times on the image of a digit, as in training.

    `dropout` makes a layer from a probability, by default `tinytorch.Dropout` (Srivastava et al.,
    2014). The image is 8x8 pixels from 0.25 to 1.25. The mean of n calls is sqrt(p / (1 - p) / n)
    away from the input, in sizes of the input. ValueError for p that is not between 0 and 1
    (at either end nothing is left to see), fewer than 2 calls or more than 100,000, and
    an output of another shape; TypeError for what is no number.

    >>> seen = measure_dropout(p=0.2, calls=100)
    >>> seen.factors, seen.unchanged, 0.9 < seen.ratio[-1] < 1.1
    ([1.25], True, True)
    """
    check_range("measure_dropout", 0.01, 0.99, p=p)
    check_count("measure_dropout", 2, calls=calls)
    check_range("measure_dropout", 2, 100_000, calls=calls)
    check_count("measure_dropout", 0, seed=seed)
    if dropout is None:
        dropout = import_module("tinytorch.core.layers").Dropout
    manual_seed(seed)
    data = digits()
    pixels = data.train_images[int(np.argmax(data.train_labels == DIGIT))]
    image = pixels.reshape(8, 8).astype(np.float32) + FLOOR
    layer, x = dropout(p), Tensor(image)
    outputs = np.stack([_called(layer, x) for _ in range(calls)]).astype(np.float64)
    return _seen(outputs, image.astype(np.float64), (p, calls, seed), _unchanged(layer, x))


def _seen(
    outputs: Array, image: Array, asked: tuple[float, int, int], unchanged: bool | None
) -> Masking:
    p, calls, seed = asked
    stops = np.unique(np.geomspace(1, calls, STOPS).round().astype(int))
    means = outputs.cumsum(axis=0)[stops - 1] / stops[:, None, None]
    relative = (means / image).reshape(len(stops), -1)
    followed = np.linspace(0, image.size - 1, FOLLOWED + 2).astype(int)[1:-1]
    factors = np.unique((outputs / image)[outputs != 0].round(3))
    some = np.linspace(0, len(factors) - 1, min(len(factors), 5)).astype(int)
    return Masking(
        p=float(p),
        calls=int(calls),
        seed=int(seed),
        image=image.tolist(),
        first=outputs[0].tolist(),
        mean=means[-1].tolist(),
        stops=stops.tolist(),
        ratio=(means.sum(axis=(1, 2)) / image.sum()).tolist(),
        single=relative[:, followed].T.tolist(),
        distance=np.sqrt(np.square(relative - 1).mean(axis=1)).tolist(),
        dropped=float((outputs == 0).mean()),
        factors=factors[some].tolist(),
        alike=_alike(outputs != 0, p),
        unchanged=unchanged,
    )


def _alike(kept: Array, p: float) -> list[str]:
    """Whose masks (calls, rows, columns) are the same where one in a million would be."""
    firsts = {"calls": kept[:1], "rows": kept[:, :1], "columns": kept[:, :, :1]}
    equal = p * p + (1 - p) * (1 - p)
    return [
        name
        for name, first in firsts.items()
        if (kept == first).all() and equal ** (kept.size - first.size) < 1e-6
    ]


def _called(layer: Any, x: Tensor, **flags: bool) -> Array:
    run = layer if callable(layer) else getattr(layer, "forward", None)
    y = run(x, **flags) if run else None
    if isinstance(y, Tensor) and y.shape == x.shape:
        return y.data.copy()
    came = f"a Tensor of shape {y.shape}" if isinstance(y, Tensor) else type(y).__name__
    raise Unmeasurable(
        f"Expected the layer to return a Tensor of shape {x.shape} for such an input, but it "
        f"returned {came}. Look at its forward."
    )


def _unchanged(layer: Any, x: Tensor) -> bool | None:
    try:
        known = "training" in inspect.signature(getattr(layer, "forward", layer)).parameters
    except (TypeError, ValueError):
        return None
    return bool(np.array_equal(_called(layer, x, training=False), x.data)) if known else None


#: The expected band reaches so many standard deviations to either side: 95 of 100 lie in it.
BAND = 2.0


def dropout(
    data: Masking | None = None, axes: Any = None, *, p: float = 0.5, dark: bool = False
) -> Any:
    """The input, the mask, the scaled survivors, the mean of many calls, and how it gets there.

    `data` is what `measure_dropout` returned, which is asked for `p` where it is left out. Draws on
    six matplotlib `axes`, which are returned, or else makes a figure, light or `dark`. TypeError
    for other data, the errors of `measure_dropout` (Unmeasurable), ModuleNotFoundError without
    matplotlib.

    >>> [axes.get_title(loc="left") for axes in dropout(p=0.2).axes][:2]
    ['input', 'kept and dropped']
    """
    if data is not None and not isinstance(data, Masking):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(
            f"dropout expects what measure_dropout returned, got {came(data)}. "
            "Leave it out to have it measured."
        )
    given = style.axes_of("dropout", axes, 6)
    seen = measure_dropout(p=p) if data is None else data
    if given:
        _draw(seen, given)
        return axes
    with style.theme(dark):
        figure = style.figure(10, 7.6)
        title = f"Dropout with p = {seen.p:g}, called {seen.calls:,} times on one image"
        figure.text(0.08, 0.965, title, va="top", fontsize=15, fontweight="bold")
        figure.text(0.08, 0.915, summed(seen), va="top", color=style.faint(figure))
        images = [figure.add_axes((0.08 + 0.232 * n, 0.545, 0.2, 0.263)) for n in range(4)]
        lines = [figure.add_axes((0.08 + 0.48 * n, 0.095, 0.4, 0.335)) for n in range(2)]
        _draw(seen, [*images, *lines])
    return figure


def summed(seen: Masking) -> str:
    """What was measured, in a line."""
    times = " and ".join(f"{factor:.4g}" for factor in seen.factors[:2])
    more = " and more" if len(seen.factors) > 2 else ""
    others = f", the others multiplied by {times}{more}" if times else ""
    return f"{seen.dropped:.1%} of all numbers were dropped{others}."


def _draw(seen: Masking, axes: list[Any]) -> None:
    image, first, mean = (np.asarray(each) for each in (seen.image, seen.first, seen.mean))
    usual = np.concatenate([image, first[np.isfinite(first)].reshape(1, -1).repeat(8, 0)], axis=1)
    most = float(usual.max())
    _draw_image(image, "input", f"mean {image.mean():.2f}", most, axes[0])
    _draw_mask(first != 0, axes[1])
    _draw_image(first, "output of this call", f"mean {first.mean():.2f}", most, axes[2])
    many = f"mean of {seen.calls:,} calls"
    _draw_image(mean, many, f"mean {mean.mean():.2f}", most, axes[3])
    draw_ratio(seen, axes[4])
    draw_distance(seen, axes[5])


def _draw_image(image: Any, title: str, below: str, most: float, axes: Any) -> None:
    shade = "gray" if style.is_dark(axes) else "gray_r"
    axes.imshow(image, cmap=shade, vmin=0, vmax=most, interpolation="nearest")
    _frame(title, below, axes)


def _draw_mask(kept: Any, axes: Any) -> None:
    """Kept pixels full, dropped ones crossed out: a grey print shows which is which."""
    colours = style.require("matplotlib.colors")
    tints = [axes.get_facecolor(), style.colour("blue", axes)]
    axes.imshow(kept, cmap=colours.ListedColormap(tints), vmin=0, vmax=1, interpolation="nearest")
    down, across = np.nonzero(~kept)
    axes.plot(across, down, "x", color=style.faint(axes), markersize=5)
    _frame("kept and dropped", f"{len(down)} of {kept.size} dropped", axes)


def _frame(title: str, below: str, axes: Any) -> None:
    axes.set_title(title, fontsize=12)
    axes.set_xlabel(below, fontsize=11)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(False)
    axes.spines[:].set_visible(True)


def draw_ratio(seen: Masking, axes: Any) -> Any:
    """The mean output in sizes of the input, after more and more calls, on axes."""
    stops = np.asarray(seen.stops)
    band = BAND * seen.noise / np.sqrt(stops)
    faint, strong = style.faint(axes), style.colour("vermilion", axes)
    blue = style.colour("blue", axes)
    axes.fill_between(stops, 1 - band, 1 + band, color=blue, alpha=0.2, lw=0)
    for values in seen.single:
        axes.plot(stops, values, color=faint, linewidth=0.8)
    axes.plot(stops, seen.ratio, color=strong, linewidth=2.4)
    axes.axhline(1, color=style.ink(axes), linewidth=1, linestyle="--")
    axes.set_xscale("log")
    axes.set_xlim(1, stops[-1])
    reach = min(1.2 * BAND * seen.noise, 3)
    low, high = 1 - reach, 1 + reach
    axes.set_ylim(max(-0.1, low), max(high, 1.2) + 0.3 * reach)
    axes.set_title("Mean of n calls, in sizes of the input")
    axes.set_xlabel("n calls")
    words = (
        (strong, f"thick: all pixels, {seen.ratio[-1]:.3f} at last"),
        (faint, "thin: single pixels"),
        (blue, "band: where 95% of those should be"),
    )
    _key(words, axes)
    return axes


def draw_distance(seen: Masking, axes: Any) -> Any:
    """How far the mean of n calls is from the input, on two log scales, on axes."""
    stops = np.asarray(seen.stops)
    law = seen.noise / np.sqrt(stops)
    pixels = sum(map(len, seen.image))
    spread = BAND / (2 * pixels) ** 0.5
    blue, strong = style.colour("blue", axes), style.colour("vermilion", axes)
    axes.fill_between(stops, law * (1 - spread), law * (1 + spread), color=blue, alpha=0.25, lw=0)
    axes.plot(stops, law, color=blue, linestyle="--", linewidth=1)
    axes.plot(stops, seen.distance, color=strong, linewidth=2.4)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(1, stops[-1])
    axes.set_title("How far the pixels' means are from the input")
    axes.set_xlabel("n calls")
    words = (
        (strong, f"thick: measured, {seen.distance[-1]:.2g} at last"),
        (blue, f"dashed: {seen.noise:.2g} / \N{SQUARE ROOT}n, {law[-1]:.2g} at last; band: 95%"),
    )
    _key(words, axes)
    return axes


def _key(words: Sequence[tuple[str, str]], axes: Any) -> None:
    """What each colour is, in the upper right corner."""
    step = 14 / (axes.get_position().height * axes.get_figure(root=True).get_figheight() * 72)
    for line, (tint, text) in enumerate(words):
        look = {"color": style.readable(tint, axes), "ha": "right", "va": "top", "fontsize": 10.5}
        axes.text(0.99, 0.98 - line * step, text, transform=axes.transAxes, **look)
