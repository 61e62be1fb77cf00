"""The formulas beside the figures: parameters, multiply-adds, biases and activations of a network.

A formula stands only where it gives the very figure that was counted on the running network.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BYTES = 4  # of a number in float32
#: More layers than this are not listed one by one.
MOST_LISTED = 8


@dataclass(frozen=True)
class Product:
    """A layer that multiplies its input by a matrix: rows × inputs by inputs × outputs."""

    place: str
    lead: tuple[int, ...]
    inputs: int
    outputs: int
    bias: bool

    @property
    def parameters(self) -> int:
        """All numbers to learn."""
        return (self.inputs + self.bias) * self.outputs

    @property
    def multiply_adds(self) -> int:
        """Of one forward pass."""
        return math.prod(self.lead) * self.inputs * self.outputs

    @property
    def output_bytes(self) -> int:
        """What comes out of it."""
        return math.prod(self.lead) * self.outputs * BYTES

    @property
    def front(self) -> str:
        """The batch, and what else is in front of the features."""
        return " × ".join(map(str, self.lead)) or "1"


def products(rows: Iterable[Mapping[str, Any]]) -> list[Product]:
    """The layers among a summary's rows whose figures are those of a matrix product."""
    found: list[Product] = []
    for row in rows:
        if not row["input_shape"] or not row["output_shape"] or not row["multiply_adds"]:
            continue
        (*lead, inputs), (*given, outputs) = row["input_shape"], row["output_shape"]
        bias = row["parameters"] > inputs * outputs
        each = Product(str(row["path"]), tuple(lead), inputs, outputs, bias)
        counted = row["parameters"], row["multiply_adds"]
        if given == lead and counted == (each.parameters, each.multiply_adds):
            found.append(each)
    return found


def formula_lines(
    network: Sequence[Product], input_shapes: Sequence[Sequence[int]], counts: Mapping[str, int]
) -> list[str]:
    """How the figures come about, a line each; empty where no formula fits.

    ``counts`` are the totals that were counted on the running network. A total stands where the
    layers listed make up all of it.
    """
    if not network:
        return []
    lines = ["Parameters: in × out weights and out biases, 4 bytes each"]
    lines += _aligned([_parameters(each) for each in network])
    total = sum(each.parameters for each in network)
    if total == counts["parameters"]:
        lines.append(f"  together {total:,} × 4 bytes = {total * BYTES:,} bytes")
    lines += ["", "Multiply-adds: batch × in × out; each is two FLOPs, a product and a sum"]
    products: list[tuple[str, ...]] = []
    biases: list[tuple[str, ...]] = []
    outputs: list[tuple[str, ...]] = []
    for shape in input_shapes:
        size = f"{math.prod(shape) * BYTES:,} bytes"
        outputs.append(("input", " × ".join(map(str, shape)), size))
    for each in network:
        place, adds, out = each.place, each.multiply_adds, f"{each.front} × {each.outputs}"
        inner = f"{each.front} × {each.inputs} × {each.outputs}"
        products.append((place, inner, f"{adds:,}", f"{2 * adds:,} FLOPs"))
        outputs.append((place, out, f"{each.output_bytes:,} bytes"))
        if each.bias:
            more = f"the product is {each.inputs} times that"
            biases.append((place, out, f"{each.output_bytes // BYTES:,}", more))
    lines += _aligned(products)
    total = sum(each.multiply_adds for each in network)
    if total == counts["multiply_adds"]:
        lines.append(f"  together {total:,} multiply-adds = {2 * total:,} FLOPs")
    head = "batch × out additions, and how many times as much the product is" if biases else "none"
    lines += ["", f"Biases: {head}", *_aligned(biases)]
    lines += ["", "Activations: batch × features × 4 bytes", *_aligned(outputs)]
    flowing = sum(math.prod(shape) * BYTES for shape in input_shapes)
    flowing += sum(each.output_bytes for each in network)
    if flowing == counts["formula_bytes"]:
        lines.append(f"  together {flowing:,} bytes, with the input")
    return lines


def _parameters(each: Product) -> tuple[str, ...]:
    weights, biases = each.inputs * each.outputs, each.outputs
    bias = f" + {biases}" if each.bias else ""
    more = f"{weights * BYTES:,} + {biases * BYTES:,}" if each.bias else ""
    total = f"{each.parameters * BYTES:,} bytes"
    return each.place, f"{each.inputs} × {each.outputs}{bias}", f"{each.parameters:,}", more, total


def _aligned(table: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows of place, formula, figure, and more pairs of formula and figure."""
    shown = table[:MOST_LISTED]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    lines: list[str] = []
    for row in shown:
        line = f"  {row[0]:{widths[0]}}  {row[1]:{widths[1]}}"
        for place in range(2, len(row)):
            between = "  " if place % 2 else " = " if row[place - 1] else "   "
            line += f"{between}{row[place]:>{widths[place]}}"
        lines.append(line.rstrip())
    if len(table) > len(shown):
        lines.append(f"  and {len(table) - len(shown)} more in the same way")
    return lines
