"""The picture of a profile: latency and throughput against the batch, and where the work is."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from tito.lab.pictures import write_picture
from tito.lab.profile.amounts import share_words, time_words
from tito.lab.profile.batching import Batch, enough
from tito.lab.profile.figures import Sweep
from tito.learner.files import explain

#: Layers with the smallest shares go together beyond so many.
MOST_BARS = 5
#: Letters of a network's name that fit into the title.
MOST_NAMED = 36


def save(path: Path, network: str, summary: Mapping[str, Any], sweep: Sweep, *, dark: bool) -> str:
    """Write the picture whole or not at all; a sentence where it cannot be written, else empty."""
    style: Any = import_module("tinytorch.plots.style")
    try:
        with style.theme(dark):
            write_picture(path, lambda: draw(network, summary, sweep))
    except OSError as error:
        return f"No picture: {explain(error, path.absolute().parent)}"
    return ""


def draw(network: str, summary: Mapping[str, Any], sweep: Sweep) -> Any:
    """A figure of three axes, in the theme that holds now."""
    style: Any = import_module("tinytorch.plots.style")
    words: Any = import_module("tinytorch.plots.style")
    figure = style.figure(10, 7.2)
    grid = figure.add_gridspec(
        2, 2, left=0.1, right=0.97, top=0.86, bottom=0.09, hspace=0.5, wspace=0.28,
        height_ratios=(1.25, 1),
    )  # fmt: skip
    name = network if len(network) <= MOST_NAMED else f"{network[: MOST_NAMED - 1]}…"
    figure.suptitle(
        f"{words.as_it_is(name)}: what a batch costs, and where the work is",
        x=0.1, y=0.965, ha="left", fontsize=13, fontweight="bold",
    )  # fmt: skip
    draw_latency(sweep.batches, figure.add_subplot(grid[0, 0]))
    draw_throughput(sweep.batches, figure.add_subplot(grid[0, 1]))
    draw_shares(summary["rows"], figure.add_subplot(grid[1, :]))
    return figure


def draw_latency(batches: Sequence[Batch], axes: Any) -> Any:
    """Time for a batch against its size, with the middle half of the repeats."""
    style: Any = import_module("tinytorch.plots.style")
    blue = style.colour("blue", axes)
    sizes = [batch.size for batch in batches]
    readings = [batch.reading for batch in batches]
    low, high = [each.low_s for each in readings], [each.high_s for each in readings]
    axes.fill_between(sizes, low, high, color=blue, alpha=0.25, linewidth=0)
    times = [each.median_s for each in readings]
    axes.plot(sizes, times, color=blue, marker="o", label="measured")
    alone = [times[0] * size / sizes[0] for size in sizes]
    axes.plot(sizes, alone, color=style.faint(axes), linestyle="--", label="one by one")
    _on_batches(axes, sizes)
    axes.set_yscale("log")
    least, most = 0.6 * min(times), 3 * max(times)
    axes.set_ylim(least, most)
    axes.set_yticks(ticks(least, most))
    axes.set_yticks([], minor=True)
    axes.yaxis.set_major_formatter(shown_by(round_time))
    axes.set_title("Latency: time for a batch")
    axes.legend(loc="best")
    return axes


def ticks(least: float, most: float) -> list[float]:
    """Round numbers from least to most: 1, 2, 5, 10 and so on, or powers of ten alone."""
    powers = range(math.floor(math.log10(least)), math.ceil(math.log10(most)) + 1)
    steps = (1, 2, 5) if most / least < 500 else (1,)
    found = [step * 10.0**power for power in powers for step in steps]
    return [each for each in found if least <= each <= most]


def round_time(seconds: float) -> str:
    """A round time on an axis: 20 µs, not 20.0."""
    number, unit = time_words(seconds).split()
    return f"{float(number):g} {unit}"


def draw_throughput(batches: Sequence[Batch], axes: Any) -> Any:
    """Examples a second against the batch, and from where on it is near its best."""
    style: Any = import_module("tinytorch.plots.style")
    sizes = [batch.size for batch in batches]
    rates = [batch.per_second for batch in batches]
    axes.plot(sizes, rates, color=style.colour("vermilion", axes), marker="s")
    near = enough(batches).size
    axes.axvline(near, ymax=0.9, color=style.faint(axes), linestyle="--")
    _on_batches(axes, sizes)
    axes.set_ylim(0, 1.3 * max(rates))
    words = f"dashed: at {near:,} it first reaches 90% of the best"
    axes.text(0.02, 0.93, words, transform=axes.transAxes, color=style.ink(axes), fontsize=10)
    axes.set_title("Throughput: examples a second")
    axes.yaxis.set_major_formatter(shown_by(short_count))
    return axes


def shown_by(words: Callable[[float], str]) -> Callable[[float, object], str]:
    """A formatter of an axis' numbers."""
    return lambda value, _place: words(value)


def short_count(value: float) -> str:
    """A count on an axis: 250,000 as 250 k."""
    for factor, unit in ((1e6, " M"), (1e3, " k")):
        if value >= factor:
            return f"{value / factor:g}{unit}"
    return f"{value:g}"


def draw_shares(rows: Sequence[Mapping[str, Any]], axes: Any) -> Any:
    """Each layer's share of the multiply-adds and of the parameters, as bars."""
    style: Any = import_module("tinytorch.plots.style")
    shown = [row for row in rows if row["multiply_adds"] or row["parameters"]]
    work = sum(row["multiply_adds"] for row in rows) or 1
    weights = sum(row["parameters"] for row in rows) or 1
    bars = [
        (
            f"{row['path']} {row['name']}".strip(),
            (row["multiply_adds"] / work, row["parameters"] / weights),
        )
        for row in sorted(shown, key=lambda row: -row["multiply_adds"])
    ]
    if len(bars) > MOST_BARS:
        rest = bars[MOST_BARS - 1 :]
        both = (sum(shares[0] for _, shares in rest), sum(shares[1] for _, shares in rest))
        bars = [*bars[: MOST_BARS - 1], (f"{len(rest)} others", both)]
    for column, (words, colour) in enumerate((("multiply-adds", "blue"), ("parameters", "orange"))):
        places = [place + 0.2 * (2 * column - 1) for place in range(len(bars))]
        lengths = [shares[column] for _, shares in bars]
        axes.barh(places, lengths, height=0.36, color=style.colour(colour, axes), label=words)
        for place, share in zip(places, lengths, strict=True):
            axes.text(share + 0.006, place, share_words(share), va="center", fontsize=10)
    known: Any = import_module("tinytorch.plots.style")
    axes.set_yticks(range(len(bars)), [known.as_it_is(bar[0]) for bar in bars])
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.set_xlim(0, 1.08)
    axes.xaxis.set_major_formatter(shown_by("{:.0%}".format))
    axes.set_title("Where the work and the weights are: each layer's share")
    if bars:
        axes.legend(loc="lower right")
    return axes


def _on_batches(axes: Any, sizes: Sequence[int]) -> None:
    """The batches as they are, on a scale of doublings."""
    axes.set_xscale("log", base=2)
    axes.set_xticks([size for place, size in enumerate(sizes) if place % 2 == 0])
    axes.xaxis.set_major_formatter(shown_by("{:,.0f}".format))
    axes.set_xlabel("batch")
