"""What the figures of a profile say, and its three parts as text: counts, times, batches."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from tito.lab.profile.formulas import formula_lines, products
from tito.lab.profile.machine import Reading, busy_words
from tito.say.terminal import Screen


def time_words(seconds: float) -> str:
    """Seconds in ns, µs, ms or s, in three figures."""
    if 0 < seconds < 1e-9:
        return "<1 ns"
    for factor, unit in ((1e9, "ns"), (1e6, "µs"), (1e3, "ms")):
        if float(f"{seconds * factor:.3g}") < 1000:
            return f"{short(seconds * factor)} {unit}"
    return f"{short(seconds)} s"


def byte_words(count: float) -> str:
    """Bytes in a unit that fits: 1 KB is 1,000 bytes."""
    for factor, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "KB")):
        if count >= factor:
            return f"{short(count / factor)} {unit}"
    return f"{count:,.0f} bytes"


def share_words(share: float) -> str:
    """A share in percent; what is more than nothing is never called 0%."""
    return "under 1%" if 0 < share < 0.01 else f"{share:.0%}"


def short(number: float) -> str:
    """A number in three figures, as 0.123, 4.56, 78.9, 123 or 4,570."""
    number = float(f"{number:.3g}")
    if number == 0:
        return "0"
    places = max(0, 2 - math.floor(math.log10(number)))
    return f"{number:,.{min(places, 6)}f}"


#: The parts of a step, in order.
PHASES = ("forward", "backward", "update")
#: What can bound them.
CAUSES = {"arithmetic": "arithmetic", "memory": "memory", "calls": "Python's overhead"}
#: What takes at least this share of the time is said to bound it.
BOUNDS_FROM = 0.5
#: A part cannot take longer than the whole; noise makes it a little more.
DISTURBED_FROM = 1.25
WHY = {
    "arithmetic": "Its {flops:,} FLOPs at the peak would take {alone}.",
    "memory": "Moving its {size} once takes {alone}.",
    "calls": "With nothing to calculate, the same calls take {alone}.",
}
ADVICE = {
    "arithmetic": "Fewer multiply-adds or a faster processor would help most.",
    "memory": "A larger batch helps: weights are fetched once for all of its examples.",
    "calls": "A larger batch costs little more: it shares that price among its examples.",
}
UPDATE_ADVICE = {
    "memory": "Fewer parameters would help; the batch makes no difference to it.",
    "calls": "The price is one for each parameter tensor, however small.",
}

#: One part of a step, or a batch, as it stands in the JSON.
Figures = dict[str, Any]


def phase_of(
    reading: Reading, flops: int, moved_bytes: int, alone: Mapping[str, float], peak: float
) -> Figures:
    """A part of a step and what bounds it: what takes longest, if that is half of it or more.

    ``flops`` is 0 where there is no product in it; ``moved_bytes`` is what has to be read or
    written once; ``alone`` has the seconds that each of `CAUSES` takes by itself, at its fastest.
    What took clearly longer alone than the whole is left out: other programs were in the way.
    ``peak`` is in FLOPs a second.
    """
    median = reading["median_s"]
    taken = {each: s for each, s in alone.items() if s <= DISTURBED_FROM * median}
    longest = max(taken, key=lambda each: taken[each], default=None)
    return {
        **reading,
        "flops": flops,
        "gflops": flops / median / 1e9 if flops else None,
        "share_of_peak": flops / median / peak if flops else None,
        "moved_bytes": moved_bytes,
        "gb_per_s": moved_bytes / median / 1e9,
        "alone_s": taken,
        "bound": longest if longest and round(taken[longest] / median, 2) >= BOUNDS_FROM else None,
    }


def bound_words(name: str, phase: Figures) -> str:
    """A sentence or two on what bounds it, from its own figures."""
    alone, bound, whole = phase["alone_s"], phase["bound"], time_words(phase["median_s"])
    if not alone:
        return f"{name.capitalize()}: what bounds its {whole} could not be measured."
    if bound is None:
        ranked = sorted(alone, key=lambda each: -alone[each])
        parts = ", ".join(f"{CAUSES[each]} {share_words(_share(phase, each))}" for each in ranked)
        small = "products too small to come near the peak, " if phase["flops"] else ""
        rest = f"The rest may be {small}new arrays, or work done number by number in Python."
        return f"{name.capitalize()}: no one thing takes half of its {whole} ({parts}). {rest}"
    said = f"{time_words(alone[bound])} of {whole} ({share_words(_share(phase, bound))})"
    why = WHY[bound].format(flops=phase["flops"], size=byte_words(phase["moved_bytes"]), alone=said)
    advice = (UPDATE_ADVICE if name == "update" else ADVICE)[bound]
    return f"{name.capitalize()}: {CAUSES[bound]} bounds it. {why} {advice}"


def _share(phase: Figures, cause: str) -> float:
    """The share of the time that one thing takes by itself; at most 1, for noise makes more."""
    return min(phase["alone_s"][cause] / phase["median_s"], 1.0)


#: The batch that the lesson's question compares with a single example.
ASKED = 32
#: A batch with this share of the best throughput is as good as it gets.
NEAR_BEST = 0.9


def batch_of(size: int, reading: Reading) -> Figures:
    """A batch, its time for each example, and its examples a second."""
    each = reading["median_s"] / size
    return {"batch": size, **reading, "seconds_per_example": each, "examples_per_s": 1 / each}


def gains(batches: Sequence[Figures]) -> list[str]:
    """What larger batches gain, in sentences; the first batch is a single example."""
    one, best = batches[0], max(batches, key=lambda each: each["examples_per_s"])
    last = batches[-1]
    asked = max((each for each in batches if each["batch"] <= ASKED), key=lambda b: b["batch"])
    nearly = NEAR_BEST * best["examples_per_s"]
    enough = next(each for each in batches if each["examples_per_s"] >= nearly)
    alone, shared = one["seconds_per_example"], asked["seconds_per_example"]
    if last is one:
        return ["Only one batch was measured, so there is nothing to compare it with."]
    words = [
        f"In a batch of {asked['batch']} an example takes {time_words(shared)}, alone "
        f"{time_words(alone)}: the batch is {short(alone / shared)} times as fast."
    ]
    if best is not one:
        at_best = best["seconds_per_example"]
        words.append(
            f"At best an example costs {time_words(at_best)} (batch {best['batch']}). The other "
            f"{time_words(alone - at_best)} alone are the price of a call (Python, and fetching "
            "the weights), which a batch pays once for all of its examples."
        )
    if enough is not last:
        words.append(
            f"From a batch of {enough['batch']} on there is little left to gain (90% of the best "
            f"throughput, or more, is reached there), and the wait grows: "
            f"{time_words(enough['median_s'])} for {enough['batch']}, "
            f"{time_words(last['median_s'])} for {last['batch']}."
        )
    return words


def counts_page(summary: Mapping[str, Any], text: str, screen: Screen) -> list[str]:
    """The table of the summary, and how its figures come about."""
    lines = [screen.paint("What it takes", "bold"), "", *screen.clean(text).split("\n"), ""]
    if summary["error"] is not None:
        return lines
    given = summary["input_shape"]
    shapes = given if given and isinstance(given[0], list) else [given]
    lines += map(screen.clean, formula_lines(products(summary["rows"]), shapes, summary["totals"]))
    return [*lines, *screen.wrap(_kept(summary), screen.width), ""]


def _kept(summary: Mapping[str, Any]) -> str:
    """What the graph really keeps, beside the formula."""
    kept, formula = summary["totals"]["kept_bytes"], summary["totals"]["formula_bytes"]
    if kept is None:
        return "What the graph keeps until backward() could not be measured."
    words = f"Measured: the graph keeps {kept:,} bytes until backward()"
    given = summary["output_shape"]
    out = math.prod(given) * 4 if given and isinstance(given[0], int) else 0
    if kept == formula:
        return f"{words}, as the formula says."
    if kept + out == formula:
        return f"{words}. The other {out:,} are the output, which belongs to the caller."
    return f"{words}."


def times_page(
    times: Mapping[str, Any], summary: Mapping[str, Any], batch: int, threads: int, screen: Screen
) -> list[str]:
    """A step of training, measured, and what bounds each part of it."""
    with_threads = f"{threads} threads" if threads != 1 else "1 thread"
    title = f"How long it takes: a batch of {batch:,}, {with_threads}"
    measured = [(name, times[name]) for name in PHASES if name in times]
    lines = [screen.paint(title, "bold"), ""]
    lines.append(f"{'':10}{'median':>9}   {'middle half':<20}{'achieved':>14}{'of peak':>9}")
    for name, phase in measured:
        achieved, share = "–", "–"
        if phase["flops"]:
            achieved = f"{short(phase['gflops'])} GFLOP/s"
            share = share_words(phase["share_of_peak"])
        elif name == "update":
            achieved = f"{short(phase['gb_per_s'])} GB/s"
        lines.append(screen.clean(f"{name:10}{_timed(phase)}{achieved:>14}{share:>9}"))
    lines.append("")
    for words in _notes(times, summary):
        lines += screen.wrap(words, screen.width)
    lines += ["", screen.paint("What bounds it: each thing by itself, at its fastest", "bold"), ""]
    lines.append(f"{'':10}{'median':>9}{''.join(f'{head:>20}' for head in CAUSES.values())}")
    for name, phase in measured:
        row = f"{name:10}{time_words(phase['median_s']):>9}"
        for cause in CAUSES:
            alone = phase["alone_s"].get(cause)
            share = "" if alone is None else share_words(_share(phase, cause))
            row += f"{'–' if alone is None else f'{time_words(alone)} ({share})':>20}"
        lines.append(screen.clean(row))
    about = (
        "Arithmetic: its FLOPs at the peak. Memory: as many bytes moved once by NumPy. Python's "
        "overhead: the same calls with an empty batch. A dash: not measured, or disturbed."
    )
    lines += ["", *screen.wrap(about, screen.width), ""]
    for words in times["words"]:
        lines += screen.wrap(words, screen.width)
    return [*lines, ""]


def _timed(figures: Figures) -> str:
    """The median, and the quartiles around it."""
    span = f"{time_words(figures['low_s'])} to {time_words(figures['high_s'])}"
    return f"{time_words(figures['median_s']):>9}   {span:<20}"


def _notes(times: Mapping[str, Any], summary: Mapping[str, Any]) -> list[str]:
    """What was measured and counted, a sentence or two each."""
    peak, best = times["peak_gflops"], max(times["products"], key=lambda each: each["gflops"])
    where = "reached in the network itself"
    if best["gflops"] >= peak:
        rows, inner, columns = best["rows"], best["inner"], best["columns"]
        where = f"in ({rows}, {inner}) @ ({inner}, {columns}), float32, measured just now"
    found = [f"Peak: {short(peak)} GFLOP/s, {where}."]
    if "backward" in times:
        found.append(_backward_words(times["backward"]["flops"], summary))
        found.append(
            "The update (SGD) has no product in it, so its honest figure is bytes: it reads "
            "weights and gradients and writes new weights, "
            f"3 × {times['update']['moved_bytes'] // 3:,} bytes."
        )
    if (why := times["not_trained_because"]) is not None:
        found.append(f"Backward and update were not measured: {why.rstrip('.')}.")
    return found


def _backward_words(flops: int, summary: Mapping[str, Any]) -> str:
    """The FLOPs of a backward, with the formula where it gives them."""
    total = 2 * summary["totals"]["multiply_adds"]
    network = products(summary["rows"])
    first = 2 * network[0].multiply_adds if network else 0
    if total and flops == 2 * total - first:
        return (
            f"Backward takes two products for each of forward's (for the weights' gradient and the "
            f"input's), less the gradient of the network's own input: 2 × {total:,} − {first:,} = "
            f"{flops:,} FLOPs."
        )
    return f"Backward takes {flops:,} FLOPs, counted on the graph; forward {total:,}."


def batches_page(sweep: Mapping[str, Any], screen: Screen) -> list[str]:
    """Every batch with its latency and throughput, and the question on batching."""
    lines = [screen.paint("Batches: forward only, no graph", "bold"), ""]
    lines.append(f"{'batch':>6}{'time':>9}   {'middle half':<20}{'examples/s':>14}")
    for each in sweep["rows"]:
        row = f"{each['batch']:6,}{_timed(each)}{each['examples_per_s']:>14,.0f}"
        lines.append(screen.clean(row))
    if why := sweep["larger_left_out_because"]:
        why = "take too long" if why == "time" else "do not fit into the memory"
        lines.append(f"Larger batches {why} here.")
    lines += ["", screen.paint("Why is a batch faster?", "bold"), ""]
    if busy := busy_words(sweep["others_share"]):
        lines += [*screen.wrap(busy, screen.width), ""]
    for sentence in sweep["words"]:
        lines += screen.wrap(sentence, screen.width)
    asked = f"The lesson asks this of another machine: {screen.command} read question-batches"
    return [*lines, "", asked]
