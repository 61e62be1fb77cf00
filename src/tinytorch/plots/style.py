"""How pictures look: colours that any eye can tell apart, themes light and dark, figures."""

from __future__ import annotations

import contextlib
import functools
import io
import os
import sys
from collections.abc import Generator, Sequence
from importlib import import_module
from typing import Any, TypedDict

import numpy as np

from tinytorch.core.given.checks import came


class Unmeasurable(ValueError):
    """These layers do not do what the experiment needs; the message says what that is."""


#: Longer names are cut.
LONGEST = 12


def names_of(owner: str, names: Any, classes: int) -> list[str]:
    """A name for each class, its number where None are given. TypeError or ValueError otherwise.

    >>> names_of("confusion", None, 3), names_of("confusion", ["a cat", "a dog"], 2)
    (['0', '1', '2'], ['a cat', 'a dog'])
    """
    if names is None:
        return [str(place) for place in range(classes)]
    if isinstance(names, str) or not hasattr(names, "__len__"):
        raise TypeError(
            f"{owner} expects names as a list of strings, got {came(names)}. Leave names out to "
            "number the classes."
        )
    if len(names) != classes:
        raise ValueError(
            f"{owner} expects a name for each of {classes} classes, got {len(names)}. "
            "Leave names out to number them."
        )
    texts = [str(name) for name in names]
    cut = [text if len(text) <= LONGEST else text[: LONGEST - 1] + "…" for text in texts]
    return [as_it_is(text) for text in cut]


def as_it_is(text: str) -> str:
    r"""A person's words as matplotlib draws them sign by sign: no formula between two dollars.

    >>> as_it_is("from $5 to $10")
    'from \\$5 to \\$10'
    """
    return text.replace("$", r"\$")


def percent(share: float) -> str:
    """A share in whole percent; what is not quite all, or not quite nothing, does not look so.

    >>> percent(0.5), percent(0.9991), percent(0.0001)
    ('50%', '>99%', '<1%')
    """
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


#: The palette of Okabe and Ito (2008), Color Universal Design.
COLOURS = {
    "black": "#000000",
    "orange": "#E69F00",
    "sky blue": "#56B4E9",
    "green": "#009E73",
    "yellow": "#F0E442",
    "blue": "#0072B2",
    "vermilion": "#D55E00",
    "purple": "#CC79A7",
}
# Blue is too dark for a dark ground: sky blue stands there for it. Yellow on white is for areas.
ON_LIGHT = COLOURS
ON_DARK = {**COLOURS, "black": "#FFFFFF", "blue": COLOURS["sky blue"]}

# The lines of one picture differ in colour, in dashes and in mark.
LIGHT_ORDER = ("blue", "vermilion", "green", "purple", "orange", "sky blue", "black")
DARK_ORDER = ("blue", "vermilion", "green", "purple", "orange", "yellow", "black")
LINES = ("-", "--", "-.", (0, (1, 1.2)), (0, (5, 1, 1, 1, 1, 1)), (0, (7, 2)), (0, (3, 3)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

#: Ink, faint ink, grid and ground: of the light theme, which is that of print, and the dark one.
LIGHT = ("#1A1A1A", "#5C5C5C", "#E3E3E3", "#FFFFFF")
DARK = ("#F2F2F2", "#B0B0B0", "#3A3D42", "#16181C")
DPI = 160


class Series(TypedDict):
    """How one line of several is drawn: the arguments of `axes.plot`."""

    color: str
    linestyle: Any
    marker: str


def require(name: str = "matplotlib") -> Any:
    """A module of matplotlib. ModuleNotFoundError that says how to get it where it is missing."""
    try:
        if "matplotlib" not in sys.modules:
            without_backend()
        return import_module(name)
    except ImportError as error:
        gone = isinstance(error, ModuleNotFoundError) and error.name == "matplotlib"
        why = "it is not installed" if gone else f"it cannot be imported ({error})"
        raise ModuleNotFoundError(
            f"A picture needs matplotlib, and {why}. "
            "Get it with: pip install 'tinytorch-lessons[learn]'",
            name="matplotlib",
        ) from error


def without_backend() -> None:
    """Import matplotlib, whatever MPLBACKEND says: our figures need no backend.

    A notebook hands its own on to what it starts, which may know no such backend, and with an
    unknown one the import fails. One that matplotlib knows is set afterwards, as it does itself.
    """
    backend = os.environ.pop("MPLBACKEND", None)
    try:
        matplotlib = import_module("matplotlib")
    finally:
        if backend is not None:
            os.environ["MPLBACKEND"] = backend
    if backend:
        with contextlib.suppress(ValueError):
            matplotlib.rcParams["backend"] = backend


@contextlib.contextmanager
def theme(dark: bool = False) -> Generator[None]:
    """Draw in the project's style inside a `with`; the settings are as before afterwards.

    The light theme is for screens and for print, the dark one for dark pages. Letters are 11
    points high, which can be read where a picture 10 inches wide is shown on 800 pixels.
    ModuleNotFoundError without matplotlib.
    """
    matplotlib = require()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_settings(*(DARK if dark else LIGHT)))
        yield


def figure(width: float = 10.0, height: float = 6.0, **settings: Any) -> Any:
    """An empty figure, `width` by `height` inches, in the theme that holds now.

    It belongs to no window and needs no display; in a notebook it shows itself.
    """
    made = _picture()(figsize=(width, height), **settings)
    require("matplotlib.backends.backend_agg").FigureCanvasAgg(made)
    return made


@functools.cache
def _picture() -> Any:
    """The class of our figures: made without pyplot, one is gone when nobody uses it any more."""
    figure: Any = require("matplotlib.figure").Figure

    class Picture(figure):
        """A figure that belongs to no window."""

        def savefig(self, *places: Any, **settings: Any) -> None:
            """As in matplotlib; a PDF keeps its letters, to be searched and changed."""
            with require().rc_context({"pdf.fonttype": 42, "svg.hashsalt": "tinytorch"}):
                figure.savefig(self, *places, **settings)

        def _repr_png_(self) -> bytes:
            """What a notebook shows."""
            picture = io.BytesIO()
            self.savefig(picture, format="png", facecolor=self.get_facecolor())
            return picture.getvalue()

    return Picture


def axes_of(owner: str, axes: Any, count: int) -> list[Any]:
    """The matplotlib axes that a person gave, one by one; none where they gave None.

    They may be an array of them, as `subplots` returns. TypeError for what is none, ValueError
    where they are not `count`.
    """
    if axes is None:
        return []
    kind = require("matplotlib.axes").Axes
    several = isinstance(axes, list | tuple | np.ndarray)
    found: list[Any] = list(np.ravel(np.asarray(axes, object))) if several else [axes]  # pyright: ignore[reportUnknownArgumentType]
    for each in found:
        if not isinstance(each, kind):
            raise TypeError(
                f"{owner} expects matplotlib axes, got {came(each)}. "
                "Make them with figure.subplots(), or leave them out."
            )
    if len(found) != count:
        raise ValueError(
            f"{owner} expects {count} axes, got {len(found)}. "
            f"Make them with figure.subplots({count}), or leave them out."
        )
    return found


def is_dark(axes: Any) -> bool:
    """Whether axes, or a figure, have a dark ground: a clear one has that of the page, white."""
    ground = axes.get_facecolor()
    *rgb, opaque = require("matplotlib.colors").to_rgba(ground)
    return opaque > 0.5 and _luminance(rgb) < 0.18


def colour(name: str, axes: Any) -> str:
    """The colour of that name in `COLOURS`, as it can be seen on the axes' ground. KeyError."""
    return (ON_DARK if is_dark(axes) else ON_LIGHT)[name]


def ink(axes: Any) -> str:
    """The colour of text on the axes' ground."""
    return (DARK if is_dark(axes) else LIGHT)[0]


def faint(axes: Any) -> str:
    """The colour of what stands behind: a reference line, a remark."""
    return (DARK if is_dark(axes) else LIGHT)[1]


def readable(name: str, axes: Any) -> str:
    """That colour for text: mixed with ink until its contrast with the ground is 4.5 (WCAG 2)."""
    colors = require("matplotlib.colors")
    tint, dark = colors.to_rgb(name), is_dark(axes)
    full, ground = (
        colors.to_rgb(which) for which in ((DARK if dark else LIGHT)[i] for i in (0, 3))
    )
    for share in range(0, 101, 5):
        mixed = [(a * (100 - share) + b * share) / 100 for a, b in zip(tint, full, strict=True)]
        if _contrast(mixed, ground) >= 4.5:
            return colors.to_hex(mixed)
    return colors.to_hex(full)


def text_on(cell: Sequence[float], axes: Any) -> str:
    """Ink or ground, whichever stands out more from a cell of that colour, (red, green, blue)."""
    to_rgb = require("matplotlib.colors").to_rgb
    text, _, _, ground = DARK if is_dark(axes) else LIGHT
    return max((text, ground), key=lambda tint: _contrast(to_rgb(tint), cell))


def _contrast(one: Sequence[float], other: Sequence[float]) -> float:
    low, high = sorted(_luminance(each) + 0.05 for each in (one, other))
    return high / low


def _luminance(rgb: Sequence[float]) -> float:
    light = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


def grid(axes: Any) -> str:
    """The colour of what is hardly seen: a grid, the ground behind an image."""
    return (DARK if is_dark(axes) else LIGHT)[2]


def series(count: int, axes: Any) -> list[Series]:
    """The look of `count` lines, each told apart by colour, by dashes and by mark.

    So a print in grey shows which is which, too. ValueError for more than seven: that many lines
    cannot be read in one picture.
    """
    if not 0 <= count <= len(LINES):
        raise ValueError(
            f"Expected at most {len(LINES)} lines in one picture, got {count}. "
            "Draw them in several pictures."
        )
    order = DARK_ORDER if is_dark(axes) else LIGHT_ORDER
    return [
        {"color": colour(name, axes), "linestyle": line, "marker": mark}
        for name, line, mark in zip(order[:count], LINES, MARKERS, strict=False)
    ]


def _settings(ink: str, faint: str, grid: str, ground: str) -> dict[str, Any]:
    return {
        "figure.facecolor": ground,
        "figure.dpi": DPI,
        "savefig.dpi": DPI,
        "savefig.facecolor": ground,
        "axes.facecolor": ground,
        "font.size": 11,
        "text.color": ink,
        "axes.labelcolor": faint,
        "axes.edgecolor": faint,
        "axes.titlecolor": ink,
        "axes.titlesize": 12,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.titlepad": 8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.grid": True,
        "grid.color": grid,
        "grid.linewidth": 0.8,
        "xtick.color": faint,
        "ytick.color": faint,
        "xtick.labelsize": 10,
        "ytick.labelsize": 10,
        "lines.linewidth": 1.8,
        "lines.markersize": 5,
        "legend.frameon": False,
    }


def label_ends(axes: Any, ends: Sequence[tuple[float, float, str, str]], size: float = 11) -> None:
    """Write a line's name beside its end: `ends` are (x, y, text, colour).

    Names that would lie on each other are moved apart, and led to their line. The axes' limits
    and place have to be final.
    """
    height = axes.get_position().height * axes.get_figure(root=True).get_figheight() * 72
    gap = 1.2 * size / height
    to_axes = axes.transData + axes.transAxes.inverted()
    wanted = [float(to_axes.transform((x, y))[1]) for x, y, _, _ in ends]
    for (x, y, text, tint), place in zip(ends, spread(wanted, gap), strict=True):
        axes.annotate(
            text,
            (x, y),
            xytext=(1.06, place),
            textcoords="axes fraction",
            va="center",
            color=readable(tint, axes),
            fontsize=size,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": tint, "linewidth": 0.7, "relpos": (0, 0.5)},
        )


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """The places from 0 to 1 near the wanted ones, in their order, at least `gap` apart.

    Where so many do not fit, they go beyond 1.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    groups: list[tuple[float, list[int]]] = []  # (centre, members), from the lowest
    for index in order:
        centre, members = wanted[index], [index]
        while groups and centre - groups[-1][0] < gap * (len(members) + len(groups[-1][1])) / 2:
            below, others = groups.pop()
            total = below * len(others) + centre * len(members)
            members = others + members
            centre = total / len(members)
        groups.append((centre, members))
    places = [0.0] * len(wanted)
    for centre, members in groups:
        for rank, index in enumerate(members):
            places[index] = centre + (rank - (len(members) - 1) / 2) * gap
    for above, index in enumerate(reversed(order)):
        places[index] = min(places[index], 1 - above * gap)
    for below, index in enumerate(order):
        places[index] = max(places[index], below * gap)
    return places
