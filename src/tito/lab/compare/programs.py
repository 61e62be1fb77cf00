"""The two programs: the same network built, trained and used, in TinyTorch and in PyTorch.

They are made of rows, what stands in one beside what stands in the other; a row whose sides are
not the same text has the number of a note, which says what differs and why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from tito.lab.compare.parts import Plain, called
from tito.lab.compare.recipe import LEARNING_RATES

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
        return _text(row.ours for row in self.rows)

    @property
    def torch(self) -> str:
        """The program for PyTorch."""
        return _text(row.torch for row in self.rows)

    @property
    def notes(self) -> list[str]:
        """The notes that are spoken of, each once, in order; their numbers begin with 1."""
        return list(dict.fromkeys(row.note for row in self.rows if row.note))


def _text(pieces: Iterator[str | None]) -> str:
    return "\n".join(closed_up(piece) for piece in pieces if piece is not None) + "\n"


def closed_up(text: str) -> str:
    """One line of what may stand on several: the breaks within brackets are taken out."""
    return re.sub(r"(?<=\() *\n *|\n *(?=[)\]])", "", text).replace("\n", "  ")


def programs(
    parts: Sequence[Plain],
    shape: Sequence[int],
    loss: str,
    optimizer: str,
    batch: int,
    steps: int,
    seed: int,
    flag: bool = True,
) -> Programs:
    """Both programs for one network; ``flag``: whether ours takes training=False as a whole."""
    kind = {"sgd": "SGD", "adam": "Adam"}[optimizer]
    loss_name = "CrossEntropyLoss" if loss == "cross-entropy" else "MSELoss"
    outputs = [part["settings"]["out"] for part in parts if "out" in part["settings"]][-1]
    drops = any(part["kind"] == "Dropout" for part in parts)
    rows = [
        *_imports(parts, loss_name, kind),
        *_network(parts, seed, loss_name, kind, LEARNING_RATES[optimizer]),
        *_data(batch, shape, outputs, loss_name),
        *_training(steps),
        *_inference(loss_name, drops, flag),
        *_parameters(parts),
    ]
    return Programs(rows)


def _same(*lines: str) -> Iterator[Row]:
    yield from (Row(line, line) for line in lines)


def _imports(parts: Sequence[Plain], loss: str, optimizer: str) -> Iterator[Row]:
    note = "imports"
    yield Row("import numpy as np", "import torch", note)
    for ours in dict.fromkeys((loss, "Sequential", *(part["kind"] for part in parts))):
        torch = "Linear" if ours == "Dense" else ours
        repeated = ours == "Dense" and any(part["kind"] == "Linear" for part in parts)
        yield Row(
            f"from tinytorch import {ours}",
            None if repeated else f"from torch.nn import {torch}",
            note,
        )
    yield Row(f"from tinytorch import {optimizer}", f"from torch.optim import {optimizer}", note)
    yield Row("from tinytorch import manual_seed", "from torch import manual_seed", note)
    yield Row("from tinytorch import no_grad", "from torch import no_grad", note)
    yield Row("from tinytorch import Tensor", None, note)
    yield from _same("")


def _network(
    parts: Sequence[Plain], seed: int, loss: str, optimizer: str, rate: float
) -> Iterator[Row]:
    yield from _same("# The network", f"manual_seed({seed})", "model = Sequential(")
    for part in parts:
        ours = f"    {called(part['kind'], part['settings'])},"
        torch = ours.replace("Dense(", "Linear(")
        yield Row(ours, torch, "dense" if ours != torch else "")
    yield from _same(")", f"loss = {loss}()")
    yield from _same(f"optimizer = {optimizer}(\n    model.parameters(), lr={rate:g}\n)", "")


def _data(batch: int, shape: Sequence[int], outputs: int, loss: str) -> Iterator[Row]:
    sizes = ", ".join(map(str, (batch, *shape)))
    yield from _same("# Numbers to learn from, at random")
    yield Row(f"x = Tensor(\n    np.random.randn({sizes})\n)", f"x = torch.randn({sizes})", "data")
    if loss == "CrossEntropyLoss":
        yield Row(
            f"right = np.random.randint(\n    {outputs}, size={batch}\n)",
            f"right = torch.randint(\n    {outputs}, size=({batch},)\n)",
            "data",
        )
    else:
        sizes = ", ".join(map(str, (batch, *shape[:-1], outputs)))
        yield Row(
            f"right = Tensor(\n    np.random.randn({sizes})\n)",
            f"right = torch.randn({sizes})",
            "data",
        )
    yield from _same("")


def _training(steps: int) -> Iterator[Row]:
    yield from _same(
        "# Training",
        f"for step in range({steps}):",
        "    optimizer.zero_grad()",
        "    value = loss(model(x), right)",
        "    value.backward()",
        "    optimizer.step()",
        'print("loss", value.item())',
        "",
    )


def _inference(loss: str, drops: bool, flag: bool) -> Iterator[Row]:
    note = "inference"
    yield from _same("# Inference")
    yield Row(None, "model.eval()", note)
    yield from _same("with no_grad():")
    if not drops:
        yield from _same("    answer = model(x)")
    elif flag:
        yield Row(
            "    answer = model(\n        x, training=False\n    )", "    answer = model(x)", note
        )
    else:
        yield Row("    answer = x", "    answer = model(x)", note)
        for line in (
            "    for layer in model.layers:",
            "        if isinstance(layer, Dropout):",
            "            answer = layer(\n                answer, training=False\n            )",
            "        else:",
            "            answer = layer(answer)",
        ):
            yield Row(line, None, note)
    if loss == "CrossEntropyLoss":
        yield Row("classes = answer.data.argmax(1)", "classes = answer.argmax(1)", "array")
        yield from _same("print(tuple(classes.shape))")
    else:
        yield from _same("print(tuple(answer.shape))")
    yield from _same("")


def _parameters(parts: Sequence[Plain]) -> Iterator[Row]:
    sizes = [part["settings"] for part in parts if "in" in part["settings"]]
    count = sum(prod((s["in"], s["out"])) + s["bias"] * s["out"] for s in sizes)
    place = next(n for n, part in enumerate(parts) if "in" in part["settings"])
    theirs = sizes[0]["out"], sizes[0]["in"]
    ours = theirs if parts[place]["stored"] else theirs[::-1]
    yield from _same("# What it has learned")
    yield Row("found = model.parameters()", "found = list(model.parameters())", "parameters")
    yield Row("count = sum(p.size for p in found)", "count = sum(p.numel() for p in found)", "size")
    yield from _same(f'print("parameters", count)\n# {count}')
    yield Row(f"weight = model.layers[{place}].weight", f"weight = model[{place}].weight", "order")
    yield Row(
        f'print("weight", weight.shape)\n# {ours}',
        f'print("weight", tuple(weight.shape))\n# {theirs}',
        "order",
    )


def to_dict(both: Programs) -> dict[str, Any]:
    """Plain data, for JSON."""
    notes = {name: NOTES[name] for name in both.notes}
    return {"ours": both.ours, "torch": both.torch, "differences": notes}
