"""What `tito compare` shows on a terminal: weights, numbers, time, and the verdict on them."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from tito.lab.apart.attempt import printed_words
from tito.lab.compare import timing
from tito.lab.compare.page_numbers import numbers
from tito.lab.compare.page_programs import beside
from tito.lab.compare.parts import called
from tito.lab.compare.recipe import LEARNING_RATES, POOL
from tito.lab.compare.table import table
from tito.lab.compare.weights import weights
from tito.lab.profile.amounts import time_words
from tito.say.terminal import Screen, columns

if TYPE_CHECKING:
    from tito.lab.compare.wanted import Comparison


def network_words(done: Comparison) -> str:
    """The layers as one writes them."""
    return ", ".join(
        called(p["kind"], p["settings"]).removesuffix("()") for p in done.facts["parts"]
    )


def lines(done: Comparison, screen: Screen, ours: str) -> Iterator[str]:
    """The whole page; ``ours`` is what our side is called: yours, or TinyTorch."""
    pieces = [
        _head(done, screen),
        _weights(done, screen, ours),
        numbers(done.found, done.verdict, screen),
        _time(done, screen, ours),
        beside(done.both, screen, ours),
        _end(done, screen, ours),
    ]
    for number, piece in enumerate(pieces):
        rows = list(piece)
        yield from ([""] if number and rows else []) + rows


def _head(done: Comparison, screen: Screen) -> Iterator[str]:
    wanted = done.wanted
    rate = f"learning rate {LEARNING_RATES[wanted.optimizer]:g}"
    fields = {
        "Network": network_words(done),
        "PyTorch": f"{done.version}, in a process of its own; threads on both sides: "
        f"{wanted.same_threads}",
        "Training": f"{_kind(done)}, {rate}, batches of {wanted.batch_size}, steps: "
        f"{wanted.steps}, seed {wanted.seed}",
        "Data": f"random numbers, {POOL} batches in turn; both get the same"
        + (", and the same Dropout masks" if _drops(done) else ""),
    }
    for name, text in fields.items():
        yield from _hanging(f"{name:<10}", text, screen)
    if printed := printed_words(done.printed):
        yield from ["", printed]


def _kind(done: Comparison) -> str:
    return {"sgd": "SGD", "adam": "Adam"}[done.wanted.optimizer]


def _drops(done: Comparison) -> bool:
    return any(part["kind"] == "Dropout" for part in done.facts["parts"])


def _hanging(label: str, text: str, screen: Screen) -> Iterator[str]:
    room = max(screen.width - columns(label), 20)
    for number, line in enumerate(screen.wrap(text, room)):
        yield (label if number == 0 else " " * columns(label)) + line


def _title(text: str, screen: Screen) -> Iterator[str]:
    yield screen.paint(text, "bold")


def _paragraph(text: str, screen: Screen) -> Iterator[str]:
    yield from screen.wrap(text, screen.width)


def _weights(done: Comparison, screen: Screen, ours: str) -> Iterator[str]:
    yield from _title("1. The same weights", screen)
    rows = [["", ours, "PyTorch", ""]]
    for each in weights(done.facts["parts"]):
        how = "transposed" if each.transposed else "as it is"
        mine = "none" if each.ours is None else str(tuple(each.ours))
        rows.append([each.name, mine, str(tuple(each.torch)), how if each.ours else "left at 0"])
    yield from table(rows, screen, "<<<<")
    yield from _paragraph(
        "A weight is (in, out) here, for y = xW + b. PyTorch keeps it as (out, in), for "
        "y = xWᵀ + b, so it was handed over transposed: the same numbers, the same layer. Biases, "
        "which start at 0, got random numbers first: a forgotten one would not show otherwise.",
        screen,
    )
    for remark in done.facts["remarks"]:
        yield from _hanging("Note: ", remark, screen)


def _time(done: Comparison, screen: Screen, ours: str) -> Iterator[str]:
    if done.no_time:
        yield from _title("3. Time", screen)
        yield from _paragraph(done.no_time, screen)
    if not done.time:
        return
    rounds = len(done.time[0].ours)
    yield from _title("3. Time", screen)
    rows = [["", ours, "", "PyTorch", "", "ratio"]]
    for work, timed in groupby(done.time, lambda each: each.work):
        for each in timed:
            name = f"{timing.WORK[work]}, batch {each.batch:,}"
            rows.append([name, *_reading(each.ours), *_reading(each.torch), f"{each.ratio:.2f}"])
    yield from table(rows, screen, "<>>>>>")
    ours = "yours" if ours == "yours" else "ours"
    yield from _paragraph(
        f"Medians of {rounds} rounds, and how far the rounds lie from them at most. Ratio: "
        f"PyTorch's time over {ours}, so above 1 {ours} is the faster one. Each runs in a process "
        "of its own, in turn, while the other is idle; PyTorch as it comes (eager), float32.",
        screen,
    )
    yield ""
    yield from _paragraph(_sentence(done, ours), screen)
    if not done.verdict.agree:
        yield from _paragraph("Note that the two do not compute the same.", screen)


def _sentence(done: Comparison, ours: str) -> str:
    return timing.sentence(done.time or [], "Yours" if ours == "yours" else "TinyTorch")


def _reading(seconds: Sequence[float]) -> list[str]:
    middle = statistics.median(seconds)
    away = max(max(seconds) / middle - 1, 1 - min(seconds) / middle)
    return [time_words(middle), f"±{away:.0%}" if away <= 1 else "over 100%"]


def _end(done: Comparison, screen: Screen, ours: str) -> Iterator[str]:
    yield from _title("In short", screen)
    yield from _paragraph(done.verdict.brief, screen)
    if done.time and done.verdict.agree:
        yield from _paragraph(_sentence(done, ours), screen)
    if not done.verdict.agree and ours == "yours":
        yield from _paragraph(f"What a layer does wrong: {screen.command} test", screen)
