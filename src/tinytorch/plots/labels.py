"""Names beside the ends of lines, in place of a legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tinytorch.plots import style


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
            color=style.readable(tint, axes),
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
