"""What `tito compare` shows: weights, programs, time, numbers, the verdict; and all as JSON."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from tito.lab.apart import printed_words
from tito.lab.compare.programs import NOTES, Row, beside, text_of
from tito.lab.compare.recipe import OPTIMIZERS, POOL, Recipe
from tito.lab.compare.timing import WORK, Timed
from tito.lab.compare.verdict import SAME, STAGES, Difference, Verdict, short
from tito.lab.profile.machine import BUSY_FROM
from tito.lab.profile.page import time_words
from tito.say.terminal import Screen, table

_COLOURS = {"same": "green", "close": "yellow", "differs": "red"}
_MOST_LAYERS = 3


@dataclass(frozen=True)
class Comparison:
    """All that came of it; ``time`` is None where it was not taken, with the reason if any."""

    recipe: Recipe
    version: str
    found: list[Difference]
    verdict: Verdict
    rows: list[Row]
    printed: str = ""
    time: list[Timed] | None = None
    no_time: str = ""


def lines(done: Comparison, screen: Screen, ours: str) -> Iterator[str]:
    """The whole page; ``ours`` is what our side is called: yours, or TinyTorch."""
    yield from _head(done, screen)
    yield from ["", screen.paint("The two programs", "bold"), *beside(done.rows, screen, ours)]
    if ours == "yours":
        yield from screen.wrap(
            f"Saved as a file, ours runs with your layers by: {screen.command} run FILE. "
            "With --json, both are there as plain text.",
            screen.width,
        )
    if done.time or done.no_time:
        yield from ["", screen.paint("Time", "bold"), *_time(done, screen, ours)]
    yield from ["", screen.paint("The same numbers?", "bold"), *_numbers(done, screen), ""]
    colour = "green" if done.verdict.agree else "red"
    yield from (
        screen.paint(line, colour) for line in screen.wrap(done.verdict.words, screen.width)
    )
    if not done.verdict.agree and ours == "yours":
        yield from screen.wrap(f"What a layer does wrong: {screen.command} test", screen.width)


def _head(done: Comparison, screen: Screen) -> Iterator[str]:
    recipe, (kind, rate) = done.recipe, OPTIMIZERS[done.recipe.optimizer]
    fields = {
        "Network": done.recipe.network.words(),
        "PyTorch": f"{done.version}, in a process of its own; threads on both sides: "
        f"{recipe.threads}",
        "Training": f"{kind}, learning rate {rate:g}, batches of {recipe.batch}, steps: "
        f"{recipe.steps}, seed {recipe.seed}",
        "Data": f"random numbers, {POOL} batches in turn; both get the same, and drop the same in "
        "each Dropout. They begin with the same weights, and with random numbers in the biases: "
        "of zeros nobody could tell whether they were left out",
    }
    for name, text in fields.items():
        yield from screen.hang(f"{name:<10}", text)
    if printed := printed_words(done.printed):
        yield from ["", printed]


def _time(done: Comparison, screen: Screen, ours: str) -> Iterator[str]:
    if not done.time:
        yield from screen.wrap(done.no_time, screen.width)
        return
    busy = any(each.others >= BUSY_FROM for each in done.time)
    names = {"ours": ours, "torch": "PyTorch", "neither": "neither"}
    rows = [["", ours, "PyTorch", "ratio", "" if busy else "faster"]]
    for each in done.time:
        times = [time_words(statistics.median(side)) for side in (each.ours, each.torch)]
        who = "" if busy else names[each.faster]
        rows.append([f"{WORK[each.work]}, batch {each.batch:,}", *times, f"{each.ratio:.2f}", who])
    yield from table(rows, "<>>><", screen)
    said = "Faster: in every round, and by more than 5%."
    if busy:
        said = (
            "Other programs are at work on this machine: who is faster cannot be read from these "
            "times. Take them again when it is idle."
        )
    yield from screen.wrap(
        f"Medians of {len(done.time[0].ours)} rounds, each side in a process of its own, in turn, "
        "while the other is idle; PyTorch as it comes (eager), float32. Ratio: PyTorch's time over "
        f"the other. {said}",
        screen.width,
    )


def _numbers(done: Comparison, screen: Screen) -> Iterator[str]:
    """The layers that are not the same by themselves, the first of them; then the whole."""
    groups: dict[str, list[Difference]] = {}
    for row in done.found:
        groups.setdefault(row.group, []).append(row)
    alone = [g for g, found in groups.items() if found[0].stage in STAGES[:2]]
    right = [g for g in alone if all(row.judgement == "same" for row in groups[g])]
    wrong = [group for group in alone if group not in right]
    rows = [["", "greatest", "numbers", "rounding", ""], ["", "difference", "up to", "alone", ""]]
    styles = ["", ""]
    if right:
        rows.append([f"each layer by itself: {len(right)} of {len(alone)}", "same"])
        styles.append(_COLOURS["same"])
    for group, found in groups.items():
        if group in right or group in wrong[_MOST_LAYERS:]:
            continue
        rows.append([group + (", by itself" if group in wrong else "")])
        styles.append("")
        for row in found:
            mark = "DIFFERS" if row.judgement == "differs" else row.judgement
            numbers = [row.greatest, row.size, row.rounding]
            shown = ["" if row.greatest is None else short(number or 0.0) for number in numbers]
            rows.append([f"  {row.what}", *shown, mark])
            styles.append(_COLOURS[row.judgement])
    yield from table(rows, "<>>><", screen, styles)
    yield from screen.wrap(
        "float32 keeps about 7 digits, so two right programs differ by about 1e-07 of the size "
        "of their numbers, and more after sums and steps. Rounding alone: the greatest "
        "difference that PyTorch gets from itself, calculating in 64 bits, when each number it "
        "begins with is changed by half of its last digit. Same: a greatest difference of at "
        f"most {SAME:g} times that.",
        screen.width,
    )


def as_data(done: Comparison, where: str) -> dict[str, Any]:
    """The whole comparison as one object, for JSON; docs/commands.md says what is where."""
    timed = done.time and [
        {**asdict(each), "ratio": each.ratio, "faster": each.faster} for each in done.time
    ]
    return {
        **done.recipe.to_dict(),
        "layers": where.splitlines(),
        "network": done.recipe.network.words(),
        "torch": done.version,
        "numbers": [asdict(row) for row in done.found],
        "verdict": asdict(done.verdict),
        "time": timed,
        "no_time": done.no_time,
        "programs": {
            "ours": text_of(done.rows, "ours"),
            "torch": text_of(done.rows, "torch"),
            "differences": {row.note: NOTES[row.note] for row in done.rows if row.note},
        },
    }
