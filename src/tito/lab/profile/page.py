"""The three parts of a profile as text: what it takes, how long that takes, what batches gain."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from tito.lab.profile.amounts import rate_words, share_words, span_words, time_words
from tito.lab.profile.figures import UPDATE, Phase, Sweep, Times, answer, bound_words, peak_words
from tito.lab.profile.formulas import formula_bytes, formula_lines, products
from tito.lab.profile.machine import busy_words, is_busy
from tito.say.terminal import Screen

#: The columns of the second table.
CAUSES = {
    "arithmetic": "arithmetic",
    "memory": "memory",
    "products": "products",
    "calls": "overhead",
}


def counts_page(summary: Mapping[str, Any], text: str, screen: Screen) -> list[str]:
    """The table of the summary, and how its figures come about."""
    lines = [screen.paint("What it takes", "bold"), "", *screen.clean(text).split("\n"), ""]
    if summary["error"] is not None:
        return lines
    totals, shapes = summary["totals"], _shapes(summary["input_shape"])
    network = products(summary["rows"])
    found = formula_lines(network, shapes, totals)
    lines += [screen.clean(line) for line in found]
    kept = _kept(totals, formula_bytes(network, shapes) if network else None, summary)
    return [*lines, *screen.wrap(kept, screen.width), ""]


def _shapes(input_shape: Any) -> list[list[int]]:
    """The shape of each input, whether there is one or several."""
    several = bool(input_shape) and isinstance(input_shape[0], list)
    return input_shape if several else [input_shape]


def _kept(totals: Mapping[str, Any], formula: int | None, summary: Mapping[str, Any]) -> str:
    """What the graph really keeps, beside the formula."""
    kept = totals["kept_bytes"]
    if kept is None:
        return "What the graph keeps until backward() could not be measured."
    words = f"Measured: the graph keeps {kept:,} bytes until backward()"
    given = summary["output_shape"]
    out = math.prod(given) * 4 if given and isinstance(given[0], int) else 0
    if formula is None or kept == formula:
        return f"{words}{', as the formula says' if kept == formula else ''}."
    if kept + out == formula:
        words += f". The other {out:,} are the output, which belongs to the caller."
        if any(row["name"] == "ReLU" for row in summary["rows"]):
            words += " What ReLU is given is not kept: its derivative needs only what it gives."
        return words
    apart = kept + out - formula
    more = "more" if apart > 0 else "less"
    return f"{words}; with the output that is {abs(apart):,} {more} than the formula says."


def times_page(
    times: Times, summary: Mapping[str, Any], batch: int, threads: int, screen: Screen
) -> list[str]:
    """A step of training, measured, and what bounds each part of it."""
    with_threads = f"{threads} threads" if threads != 1 else "1 thread"
    title = f"How long it takes: a batch of {batch:,}, {with_threads}"
    lines = [screen.paint(title, "bold"), ""]
    lines.append(f"{'':10}{'median':>9}   {'middle half':<18}{'achieved':>14}{'of peak':>9}")
    lines += [screen.clean(_time_row(phase, times.peak)) for phase in times.phases]
    lines.append("")
    for words in _notes(times, summary):
        lines += screen.wrap(words, screen.width)
    lines += ["", screen.paint("What bounds it: each thing by itself, at its fastest", "bold"), ""]
    heads = "".join(f"{head:>15}" for head in CAUSES.values())
    lines.append(f"{'':10}{'median':>9}{heads}")
    lines += [screen.clean(_cause_row(phase)) for phase in times.phases]
    lines.append("")
    lines += screen.wrap(
        "Arithmetic: its FLOPs at the peak. Memory: as many bytes moved once by NumPy. Products: "
        "its matrix products by themselves in NumPy, which holds both. Overhead: Python's, seen "
        "in the same calls with an empty batch. What these leave over is, among other things, "
        "new arrays. A dash: not measured, or disturbed.",
        screen.width,
    )
    lines.append("")
    for phase in times.phases:
        lines += screen.wrap(bound_words(phase, is_busy(times.others)), screen.width)
    return [*lines, ""]


def _time_row(phase: Phase, peak: float) -> str:
    reading, rate = phase.reading, phase.flops_per_second
    span = span_words(reading.low_s, reading.high_s)
    if rate is None:
        moves = phase.name == UPDATE
        achieved, share = rate_words(phase.bytes_per_second, "GB/s") if moves else "–", "–"
    else:
        achieved, share = rate_words(rate, "GFLOP/s"), share_words(rate / peak)
    return f"{phase.name:10}{time_words(reading.median_s):>9}   {span:<18}{achieved:>14}{share:>9}"


def _cause_row(phase: Phase) -> str:
    cells = [
        f"{time_words(phase.alone[cause])} ({_short_share(phase.share(cause))})"
        if cause in phase.alone
        else "–"
        for cause in CAUSES
    ]
    median = time_words(phase.reading.median_s)
    return f"{phase.name:10}{median:>9}{''.join(f'{cell:>15}' for cell in cells)}"


def _short_share(share: float) -> str:
    return "<1%" if 0 < share < 0.01 else share_words(share)


def _notes(times: Times, summary: Mapping[str, Any]) -> list[str]:
    """What was measured and counted, a sentence or two each."""
    found = [
        f"Peak: {peak_words(times.peak, times.peak_product)}, float32, measured just now."
        if times.peak == times.products[times.peak_product]
        else f"Peak: {rate_words(times.peak, 'GFLOP/s')}, reached in the network itself."
    ]
    by_name = {phase.name: phase for phase in times.phases}
    if "backward" in by_name:
        found.append(_backward_words(by_name["backward"].flops, summary))
    if "update" in by_name:
        moved = by_name["update"].moved_bytes
        found.append(
            "The update (SGD) has no product in it, so its honest figure is bytes: it reads "
            f"weights and gradients and writes new weights, 3 × {moved // 3:,} bytes."
        )
    if times.untrained is not None:
        found.append(f"Backward and update were not measured: {times.untrained.rstrip('.')}.")
    if "calls" not in by_name["forward"].alone:
        found.append("Python's overhead is not known: an empty batch did not go through.")
    if times.without_gradient:
        count = times.without_gradient
        one = count == 1
        found.append(
            f"{count} parameter tensor{' gets' if one else 's get'} no gradient: "
            f"an update leaves {'it' if one else 'them'} out."
        )
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


def batches_page(sweep: Sweep, screen: Screen, others: float = 0.0) -> list[str]:
    """Every batch with its latency and throughput, and the question on batching.

    ``others`` is the share of other programs while the step was measured.
    """
    dropping = "dropout still on" if sweep.drops else "nothing dropped"
    lines = [screen.paint(f"Batches: forward only, no graph, {dropping}", "bold"), ""]
    lines.append(f"{'batch':>6}{'time for it':>14}   {'middle half':<18}{'examples/s':>14}")
    for batch in sweep.batches:
        reading = batch.reading
        lines.append(
            screen.clean(
                f"{batch.size:6,}{time_words(reading.median_s):>14}   "
                f"{span_words(reading.low_s, reading.high_s):<18}{batch.per_second:>14,.0f}"
            )
        )
    if sweep.left_out:
        why = "take too long" if sweep.left_out == "time" else "do not fit into the memory"
        lines.append(f"Larger batches {why} here.")
    lines += ["", screen.paint("Why is a batch faster?", "bold"), ""]
    if busy := busy_words(max(others, sweep.others or 0.0)):
        lines += [*screen.wrap(busy, screen.width), ""]
    for sentence in answer(sweep.batches):
        lines += screen.wrap(sentence, screen.width)
    asked = f"The lesson asks this of another machine: {screen.command} read question-batches"
    return [*lines, "", asked]
