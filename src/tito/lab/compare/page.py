"""What `tito compare` shows: weights, numbers, time, the verdict on them; and all of it as JSON."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

from tito.lab.apart.attempt import printed_words
from tito.lab.compare import timing
from tito.lab.compare.differences import Difference, Findings, LayerFound
from tito.lab.compare.programs import NOTES, Programs, beside
from tito.lab.compare.recipe import (
    LEARNING_RATES,
    POOL,
    SAME,
    Plain,
    Recipe,
    called,
    name_in,
    tensors_of,
)
from tito.lab.compare.verdict import Verdict, short
from tito.lab.profile.page import time_words
from tito.say.terminal import Screen, table

_COLOURS = {"same": "green", "close": "yellow", "differs": "red"}
_MOST_LAYERS = 3
#: From so many columns on: to which side each goes, and which there are.
_FITS: tuple[tuple[int, str, tuple[int, ...]], ...] = (
    (75, "<><>>><", (0, 1, 2, 3, 4, 5, 6)),
    (59, "<>>><", (0, 1, 3, 5, 6)),
    (0, "<><", (0, 1, 6)),
)


@dataclass(frozen=True)
class Comparison:
    """All that came of it; ``time`` is None where it was not taken, with the reason if any."""

    recipe: Recipe
    version: str
    parts: list[Plain]
    found: Findings
    verdict: Verdict
    both: Programs
    printed: str = ""
    time: list[timing.Timed] | None = None
    no_time: str = ""

    @property
    def network(self) -> str:
        """The layers as one writes them."""
        return ", ".join(called(part).removesuffix("()") for part in self.parts)


def lines(done: Comparison, screen: Screen, ours: str) -> Iterator[str]:
    """The whole page; ``ours`` is what our side is called: yours, or TinyTorch."""
    pieces = [
        _head(done, screen),
        _weights(done, screen, ours),
        _numbers(done.found, done.verdict, screen),
        _time(done, screen, ours),
        beside(done.both, screen, ours),
        _end(done, screen, ours),
    ]
    for number, piece in enumerate(pieces):
        rows = list(piece)
        yield from ([""] if number and rows else []) + rows


def _head(done: Comparison, screen: Screen) -> Iterator[str]:
    recipe, drops = done.recipe, any(part["kind"] == "Dropout" for part in done.parts)
    kind = {"sgd": "SGD", "adam": "Adam"}[recipe.optimizer]
    fields = {
        "Network": done.network,
        "PyTorch": f"{done.version}, in a process of its own; threads on both sides: "
        f"{recipe.same_threads}",
        "Training": f"{kind}, learning rate {LEARNING_RATES[recipe.optimizer]:g}, batches of "
        f"{recipe.batch_size}, steps: {recipe.steps}, seed {recipe.seed}",
        "Data": f"random numbers, {POOL} batches in turn; both get the same"
        + (", and the same Dropout masks" if drops else ""),
    }
    for name, text in fields.items():
        yield from screen.hang(f"{name:<10}", text)
    if printed := printed_words(done.printed):
        yield from ["", printed]


def _weights(done: Comparison, screen: Screen, ours: str) -> Iterator[str]:
    yield screen.paint("1. The same weights", "bold")
    rows = [["", ours, "PyTorch", ""]]
    for each in _shapes(done.parts):
        how = "transposed" if each["transposed"] else "as it is"
        rows.append([each["name"], str(each["ours"]), str(each["torch"]), how])
    yield from table(rows, "<<<<", screen)
    yield from screen.wrap(
        "A weight is (in, out) here, for y = xW + b. PyTorch keeps it as (out, in), for "
        "y = xWᵀ + b, so it was handed over transposed: the same numbers, the same layer. Biases, "
        "which start at 0, got random numbers first: a forgotten one would not show otherwise.",
        screen.width,
    )


def _shapes(parts: Sequence[Plain]) -> Iterator[dict[str, Any]]:
    """Each parameter, its shape on both sides, and whether it had to be transposed."""
    for part in parts:
        for key in tensors_of(part):
            turned = key == "weight"
            shape = (part["settings"]["in"], part["settings"]["out"])[0 if turned else 1 :]
            sides = {"ours": shape, "torch": shape[::-1], "transposed": turned}
            yield {"name": name_in(part, key), **sides}


def _numbers(found: Findings, verdict: Verdict, screen: Screen) -> Iterator[str]:
    """The table, how it is to be read, and the verdict."""
    yield screen.paint("2. The same numbers?", "bold")
    rows = [
        ["", "greatest", "where", "numbers", "relative", "rounding", ""],
        ["", "difference", "", "up to", "", "alone", ""],
    ]
    styles = ["", ""]
    for title, named in _groups(found):
        rows += [[title], *(_row(name, each) for name, each in named)]
        styles += ["", *(_COLOURS[each.judgement] for _, each in named)]
    sides, kept = next((sides, kept) for room, sides, kept in _FITS if screen.width >= room)
    rows = [row if len(row) < len(kept) else [row[n] for n in kept] for row in rows]
    yield from table(rows, sides, screen, styles)
    yield from screen.wrap(
        "float32 keeps about 7 digits, so two right programs differ by about 1e-07 of the size "
        "of their numbers, and more after sums and steps. Rounding alone: the greatest "
        "difference that PyTorch gets from itself, calculating in 64 bits, when each number it "
        "begins with is changed by half of its last digit. Same: a greatest difference of at "
        f"most {SAME:g} times that.",
        screen.width,
    )
    yield ""
    first, *others = screen.wrap(verdict.words, screen.width)
    yield from (screen.paint(first, "green" if verdict.agree else "red"), *others)


def _groups(found: Findings) -> Iterator[tuple[str, list[tuple[str, Difference]]]]:
    """The layers that are not the same by themselves, the first of them; then the whole."""
    wrong = [each for each in found.layers if any(d.judgement != "same" for d in each.everything())]
    for layer in wrong[:_MOST_LAYERS]:
        yield f"Layer {layer.path or 0}, {layer.name}, by itself", list(_of_layer(layer))
    if len(wrong) > _MOST_LAYERS:
        yield f"({len(wrong) - _MOST_LAYERS} more layers that are not the same by themselves)", []
    forward = [("output at inference", found.inference)]
    if any(layer.inference is not None for layer in found.layers):
        forward.append(("output in training", found.output))
    yield "Forward", forward
    yield "Gradients", [(d.what.removeprefix("gradient of "), d) for d in found.gradients]
    after = [(d.what.partition(" after ")[0], d) for d in found.after]
    steps = f"{found.steps} steps" if found.steps > 1 else "one step"
    yield f"After {steps}", [*after, ("losses", found.losses)]


def _of_layer(layer: LayerFound) -> Iterator[tuple[str, Difference]]:
    for each in layer.everything():
        what = each.what.removeprefix("gradient of the ")
        leaf, _, where = what.partition(" of layer ")
        if what != each.what:
            leaf = f"gradient of {leaf}"
        yield leaf + (" at inference" if where.endswith(" at inference") else ""), each


def _row(name: str, each: Difference) -> list[str]:
    mark = "DIFFERS" if each.judgement == "differs" else each.judgement
    if each.greatest is None:
        return [f"  {name}: {each.why}", mark]
    return [
        f"  {name}",
        short(each.greatest),
        str(list(each.place)) if each.place else "",
        short(each.size or 0.0),
        "" if each.relative is None else short(each.relative),
        short(each.rounding or 0.0),
        mark,
    ]


def _time(done: Comparison, screen: Screen, ours: str) -> Iterator[str]:
    if not (done.time or done.no_time):
        return
    yield screen.paint("3. Time", "bold")
    if not done.time:
        yield from screen.wrap(done.no_time, screen.width)
        return
    rows = [["", ours, "", "PyTorch", "", "ratio"]]
    for each in done.time:
        name = f"{timing.WORK[each.work]}, batch {each.batch:,}"
        rows.append([name, *_reading(each.ours), *_reading(each.torch), f"{each.ratio:.2f}"])
    yield from table(rows, "<>>>>>", screen)
    mine = "yours" if ours == "yours" else "ours"
    yield from screen.wrap(
        f"Medians of {len(done.time[0].ours)} rounds, and how far the rounds lie from them at "
        f"most. Ratio: PyTorch's time over {mine}, so above 1 {mine} is the faster one. Each runs "
        "in a process of its own, in turn, while the other is idle; PyTorch as it comes (eager), "
        "float32.",
        screen.width,
    )
    yield ""
    yield from screen.wrap(timing.sentence(done.time, ours), screen.width)
    if not done.verdict.agree:
        yield from screen.wrap("Note that the two do not compute the same.", screen.width)


def _reading(seconds: Sequence[float]) -> list[str]:
    middle = statistics.median(seconds)
    away = max(max(seconds) / middle - 1, 1 - min(seconds) / middle)
    return [time_words(middle), f"±{away:.0%}" if away <= 1 else "over 100%"]


def _end(done: Comparison, screen: Screen, ours: str) -> Iterator[str]:
    yield screen.paint("In short", "bold")
    yield from screen.wrap(done.verdict.brief, screen.width)
    if done.time and done.verdict.agree:
        yield from screen.wrap(timing.sentence(done.time, ours), screen.width)
    if not done.verdict.agree and ours == "yours":
        yield from screen.wrap(f"What a layer does wrong: {screen.command} test", screen.width)


def as_data(done: Comparison, where: str) -> dict[str, Any]:
    """The whole comparison as one object, for JSON; docs/commands.md says what is where."""
    recipe, both = done.recipe, done.both
    return _finite(
        {
            "layers": where.splitlines(),
            "network": done.network,
            "torch": done.version,
            "batch": recipe.batch_size,
            "steps": recipe.steps,
            "optimizer": recipe.optimizer,
            "seed": recipe.seed,
            "threads": recipe.same_threads,
            "weights": list(_shapes(done.parts)),
            "numbers": asdict(done.found),
            "verdict": asdict(done.verdict),
            "time": None if done.time is None else [each.to_dict() for each in done.time],
            "no_time": done.no_time,
            "programs": {
                "ours": both.ours,
                "torch": both.torch,
                "differences": {name: NOTES[name] for name in both.notes},
            },
        }
    )


def _finite(value: Any) -> Any:
    """The same with None for NaN and infinity, which JSON has not."""
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in cast("dict[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in cast("Sequence[Any]", value)]
    return None if isinstance(value, float) and not math.isfinite(value) else value
