"""What `tito compare` shows on a terminal: weights, numbers, time, and the verdict on them."""

from __future__ import annotations

import statistics
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from tito.comparing import timing
from tito.comparing.differences import Difference
from tito.comparing.page_programs import beside
from tito.comparing.parts import called
from tito.comparing.recipe import LEARNING_RATES, POOL, SAME
from tito.comparing.table import table
from tito.comparing.verdict import short
from tito.comparing.weights import weights
from tito.engine.aftermath import tidy
from tito.terminal import Screen, columns

if TYPE_CHECKING:
    from tito.comparing.run import Comparison

_PRINTED = 5
_MARKS = {"same": ("same", "green"), "close": ("close", "yellow"), "differs": ("DIFFERS", "red")}


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
        _numbers(done, screen),
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
    if done.printed.strip():
        yield from ["", "Your code printed:", textwrap.indent(tidy(done.printed, _PRINTED), "    ")]


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
        mine = "none" if each.ours is None else _shape(each.ours)
        rows.append([each.name, mine, _shape(each.torch), how if each.ours else "left at 0"])
    yield from table(rows, screen, "<<<<")
    yield from _paragraph(
        "A weight is (in, out) here, for y = xW + b. PyTorch keeps it as (out, in), for "
        "y = xWᵀ + b, so it was handed over transposed: the same numbers, the same layer. Biases, "
        "which start at 0, got random numbers first: a forgotten one would not show otherwise.",
        screen,
    )
    for remark in done.facts["remarks"]:
        yield from _hanging("Note: ", remark, screen)


def _shape(sizes: Sequence[int]) -> str:
    return "(" + ", ".join(map(str, sizes)) + ("," if len(sizes) == 1 else "") + ")"


def _numbers(done: Comparison, screen: Screen) -> Iterator[str]:
    yield from _title("2. The same numbers?", screen)
    found = done.found
    after = f"After {found.steps} steps"
    groups = [
        ("Forward", [d for d in found.whole() if d.what.startswith("output")]),
        ("Gradients", found.gradients),
        (after, [*found.after, found.losses]),
    ]
    wide = screen.width >= 75
    rows = [
        ["", "greatest", "where", "numbers", "relative", "rounding", ""],
        ["", "difference", "", "up to", "", "alone", ""],
    ]
    if not wide:
        rows = [[row[0], row[1], row[3], row[5], row[6]] for row in rows]
    styles = [""] * len(rows)
    for title, differences in groups:
        rows.append([title])
        styles.append("")
        for each in differences:
            rows.append(_row(each, wide))
            styles.append(_MARKS[each.judgement][1])
    yield from table(rows, screen, "<><>>><" if wide else "<>>><", styles)
    yield from _hanging("", _explained(), screen)
    yield ""
    yield from _verdict(done, screen)


def _row(each: Difference, wide: bool) -> list[str]:
    name = each.what.partition(" after ")[0].removeprefix("gradient of ").partition(" of ")[0]
    mark = _MARKS[each.judgement][0]
    if each.greatest is None:
        return ["  " + name, each.why, *([""] * (4 if wide else 2)), mark]
    place = str(list(each.place)) if each.place else ""
    relative = "" if each.relative is None else short(each.relative)
    return [
        "  " + name,
        short(each.greatest),
        *([place] if wide else []),
        short(each.size or 0.0),
        *([relative] if wide else []),
        short(each.rounding or 0.0),
        mark,
    ]


def _explained() -> str:
    return (
        "float32 keeps about 7 digits, so two right programs part by about 1e-07 of the size of "
        "their numbers, and more after sums and steps. Rounding alone: by how much PyTorch parts "
        "from itself in 64 bits, where each number began changed by half its last digit. Same: "
        f"at most {SAME:g} times that."
    )


def _verdict(done: Comparison, screen: Screen) -> Iterator[str]:
    for number, line in enumerate(screen.wrap(done.verdict.words, screen.width)):
        yield screen.paint(line, "green" if done.verdict.agree else "red") if number == 0 else line


def _time(done: Comparison, screen: Screen, ours: str) -> Iterator[str]:
    if done.no_time:
        yield from _title("3. Time", screen)
        yield from _paragraph(f"It could not be taken. {done.no_time}", screen)
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
        "of its own, in turn, while the other is at rest; PyTorch as it comes (eager), float32.",
        screen,
    )
    yield ""
    yield from _paragraph(_sentence(done, ours), screen)
    if timing.disturbed(done.time):
        yield from _paragraph(
            "The rounds lie far apart: other programs are at work here. Times read now mean "
            "little; take them again when the machine is at rest.",
            screen,
        )


def _sentence(done: Comparison, ours: str) -> str:
    return timing.sentence(done.time or [], "Yours" if ours == "yours" else "TinyTorch")


def _reading(seconds: Sequence[float]) -> list[str]:
    middle = statistics.median(seconds)
    away = max(max(seconds) / middle - 1, 1 - min(seconds) / middle)
    return [timing.duration(middle), f"±{away:.0%}"]


def _end(done: Comparison, screen: Screen, ours: str) -> Iterator[str]:
    yield from _title("In short", screen)
    yield from _paragraph(done.verdict.brief, screen)
    if done.time:
        yield from _paragraph(_sentence(done, ours), screen)
    if not done.verdict.agree and ours == "yours":
        yield from _paragraph(f"What a layer does wrong: {screen.command} test", screen)
