"""The numbers on a terminal: the greatest differences, what rounding alone does, the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from tito.lab.compare.differences import Difference
from tito.lab.compare.findings import Findings, LayerFound
from tito.lab.compare.recipe import SAME
from tito.lab.compare.table import table
from tito.lab.compare.verdict import Verdict, short
from tito.say.terminal import Screen

_MARKS = {"same": ("same", "green"), "close": ("close", "yellow"), "differs": ("DIFFERS", "red")}
_MOST_LAYERS = 3
#: From so many columns on: to which side each goes, and which there are.
_FITS: tuple[tuple[int, str, tuple[int, ...]], ...] = (
    (75, "<><>>><", (0, 1, 2, 3, 4, 5, 6)),
    (59, "<>>><", (0, 1, 3, 5, 6)),
    (0, "<><", (0, 1, 6)),
)

#: A title, and below it names with differences.
Group = tuple[str, list[tuple[str, Difference]]]


def numbers(found: Findings, verdict: Verdict, screen: Screen) -> Iterator[str]:
    """The table, how it is to be read, and the verdict."""
    yield screen.paint("2. The same numbers?", "bold")
    rows = [
        ["", "greatest", "where", "numbers", "relative", "rounding", ""],
        ["", "difference", "", "up to", "", "alone", ""],
    ]
    styles = ["", ""]
    for title, named in _groups(found):
        rows.append([title])
        styles.append("")
        for name, each in named:
            rows.append(_row(name, each))
            styles.append(_MARKS[each.judgement][1])
    sides, kept = next((sides, kept) for room, sides, kept in _FITS if screen.width >= room)
    rows = [row if len(row) == 1 else [row[n] for n in kept] for row in rows]
    yield from table(rows, screen, sides, styles)
    yield from screen.wrap(
        "float32 keeps about 7 digits, so two right programs differ by about 1e-07 of the size "
        "of their numbers, and more after sums and steps. Rounding alone: the greatest "
        "difference that PyTorch gets from itself, calculating in 64 bits, when each number it "
        "begins with is changed by half of its last digit. Same: a greatest difference of at "
        f"most {SAME:g} times that.",
        screen.width,
    )
    yield ""
    colour = "green" if verdict.agree else "red"
    for number, line in enumerate(screen.wrap(verdict.words, screen.width)):
        yield screen.paint(line, colour) if number == 0 else line


def _groups(found: Findings) -> Iterator[Group]:
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
    yield "output", layer.output
    if layer.inference is not None:
        yield "output at inference", layer.inference
    for each in layer.gradients:
        leaf = each.what.removeprefix("gradient of the ").partition(" of ")[0]
        yield f"gradient of {leaf}", each


def _row(name: str, each: Difference) -> list[str]:
    mark = _MARKS[each.judgement][0]
    if each.greatest is None:
        return ["  " + name, each.why, "", "", "", "", mark]
    return [
        "  " + name,
        short(each.greatest),
        str(list(each.place)) if each.place else "",
        short(each.size or 0.0),
        "" if each.relative is None else short(each.relative),
        short(each.rounding or 0.0),
        mark,
    ]
