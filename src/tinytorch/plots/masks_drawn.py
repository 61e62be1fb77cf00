"""The picture of dropout: one call as images, and the mean of many calls against the input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinytorch.core.checks import came
from tinytorch.plots import style
from tinytorch.plots.masks import Masking, measure_dropout

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
