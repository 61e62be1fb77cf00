"""The two programs: the same network built, trained and used, in TinyTorch and in PyTorch.

They are made of rows, what stands in one beside what stands in the other; a row whose sides are
not the same text has the name of a note, which says what differs and why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tito.lab.compare.recipe import OPTIMIZERS, Recipe, called
from tito.say.terminal import Screen

NOTES = {
    "imports": "PyTorch keeps layers and losses in torch.nn, optimizers in torch.optim.",
    "parameters": "parameters() is a list here. PyTorch's can be walked once: list() keeps it.",
    "data": "A PyTorch tensor comes with random numbers of its own; ours is made from NumPy's.",
    "inference": "PyTorch's layers remember whether they train: model.eval() tells them. Here "
    "Dropout is left out, or told by its call, training=False.",
    "array": "The numbers of our tensor are a NumPy array, .data, with all that NumPy can do.",
    "size": "How many numbers a tensor holds is size here, and numel() in PyTorch.",
    "order": "Our weight is (in, out), for y = xW + b. PyTorch's is (out, in), for y = xWᵀ + b.",
}
#: What the eye does not see, for the text is the same.
UNSEEN = (
    "What looks the same may not be: Linear's first weights are drawn from the normal distribution "
    "here, with zeros for the bias; PyTorch draws both evenly from ±1/sqrt(in)."
)
#: The rows: what stands in both, or ours || theirs || the note. None is wider than half of a
#: terminal of 80 columns.
_TEXT = """\
import numpy as np || import torch || imports
{imports}
from tinytorch import {kind} || from torch.optim import {kind} || imports
from tinytorch import manual_seed || from torch import manual_seed || imports
from tinytorch import no_grad || from torch import no_grad || imports
from tinytorch import Tensor ||  || imports

# The network
manual_seed({seed})
model = Sequential(
{layers}
)
found = model.parameters() || found = list(model.parameters()) || parameters
optimizer = {kind}(found, lr={rate:g})
loss = {loss}()

# Numbers to learn from, at random
x = Tensor(np.random.randn({batch}, {inputs})) || x = torch.randn({batch}, {inputs}) || data
{y}

# Training
for step in range({steps}):
    optimizer.zero_grad()
    value = loss(model(x), y)
    value.backward()
    optimizer.step()
print("loss", value.item())

# Inference
 || model.eval() || inference
with no_grad():
{answer}
{said}

# What it has learned
count = sum(p.size for p in found) || count = sum(p.numel() for p in found) || size
print("parameters", count)
weight = model.layers[0].weight || weight = model[0].weight || order
print("weight", tuple(weight.shape))
"""
_CLASSES = "y = np.random.randint({1}, size={0}) || y = torch.randint({1}, ({0},)) || data"
_VALUES = "y = Tensor(np.random.randn({0}, 1)) || y = torch.randn({0}, 1) || data"
_DROPPING = """\
    answer = x ||     answer = model(x) || inference
    for layer in model.layers: ||  || inference
        if type(layer) is not Dropout: ||  || inference
            answer = layer(answer) ||  || inference"""
_BEST_CLASS = """\
best = answer.data.argmax(1) || best = answer.argmax(1) || array
print(tuple(best.shape))"""

_GUTTER = 3  # a blank, a note's number, a blank


@dataclass(frozen=True)
class Row:
    """The same step in both; None where one of them has nothing to do."""

    ours: str | None
    torch: str | None
    note: str = ""


def programs(recipe: Recipe) -> list[Row]:
    """Both programs, row by row."""
    (kind, rate), (inputs, *_, outputs) = OPTIMIZERS[recipe.optimizer], recipe.network.sizes
    names = dict.fromkeys((recipe.loss, "Sequential", *(spec[0] for spec in recipe.specs)))
    imported = "from tinytorch import {0} || from torch.nn import {0} || imports"
    text = _TEXT.format(
        kind=kind,
        rate=rate,
        loss=recipe.loss,
        imports="\n".join(map(imported.format, names)),
        layers="\n".join(f"    {called(spec)}," for spec in recipe.specs),
        batch=recipe.batch,
        inputs=inputs,
        y=(_CLASSES if outputs > 1 else _VALUES).format(recipe.batch, outputs),
        steps=recipe.steps,
        seed=recipe.seed,
        answer=_DROPPING if recipe.dropouts else "    answer = model(x)",
        said=_BEST_CLASS if outputs > 1 else "print(tuple(answer.shape))",
    )
    rows: list[Row] = []
    for line in text.splitlines():
        ours, *rest = line.split(" || ")
        rows.append(Row(ours or None, rest[0] or None, rest[1]) if rest else Row(ours, ours))
    return rows


def text_of(rows: Sequence[Row], side: str) -> str:
    """The program of one side, "ours" or "torch", to be saved and run."""
    lines: list[str | None] = [getattr(row, side) for row in rows]
    return "".join(f"{line}\n" for line in lines if line is not None)


def beside(rows: Sequence[Row], screen: Screen, ours: str) -> Iterator[str]:
    """Both programs, and the notes on what differs; one after the other where it is narrow."""
    notes = dict.fromkeys(row.note for row in rows if row.note)
    numbers = {note: str(place) for place, note in enumerate(notes, start=1)}
    name = "TinyTorch, with your layers" if ours == "yours" else "TinyTorch"
    room = (screen.width - _GUTTER) // 2
    if max(len(text or "") for row in rows for text in (row.ours, row.torch)) <= room:
        yield f"{name:<{room}}{'':{_GUTTER}}PyTorch"
        yield "-" * room + " " * _GUTTER + "-" * room
        for row in rows:
            mark = screen.paint(numbers.get(row.note, " "), "yellow")
            yield f"{row.ours or '':<{room}} {mark} {row.torch or ''}".rstrip()
    else:
        for title, side in ((name, "ours"), ("PyTorch", "torch")):
            yield f"{title}:"
            for row in rows:
                if getattr(row, side) is not None:
                    yield f"{numbers.get(row.note, ''):<3}{getattr(row, side)}".rstrip()
            yield ""
    yield ""
    yield "What differs, by the numbers:"
    for note, number in numbers.items():
        yield from screen.hang(f"{number}  ", NOTES[note])
    yield from screen.wrap(UNSEEN, screen.width)
