"""The two programs: the same network built, trained and used, in TinyTorch and in PyTorch.

They are made of rows, what stands in one beside what stands in the other; a row whose sides are
not the same text has the number of a note, which says what differs and why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from tito.lab.compare.recipe import LEARNING_RATES, Plain, called
from tito.say.terminal import Screen

NOTES = {
    "imports": (
        "PyTorch keeps layers and losses in torch.nn, optimizers in torch.optim, and the rest in "
        "torch. Ours are all in tinytorch."
    ),
    "data": (
        "A PyTorch tensor comes with random numbers of its own; ours is made from NumPy's. Class "
        "numbers have to be a tensor of int64 in PyTorch; ours takes any list or array of them."
    ),
    "dense": "Dense is another name for Linear here. PyTorch has only the one name.",
    "inference": (
        "PyTorch's layers remember whether they train: model.eval() tells them, model.train() "
        "takes it back. Here the call says it, training=False, and only Dropout minds."
    ),
    "array": "The numbers of our tensor are a NumPy array, .data, with all that NumPy can do.",
    "parameters": (
        "parameters() is a list here. In PyTorch it is a generator, which has no length and can "
        "be walked only once: list(...) makes a list of it."
    ),
    "size": "How many numbers a tensor holds is size here, and numel() in PyTorch.",
    "order": (
        "Our weight is (in, out), for y = xW + b. PyTorch's is (out, in), for y = xWᵀ + b: the "
        "same numbers, transposed."
    ),
}
#: What the eye does not see, for the text is the same.
UNSEEN = (
    "What looks the same may not be: Linear's first weights are drawn from the normal distribution "
    "here, with zeros for the bias; PyTorch draws both evenly from ±1/sqrt(in). So the two begin "
    "with different losses, until they are given the same weights, as above. And PyTorch's program "
    'runs on a graphics card too, once model and tensors are moved there by .to("cuda"); ours runs '
    "on the processor alone."
)
#: The rows: what stands in both, or ours || theirs || the note; at a ¶ a long line is broken.
_SETUP = """\
from tinytorch import {kind} || from torch.optim import {kind} || imports
from tinytorch import manual_seed || from torch import manual_seed || imports
from tinytorch import no_grad || from torch import no_grad || imports
from tinytorch import Tensor ||  || imports

# The network
manual_seed({seed})
model = Sequential(
"""
_TRAINING = """\
)
loss = {loss}()
optimizer = {kind}(¶    model.parameters(), lr={rate:g}¶)

# Numbers to learn from, at random
x = Tensor(¶    np.random.randn({x})¶) || x = torch.randn({x}) || data
{right}

# Training
for step in range({steps}):
    optimizer.zero_grad()
    value = loss(model(x), right)
    value.backward()
    optimizer.step()
print("loss", value.item())

# Inference
 || model.eval() || inference
with no_grad():
"""
_CLASSES = (
    "right = np.random.randint(¶    {1}, size={0}¶) || "
    "right = torch.randint(¶    {1}, size=({0},)¶) || data"
)
_VALUES = "right = Tensor(¶    np.random.randn({0}, {1})¶) || right = torch.randn({0}, {1}) || data"
_NO_DROPOUT = """
    answer = model(x)
"""
_FLAG = """
    answer = model(¶        x, training=False¶    ) ||     answer = model(x) || inference
"""
_BY_LAYER = """
    answer = x ||     answer = model(x) || inference
    for layer in model.layers: ||  || inference
        if isinstance(layer, Dropout): ||  || inference
            answer = layer(¶                answer, training=False¶            ) ||  || inference
        else: ||  || inference
            answer = layer(answer) ||  || inference
"""
_BEST_CLASS = """\
classes = answer.data.argmax(1) || classes = answer.argmax(1) || array
print(tuple(classes.shape))"""
_LEARNED = """
# What it has learned
found = model.parameters() || found = list(model.parameters()) || parameters
count = sum(p.size for p in found) || count = sum(p.numel() for p in found) || size
print("parameters", count)¶# {count}
weight = model.layers[{place}].weight || weight = model[{place}].weight || order
print("weight", weight.shape)¶# ({inputs}, {outputs}) || \
print("weight", tuple(weight.shape))¶# ({outputs}, {inputs}) || order
"""

_GUTTER = 3  # a blank, a note's number, a blank
_NARROW = 37  # columns for a program below which one follows the other


@dataclass(frozen=True)
class Row:
    """The same step in both; None where one of them has nothing to do. "\\n" may be closed up."""

    ours: str | None
    torch: str | None
    note: str = ""


@dataclass(frozen=True)
class Programs:
    """Both programs; ``rows`` side by side."""

    rows: list[Row]

    @property
    def ours(self) -> str:
        """The program for TinyTorch, to be saved and run."""
        return "".join(f"{_closed_up(row.ours)}\n" for row in self.rows if row.ours is not None)

    @property
    def torch(self) -> str:
        """The program for PyTorch."""
        return "".join(f"{_closed_up(row.torch)}\n" for row in self.rows if row.torch is not None)

    @property
    def notes(self) -> list[str]:
        """The notes that are spoken of, each once, in order; their numbers begin with 1."""
        return list(dict.fromkeys(row.note for row in self.rows if row.note))


def _closed_up(text: str) -> str:
    """One line of what may stand on several: the breaks within brackets are taken out."""
    return re.sub(r"(?<=\() *\n *|\n *(?=[)\]])", "", text).replace("\n", "  ")


def programs(
    parts: Sequence[Plain],
    loss: str,
    optimizer: str,
    batch: int,
    steps: int,
    seed: int,
    flag: bool = True,
) -> Programs:
    """Both programs for one network; ``flag``: whether ours takes training=False as a whole."""
    kind = {"sgd": "SGD", "adam": "Adam"}[optimizer]
    classes = loss == "cross-entropy"
    loss = "CrossEntropyLoss" if classes else "MSELoss"
    kinds = [part["kind"] for part in parts]
    place = next(n for n, part in enumerate(parts) if "in" in part["settings"])
    sizes = [part["settings"] for part in parts if "in" in part["settings"]]
    count = sum((each["in"] + each["bias"]) * each["out"] for each in sizes)
    inputs, first, outputs = sizes[0]["in"], sizes[0]["out"], sizes[-1]["out"]
    text = "import numpy as np || import torch || imports\n"
    for name in dict.fromkeys((loss, "Sequential", *kinds)):
        theirs = f"from torch.nn import {'Linear' if name == 'Dense' else name}"
        repeated = name == "Dense" and "Linear" in kinds
        text += f"from tinytorch import {name} || {'' if repeated else theirs} || imports\n"
    text += _SETUP.format(kind=kind, seed=seed)
    for layer in map(called, parts):
        theirs = layer.replace("Dense(", "Linear(")
        text += f"    {layer}, || {'    ' + theirs}, || {'' if layer == theirs else 'dense'}\n"
    text += _TRAINING.format(
        loss=loss, kind=kind, rate=LEARNING_RATES[optimizer], steps=steps,
        x=f"{batch}, {inputs}", right=(_CLASSES if classes else _VALUES).format(batch, outputs),
    )  # fmt: skip
    text += (_NO_DROPOUT if "Dropout" not in kinds else _FLAG if flag else _BY_LAYER)[1:]
    text += (_BEST_CLASS if classes else "print(tuple(answer.shape))") + "\n"
    text += _LEARNED.format(count=count, place=place, inputs=inputs, outputs=first)
    return Programs(list(_rows(text)))


def _rows(text: str) -> Iterator[Row]:
    """A row a line: one text for both, or ours || theirs || the note."""
    for line in text.splitlines():
        ours, *rest = line.replace("¶", "\n").split(" || ")
        yield Row(ours or None, rest[0] or None, rest[1]) if rest else Row(ours, ours)


def beside(both: Programs, screen: Screen, ours: str) -> Iterator[str]:
    """Both programs, and the notes on what differs; one after the other where it is narrow."""
    numbers = {note: str(place) for place, note in enumerate(both.notes, start=1)}
    yield screen.paint("4. The two programs", "bold")
    room = (screen.width - _GUTTER) // 2
    name = "TinyTorch, with your layers" if ours == "yours" else "TinyTorch"
    if room < _NARROW:
        yield from _one_by_one(both, numbers, screen, name)
    else:
        yield f"{name:<{room}}{'':{_GUTTER}}PyTorch"
        yield "-" * room + " " * _GUTTER + "-" * room
        for row in both.rows:
            sides = [_fitted(text, room) for text in (row.ours, row.torch)]
            mark = numbers.get(row.note, "")
            for left, right in zip_longest(*sides, fillvalue=""):
                margin = f" {screen.paint(mark, 'yellow')}{'':{_GUTTER - 1 - len(mark)}}"
                yield f"{left:<{room}}{margin}{right}".rstrip()
                mark = ""
    yield ""
    yield "What differs, by the numbers in the middle:" if room >= _NARROW else "What differs:"
    for note, number in numbers.items():
        yield from screen.hang(f"{number}  ", NOTES[note])
    yield from screen.wrap(UNSEEN, screen.width)
    if ours == "yours":
        yield from screen.wrap(
            f"Saved as a file, the left one runs with your layers by: {screen.command} run FILE. "
            "With --json, both are there as plain text.",
            screen.width,
        )


def _one_by_one(
    both: Programs, numbers: dict[str, str], screen: Screen, name: str
) -> Iterator[str]:
    for title, side in ((name, "ours"), ("PyTorch", "torch")):
        yield f"{title}:"
        for row in both.rows:
            mark = numbers.get(row.note, "")
            if (text := getattr(row, side)) is not None:
                for line in _fitted(text, screen.width - 3):
                    yield f"{mark:<3}{line}".rstrip()
                    mark = ""
        yield ""


def _fitted(text: str | None, room: int) -> list[str]:
    """On one line where it fits; else as the program is broken."""
    one = _closed_up(text or "")
    return [one] if len(one) <= room else (text or "").split("\n")
