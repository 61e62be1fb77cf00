"""The picture of a run: every ratio with its target, and how the cost grows."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.conductor import LIMIT, OURS, TORCH, Result
from benchmarks.report import NAMES, middle_half
from benchmarks.results import Run
from benchmarks.scaling import Curve
from benchmarks.targets import check
from benchmarks.workloads import GROUPS

#: Blue, vermilion and grey of Okabe and Ito (2008): told apart with any colour vision.
BLUE, VERMILION, GREY, INK = "#0072B2", "#D55E00", "#8C8C8C", "#222222"
SIDES = {OURS: (BLUE, "o", "-"), TORCH: (VERMILION, "s", "--")}
STYLE = {
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelcolor": "#444444",
    "axes.edgecolor": "#BBBBBB",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": "#666666",
    "ytick.color": "#666666",
    "grid.color": "#E8E8E8",
    "legend.frameon": False,
}
WIDTH, PART_WIDTH, HEIGHT = 17.0, 8.5, 9.6
#: Ratios are shown between these; one beyond is a number at the edge.
SHOWN = {LIMIT: (0.3, 3.0), TORCH: (0.2, 30.0)}


def save_picture(run: Run, path: Path) -> None:
    """Draw what was measured, as a PNG file. ModuleNotFoundError without matplotlib."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    matplotlib: Any = import_module("matplotlib")
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        draw(run).savefig(path, format="png")


def draw(run: Run) -> Any:
    """The figure: ratios on the left, growth on the right; only one of them if so measured."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    both = bool(run.results and run.curves)
    figure: Any = Figure(
        figsize=(WIDTH if both else PART_WIDTH, HEIGHT), dpi=110, facecolor="white"
    )
    FigureCanvasAgg(figure)
    left, right = figure.subfigures(1, 2) if both else (figure, figure)
    if run.results:
        draw_ratios(left, run.results)
    if run.curves:
        draw_growth(right, run.curves)
    return figure


def draw_ratios(part: Any, results: Sequence[Result]) -> None:
    """A dot a row for each of the two comparisons, with the middle half of the rounds."""
    panels = part.subplots(1, 2, sharey=True)
    part.subplots_adjust(left=0.37, right=0.97, top=0.9, bottom=0.06, wspace=0.08)
    part.text(
        0.02, 0.965, "The other side's figure over ours", fontsize=13, fontweight="bold", color=INK
    )
    part.text(0.02, 0.94, "right of 1, TinyTorch is faster or needs less", color="#444444")
    heights, labels = _places(results)
    for axes, side in zip(panels, (LIMIT, TORCH), strict=True):
        axes.set_title(f"against {'the limit' if side == LIMIT else NAMES[side]}")
        axes.axvline(1, color=GREY, linewidth=1)
        axes.hlines(heights, *SHOWN[side], color="#F2F2F2", linewidth=0.8, zorder=0)
        for height, result in zip(heights, results, strict=True):
            if side in result.readings:
                _draw_ratio(axes, height, result, side)
        axes.set_xscale("log")
        _ticks(axes.xaxis, (0.5, 1, 2) if side == LIMIT else (0.25, 0.5, 1, 2, 4, 8, 16))
        axes.set_xlim(SHOWN[side])
        axes.grid(axis="x")
        axes.set_axisbelow(True)
    panels[0].set_yticks([height for height, _, _ in labels], [text for _, text, _ in labels])
    for tick, (_, _, bold) in zip(panels[0].get_yticklabels(), labels, strict=True):
        tick.set_fontweight("bold" if bold else "normal")
        tick.set_color(INK if bold else "#555555")
    panels[0].set_ylim(max(heights) + 1, min(heights) - 2)
    for axes in panels:
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
    _key(part)


def _places(results: Sequence[Result]) -> tuple[list[float], list[tuple[float, str, bool]]]:
    """The height of each row, and the labels: (height, text, whether it is a title)."""
    heights: list[float] = []
    labels: list[tuple[float, str, bool]] = []
    at, group = 0.0, None
    for result in results:
        if result.row.group != group:
            group = result.row.group
            at += 0.4 if heights else 0.0
            labels.append((at, GROUPS[group], True))
            at += 1
        heights.append(at)
        labels.append((at, result.row.name, False))
        at += 1
    return heights, labels


def _draw_ratio(axes: Any, height: float, result: Result, side: str) -> None:
    ratios, target = result.ratios(side), check(result, side)
    missed = target is not None and not target.holds
    colour = GREY if target is None else VERMILION if missed else BLUE
    if len(ratios) > 2:
        axes.plot(middle_half(ratios), (height, height), color=colour, linewidth=3, alpha=0.35)
    ratio, (least, most) = result.ratio(side), SHOWN[side]
    inside = "white" if result.doubtful else colour
    if least <= ratio <= most:
        style = {"color": colour, "markerfacecolor": inside, "markersize": 6}
        axes.plot(ratio, height, marker="X" if missed else "o", **style)
    else:
        edge, where = (least, "left") if ratio < least else (most, "right")
        axes.text(edge, height, f"{ratio:.2g}", color=colour, ha=where, va="center", fontsize=8)
    if target is not None:
        axes.plot(target.target, height, marker="|", color=INK, markersize=10, markeredgewidth=1.6)


def _key(part: Any) -> None:
    entries = (
        ("●", BLUE, "target holds"),
        ("✖", VERMILION, "target missed"),
        ("●", GREY, "no target"),
        ("|", INK, "target"),
        ("○", INK, "disturbed"),
    )
    for place, (mark, colour, words) in enumerate(entries):
        across, up = 0.52 + 0.17 * (place % 3), 0.965 - 0.022 * (place // 3)
        part.text(across, up, mark, color=colour, fontweight="bold", ha="center")
        part.text(across + 0.015, up, words, color="#444444")


def draw_growth(part: Any, curves: Sequence[Curve]) -> None:
    """Forward above, training steps below; batch size, width and depth across."""
    panels = part.subplots(2, 3, sharey="row").ravel()
    part.subplots_adjust(left=0.09, right=0.98, top=0.87, bottom=0.06, wspace=0.1, hspace=0.34)
    part.text(0.02, 0.965, "How the cost grows", fontsize=13, fontweight="bold", color=INK)
    part.text(
        0.02, 0.94, "n^p: the growth on the three largest sizes; both axes logarithmic",
        color="#444444",
    )  # fmt: skip
    for axes, curve in zip(panels, curves, strict=True):
        for side, times in curve.seconds.items():
            colour, marker, line = SIDES[side]
            axes.plot(
                curve.sweep.sizes,
                [time * 1e3 for time in times],
                color=colour,
                marker=marker,
                linestyle=line,
                markersize=4.5,
                label=f"{NAMES[side]}, n^{curve.growth(side).exponent:.2f}",
            )
            hollow = [
                (size, time * 1e3)
                for size, time, result in zip(curve.sweep.sizes, times, curve.results, strict=True)
                if result.doubts(side)
            ]
            for at in hollow:
                axes.plot(*at, color=colour, marker=marker, markersize=4.5, markerfacecolor="white")
        kind = "Forward" if curve.sweep.kind == "forward" else "SGD step"
        axes.set_title(f"{kind}, by {curve.sweep.grows}")
        axes.set_xlabel(f"{curve.sweep.grows} n  ({curve.sweep.network})", fontsize=8)
        axes.set_xscale("log", base=2)
        axes.set_yscale("log")
        _ticks(axes.xaxis, curve.sweep.sizes)
        axes.xaxis.set_tick_params(labelsize=7)
        axes.grid(axis="y")
        axes.legend(loc="upper left", fontsize=8)
    for axes in panels[::3]:
        axes.set_ylabel("time, ms")


def _ticks(axis: Any, places: Sequence[float]) -> None:
    """Plain numbers at these places, and nothing between."""
    from matplotlib.ticker import FixedLocator, FormatStrFormatter, NullLocator

    axis.set_major_locator(FixedLocator(places))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FormatStrFormatter("%g"))
