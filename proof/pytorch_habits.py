"""What PyTorch's users type, tried here: what comes of it, and the page that holds it."""

from __future__ import annotations

import ast
import copy
import importlib
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
ROWS = Path(__file__).with_suffix("").with_name("from_pytorch.txt")
PAGE = ROOT / "docs" / "from_pytorch.md"

INTRODUCTION = """\
# From PyTorch

Made by `./tito dev from-pytorch`; a test holds that it is current, and runs each row in both.

What you type for PyTorch is understood where TinyTorch has it: values, shapes and gradients are
PyTorch's. What it has not is answered with what to write here. Only NumPy's words are its own:
`axis`, `keepdims`, `reshape`. In the rows `torch` stands for `tinytorch` here, `nn` for
`tinytorch.nn`, `F` for `tinytorch.nn.functional`, `optim` for `tinytorch.optim` and `data` for
`tinytorch.utils.data`; `x`, `y`, `v`, `w`, `t` are tensors, `labels` whole numbers.

To add a name, add a row to `proof/from_pytorch.txt`.
"""


@dataclass(frozen=True)
class Row:
    """One thing that people type; `note` says what it means here where that is something else."""

    area: str
    code: str
    random: bool = False
    note: str = ""


def rows() -> Iterator[Row]:
    """All rows, in their order."""
    area = ""
    for line in ROWS.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            area = line[3:]
        elif line and not line.startswith("#"):
            code, _, note = line.partition(" -- ")
            random = code.startswith("~torch")
            yield Row(area, code[1:] if random else code, random, note)


def world(torch: Any, prefix: str, model: Any, arrays: dict[str, Any]) -> dict[str, Any]:
    """The names that rows use, in one of the two libraries; the model has the same numbers."""
    nn = importlib.import_module(f"{prefix}.nn")
    names: dict[str, Any] = {
        "torch": torch,
        "nn": nn,
        "F": importlib.import_module(f"{prefix}.nn.functional"),
        "optim": importlib.import_module(f"{prefix}.optim"),
        "data": importlib.import_module(f"{prefix}.utils.data"),
        "np": np,
        "copy": copy,
        "plot": plot,
        "step": step,
    }
    importlib.import_module(f"{prefix}.optim.lr_scheduler")
    for name, array in arrays.items():
        names[name] = torch.tensor(array, requires_grad=name in ("x", "v", "w"))
    names |= {"mask": names["y"] > 0, "model": model, "layer": model[0]}
    names |= {
        "optimizer": names["optim"].SGD(model.parameters(), lr=0.1),
        "criterion": nn.CrossEntropyLoss(),
    }

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()  # pyright: ignore[reportUnknownMemberType]
            self.fc = nn.Linear(3, 2)

        def forward(self, x: Any) -> Any:
            return self.fc(x).relu()

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()  # pyright: ignore[reportUnknownMemberType]
            self.body = nn.Sequential(nn.ReLU(), nn.Tanh())
            self.act = nn.Sigmoid()

    return {**names, "net": Net(), "block": Block()}


def arrays() -> dict[str, Any]:
    """The numbers of the tensors that rows use."""
    numbers = np.random.default_rng(0)
    shapes = {"x": (2, 3), "y": (2, 3), "w": (3, 2), "v": (3,), "t": (2, 3, 4)}
    found: dict[str, Any] = {
        name: numbers.normal(size=shape).astype(np.float32) for name, shape in shapes.items()
    }
    found["bits"] = (found["y"] > 0).astype(np.float32)
    found["labels"] = np.array([1, 0])
    return found


def plot(values: Any) -> None:
    """Matplotlib's `plot`, which draws on nothing that is shown."""
    from matplotlib.figure import Figure

    axes: Any = Figure().subplots()
    axes.plot(values)


def step(scheduler: Any, times: int) -> list[float]:
    """The rates that a scheduler goes through."""
    found: list[float] = []
    for _ in range(times):
        found.append(scheduler.get_last_lr()[0])
        scheduler.optimizer.step()
        scheduler.step()
    return found


def run(code: str, names: dict[str, Any]) -> Any:
    """The value of the last expression in the code; None after a statement."""
    tree = ast.parse(code)
    last = tree.body[-1]
    before = tree.body[:-1] if isinstance(last, ast.Expr) else tree.body
    with TemporaryDirectory() as folder, chdir(folder):  # some save a file
        exec(compile(ast.Module(before, []), "<row>", "exec"), names)
        if isinstance(last, ast.Expr):
            return eval(compile(ast.Expression(last.value), "<row>", "eval"), names)
    return None


def here() -> dict[str, Any]:
    """The names that rows use, in TinyTorch."""
    import tinytorch

    tinytorch.manual_seed(0)
    nn = tinytorch.nn
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    return world(tinytorch, "tinytorch", model, arrays())


def outcome(row: Row) -> str:
    """What the page says of a row: that it is the same, or the sentence that answers it."""
    try:
        with np.errstate(all="ignore"):
            run(row.code, here())
    except (AttributeError, TypeError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    if row.note:
        return f"works, and differs: {row.note}"
    return "the same, with other random numbers" if row.random else "the same"


def page() -> str:
    """The whole page."""
    lines = [INTRODUCTION]
    found = [(row, outcome(row)) for row in rows()]
    same = sum(told.startswith("the same") for _, told in found)
    differ = sum(bool(row.note) for row, _ in found)
    lines += [
        f"Of {len(found)} expressions {same} work with PyTorch's meaning, {differ} differ, as is "
        f"said, and {len(found) - same - differ} are answered.",
        "",
    ]
    for area in dict.fromkeys(row.area for row, _ in found):
        lines += [f"## {area}", "", "| typed | here |", "|---|---|"]
        lines += [
            f"| `{cell(row.code)}` | {cell(told)} |" for row, told in found if row.area == area
        ]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def cell(text: str) -> str:
    """A text as it stands in a table."""
    return text.replace("|", "\\|")


def main(check: bool) -> int:
    """Write the page, or say whether the one that is there is current; the exit code."""
    text = page()
    if check:
        current = PAGE.exists() and PAGE.read_text(encoding="utf-8") == text
        print("current" if current else "not current: ./tito dev from-pytorch writes it anew")
        return 0 if current else 1
    with open(PAGE, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    print(f"Written: {PAGE.relative_to(ROOT).as_posix()}")
    return 0
