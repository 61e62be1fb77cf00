"""What a summary's table says, cell by cell, and the lines below it; text and HTML lay it out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tinytorch.profiling.values import shape_words

if TYPE_CHECKING:
    from tinytorch.profiling.rows import Row, Summary

_LONGEST = 200


@dataclass(frozen=True)
class Column:
    """One column: its heading, its cell for a row, and those for the totals and the input."""

    heading: str
    cell: Callable[[Row], str]
    total: Callable[[Summary], str] = lambda _: ""
    input: Callable[[Summary], str] = lambda _: ""
    number: bool = True


def number(value: int | None) -> str:
    """A number with its digits in groups of three; nothing for what was not measured."""
    return "" if value is None else f"{value:,}"


def layer(row: Row) -> str:
    """How a layer prints, and how often it was called."""
    text = row.repr if len(row.repr) <= _LONGEST else f"{row.repr[: _LONGEST - 3]}..."
    text += ", its own part" if row.container else ""
    return f"{text} x{row.calls:,}" if row.calls > 1 else text


def shortened(layer_text: str) -> str:
    """How a layer prints, without the names of its sizes, and without the bias that is usual."""
    plain = re.sub(r"\b(in_features|out_features|input_size|output_size|p)=", "", layer_text)
    return plain.replace(", bias=True)", ")")


def output(row: Row) -> str:
    """The shape that came out, or that none did."""
    if row.failed:
        return "failed"
    return shape_words(row.output_shape) if row.calls else "not called"


def total_share(costs: Summary) -> str:
    """All of the multiply-adds, where there are any."""
    return "100.0%" if costs.multiply_adds else ""


INDEX = Column("index", lambda row: str(row.index))
PATH = Column("path", lambda row: row.path or "-", number=False)
LAYER = Column("layer", layer, lambda _: "total", lambda _: "input", number=False)
OUTPUT = Column("output", output, input=lambda s: shape_words(s.input_shape), number=False)
PARAMETERS = Column(
    "parameters", lambda row: number(row.parameters), lambda s: number(s.parameters)
)
PARAMETER_BYTES = Column(
    "parameter bytes", lambda row: number(row.parameter_bytes), lambda s: number(s.parameter_bytes)
)
ACTIVATION_BYTES = Column(
    "activation bytes",
    lambda row: number(row.activation_bytes),
    lambda s: number(s.activation_bytes),
    lambda s: number(s.input_bytes),
)
KEPT_BYTES = Column(
    "kept bytes", lambda row: number(row.kept_bytes), lambda s: number(s.kept_bytes)
)
MULTIPLY_ADDS = Column(
    "multiply- adds",
    lambda row: "unseen" if row.unseen else number(row.multiply_adds),
    lambda s: number(s.multiply_adds),
)
SHARE = Column("share", lambda row: f"{row.share:.1%}" if row.multiply_adds else "", total_share)


def columns_of(costs: Summary) -> list[Column]:
    """The columns of a table; the index only where it is not the path."""
    columns = [PATH, LAYER, OUTPUT, PARAMETERS, PARAMETER_BYTES]
    columns += [ACTIVATION_BYTES, *([] if costs.kept_bytes is None else [KEPT_BYTES])]
    columns += [MULTIPLY_ADDS, SHARE]
    if any(str(row.index) != row.path for row in costs.rows):
        columns.insert(0, INDEX)
    return columns


def title(costs: Summary) -> str:
    """What was run, and with what."""
    return f"{costs.name} with input {shape_words(costs.input_shape)}"


def below(costs: Summary) -> Iterator[tuple[str, str]]:
    """What stands below the table, each with a label: the failure, the totals, the notes."""
    failed = [row for row in costs.rows if row.failed]
    for row in failed:
        where = f"layer {row.path}" if row.path else costs.name
        given = "no tensor" if row.input_shape is None else shape_words(row.input_shape)
        yield "failed", f"{where}, given {given}. {row.error}"
    so_far = " up to there" if costs.error is not None else ""
    frozen = costs.parameters != costs.trainable
    to_learn = f"; {costs.trainable:,} numbers to learn, the others are frozen" if frozen else ""
    yield (
        "parameters",
        f"{costs.parameters:,} numbers, {costs.parameter_bytes:,} bytes{so_far}{to_learn}",
    )
    if costs.buffers:
        yield (
            "buffers",
            f"{costs.buffers:,} numbers, {costs.buffer_bytes:,} bytes, kept and not trained",
        )
    yield (
        "activations",
        f"{costs.formula_bytes:,} bytes by formula: the input ({costs.input_bytes:,}) and the "
        f"outputs of layers that multiply matrices{so_far}",
    )
    if costs.kept_bytes is not None:
        yield (
            "",
            f"{costs.kept_bytes:,} bytes measured: what the graph keeps until backward()",
        )
    unseen = ", besides those that were not seen" if any(row.unseen for row in costs.rows) else ""
    yield (
        "multiply-adds",
        f"{costs.multiply_adds:,} in products of matrices{so_far}, "
        f"or {2 * costs.multiply_adds:,} FLOPs{unseen}",
    )
    for note in costs.notes:
        yield "note", note
    for row in costs.rows:
        for note in row.notes:
            yield "note", f"{row.path or row.name}: {note}"
