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
    has_bias: bool
    shared: bool = False

    @property
    def rows(self) -> int:
        """How many examples (times words, and so on) go through it at once."""
        return math.prod(self.lead)

    @property
    def weights(self) -> int:
        """The numbers in the matrix."""
        return self.inputs * self.outputs

    @property
    def biases(self) -> int:
        """The numbers in the bias."""
        return self.outputs if self.has_bias else 0

    @property
    def parameters(self) -> int:
        """All numbers to learn."""
        return self.weights + self.biases

    @property
    def multiply_adds(self) -> int:
        """Of one forward pass."""
        return self.rows * self.weights

    @property
    def bias_additions(self) -> int:
        """Of one forward pass."""
        return self.rows * self.biases

    @property
    def output_bytes(self) -> int:
        """What comes out of it."""
        return self.rows * self.outputs * BYTES

    @property
    def size(self) -> tuple[int, int, int]:
        """The product as rows, inner, columns."""
        return self.rows, self.inputs, self.outputs

    def lead_words(self) -> str:
        """The batch, and what else is in front of the features."""
        return " × ".join(map(str, self.lead)) or "1"


def products(rows: Iterable[Mapping[str, Any]]) -> list[Product]:
    """The layers among a summary's rows whose figures are those of a matrix product."""
    found: list[Product] = []
    for row in rows:
        taken, given = row["input_shape"], row["output_shape"]
        if not taken or not given or not row["multiply_adds"]:
            continue
        *lead, inputs = taken
        if list(given[:-1]) != list(lead):
            continue
        outputs, counted = given[-1], row["parameters"]
        if row["multiply_adds"] != math.prod(lead) * inputs * outputs:
            continue
        weights = inputs * outputs
        if counted not in (weights, weights + outputs):
            continue
        bias = counted == weights + outputs
        found.append(Product(str(row["path"]), tuple(lead), inputs, outputs, bias))
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
    return [
        *_parameters(network, counts),
        "",
        *_multiply_adds(network, counts),
        "",
        *_biases(network),
        "",
        *_activations(network, input_shapes, counts),
    ]


def _parameters(network: Sequence[Product], counts: Mapping[str, int]) -> list[str]:
    lines = ["Parameters: in × out weights and out biases, 4 bytes each"]
    table: list[tuple[str, ...]] = []
    for each in network:
        sum_ = f"{each.inputs} × {each.outputs}"
        parts = f"{each.weights * BYTES:,}"
        if each.has_bias:
            sum_ += f" + {each.outputs}"
            parts += f" + {each.biases * BYTES:,}"
        table.append(
            (
                each.place,
                sum_,
                f"{each.parameters:,}",
                parts if each.has_bias else "",
                f"{each.parameters * BYTES:,} bytes",
            )
        )
    lines += _aligned(table)
    total = sum(each.parameters for each in network)
    if total == counts["parameters"] and len(network) > 1:
        lines.append(f"  together {total:,} × 4 bytes = {total * BYTES:,} bytes")
    return lines


def _multiply_adds(network: Sequence[Product], counts: Mapping[str, int]) -> list[str]:
    lines = ["Multiply-adds: batch × in × out; each is two FLOPs, a product and a sum"]
    table = [
        (
            each.place,
            f"{each.lead_words()} × {each.inputs} × {each.outputs}",
            f"{each.multiply_adds:,}",
            f"{2 * each.multiply_adds:,} FLOPs",
        )
        for each in network
    ]
    lines += _aligned(table)
    total = sum(each.multiply_adds for each in network)
    if total == counts["multiply_adds"] and len(network) > 1:
        lines.append(f"  together {total:,} multiply-adds = {2 * total:,} FLOPs")
    return lines


def _biases(network: Sequence[Product]) -> list[str]:
    lines = ["Biases: batch × out additions, and how many times as much the product is"]
    table = [
        (
            each.place,
            f"{each.lead_words()} × {each.outputs}",
            f"{each.bias_additions:,}",
            f"the product is {each.inputs} times that",
        )
        for each in network
        if each.has_bias
    ]
    return lines + _aligned(table) if table else ["Biases: none"]


def _activations(
    network: Sequence[Product], input_shapes: Sequence[Sequence[int]], counts: Mapping[str, int]
) -> list[str]:
    lines = ["Activations: batch × features × 4 bytes"]
    table = [
        ("input", " × ".join(map(str, shape)), f"{math.prod(shape) * BYTES:,} bytes")
        for shape in input_shapes
    ]
    table += [
        (
            each.place,
            f"{each.lead_words()} × {each.outputs}",
            f"{each.output_bytes:,} bytes",
        )
        for each in network
    ]
    lines += _aligned(table)
    total = formula_bytes(network, input_shapes)
    lines.append(f"  together {total:,} bytes, with the input")
    return lines


def formula_bytes(network: Sequence[Product], input_shapes: Sequence[Sequence[int]]) -> int:
    """The page's formula for activations: the input, and what comes out of each layer."""
    inputs = sum(math.prod(shape) * BYTES for shape in input_shapes)
    return inputs + sum(each.output_bytes for each in network)


def _aligned(table: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows of place, formula, figure, and more pairs of formula and figure."""
    shown = table[:MOST_LISTED]
    widths = [max(len(row[column]) for row in shown) for column in range(len(shown[0]))]
    lines: list[str] = []
    for row in shown:
        line = f"  {row[0]:{widths[0]}} "
        for column, (cell, width) in enumerate(zip(row[1:], widths[1:], strict=True), 1):
            if column % 2:
                line += f" {cell:{width}}" if column == 1 else f"  {cell:>{width}}"
            else:
                line += f" {'=' if row[column - 1] else ' '} {cell:>{width}}"
        lines.append(line.rstrip())
    if len(table) > len(shown):
        lines.append(f"  and {len(table) - len(shown)} more in the same way")
    return lines
