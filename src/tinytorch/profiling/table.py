"""A summary as a table: its cells, in text of any width, and as HTML for a notebook."""

from __future__ import annotations

import itertools
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from tinytorch.core.given.checks import check_count
from tinytorch.profiling.rows import Costs, shape_words

if TYPE_CHECKING:
    from tinytorch.profiling.rows import Row

_LONGEST = 200


@dataclass(frozen=True)
class Column:
    """One column: its heading, its cell for a row, and those for the totals and the input."""

    heading: str
    cell: Callable[[Row], str]
    total: Callable[[Costs], str] = lambda _: ""
    input: Callable[[Costs], str] = lambda _: ""
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


def total_share(costs: Costs) -> str:
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


def columns_of(costs: Costs) -> list[Column]:
    """The columns of a table; the index only where it is not the path."""
    columns = [PATH, LAYER, OUTPUT, PARAMETERS, PARAMETER_BYTES]
    columns += [ACTIVATION_BYTES, *([] if costs.kept_bytes is None else [KEPT_BYTES])]
    columns += [MULTIPLY_ADDS, SHARE]
    if any(str(row.index) != row.path for row in costs.rows):
        columns.insert(0, INDEX)
    return columns


def title(costs: Costs) -> str:
    """What was run, and with what."""
    return f"{costs.name} with input {shape_words(costs.input_shape)}"


def below(costs: Costs) -> Iterator[tuple[str, str]]:
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


_GAP = 2
_LEAST_LAYER, _MOST_OUTPUT = 18, 24
# What a table goes without, in this order, where it has no room; the lines below have the totals.
_SPARED = (KEPT_BYTES, PARAMETER_BYTES, INDEX, SHARE)


def as_text(costs: Costs, width: int) -> str:
    """The whole summary in lines of at most so many columns."""
    lines = [*wrapped(title(costs), width), ""]
    lines += _table(costs, width) or _list(costs, width)
    lines.append("")
    return "\n".join(line.rstrip() for line in [*lines, *_below(costs, width)])


def _below(costs: Costs, width: int) -> list[str]:
    """The lines below the table, each text beside its label, or below it."""
    pairs = list(below(costs))
    indent = max(len(label) for label, _ in pairs) + _GAP
    beside = width >= 3 * indent
    lines: list[str] = []
    for label, text in pairs:
        lines += [label] if label and not beside else []
        for place, line in enumerate(wrapped(text, width - (indent if beside else _GAP))):
            start = label if beside and not place else ""
            lines.append(f"{start:{indent if beside else _GAP}}{line}")
    return lines


def _table(costs: Costs, width: int) -> list[str] | None:
    """The lines of a table; None where even the fewest columns are too wide."""
    columns = columns_of(costs)
    for spared in (None, *_SPARED):
        columns = [column for column in columns if column is not spared]
        table = [[column.cell(row) for column in columns] for row in costs.rows]
        table.insert(0, [column.input(costs) for column in columns])
        table.append([column.total(costs) for column in columns])
        widths = [_natural(column, place, table) for place, column in enumerate(columns)]
        place = columns.index(LAYER)
        room = width - sum(widths) + widths[place] - _GAP * (len(columns) - 1)
        if room < widths[place]:
            for line in table:
                line[place] = shortened(line[place])
            widths[place] = _natural(LAYER, place, table)
        if room >= min(widths[place], _LEAST_LAYER):
            widths[place] = min(widths[place], room)
            return _lines(table, columns, widths)
    return None


def _natural(column: Column, place: int, table: list[list[str]]) -> int:
    """How wide a column would like to be."""
    widest = max(map(columns_taken, [*column.heading.split(), *(line[place] for line in table)]))
    return min(widest, _MOST_OUTPUT) if column is OUTPUT else widest


def _lines(table: list[list[str]], columns: list[Column], widths: list[int]) -> list[str]:
    rule = (" " * _GAP).join("-" * width for width in widths)
    headings = [column.heading.split() for column in columns]
    tallest = max(map(len, headings))
    lines = _laid_out([[""] * (tallest - len(h)) + h for h in headings], columns, widths)
    for number, texts in enumerate(table):
        if number in (0, len(table) - 1):
            lines.append(rule)
        wide = [wrapped(text, width) for text, width in zip(texts, widths, strict=True)]
        lines += _laid_out(wide, columns, widths)
    return lines


def _laid_out(cell_lines: list[list[str]], columns: list[Column], widths: list[int]) -> list[str]:
    """The lines of cells side by side, numbers to the right."""
    return [
        (" " * _GAP).join(
            " " * _spare(text, width) + text if column.number else text + " " * _spare(text, width)
            for text, column, width in zip(line, columns, widths, strict=True)
        )
        for line in itertools.zip_longest(*cell_lines, fillvalue="")
    ]


def _spare(text: str, width: int) -> int:
    return max(0, width - columns_taken(text))


def _list(costs: Costs, width: int) -> list[str]:
    """Each layer by itself, a line for each of its numbers that is not 0."""
    lines: list[str] = []
    for row in costs.rows:
        lines += _item(row, costs, width)
    return lines[:-1]


def _item(row: Row, costs: Costs, width: int) -> list[str]:
    text = f"{row.path or '-'} {layer(row)}"
    if columns_taken(text) > width:
        text = shortened(text)
    lines = [
        f"{'  ' if place else ''}{line}" for place, line in enumerate(wrapped(text, width - 2))
    ]
    way = f"{shape_words(row.input_shape)} -> {output(row)}"
    lines += [f"  {line}" for line in wrapped(way, width - 2)]
    for column in columns_of(costs):
        text = column.cell(row)
        if column.number and column is not INDEX and text not in ("", "0"):
            heading = column.heading.replace("- ", "-")
            room = min(width, 40) - 2 - len(heading)
            pair = f"{heading}{text:>{room}}" if len(text) < room else f"{heading} {text}"
            lines += [f"  {line}" for line in _as_it_is(pair, width - 2)]
    return [*lines, ""]


def _as_it_is(text: str, width: int) -> list[str]:
    """One line where that has room, with all its spaces."""
    return [text] if len(text) <= width else wrapped(text, width)


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most so many columns, broken at spaces where there are any."""
    width = max(width, 2)
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if columns_taken(joined) <= width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for character in word:
            if columns_taken(lines[-1]) + columns_taken(character) > width:
                lines.append("")
            lines[-1] += character
    return lines


def columns_taken(text: str) -> int:
    """How many columns of a terminal the text takes: some characters take two, some none."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)


_RULE = "1px solid rgba(128,128,128,.45)"
_BAR = "rgba(0,114,178,.28)"
_FAILED = "#d55e00"
_QUIET = "opacity:.75"
_CELL = "padding:.2em .7em;border:0;background:none;color:inherit;vertical-align:top"
_TABLE = (
    "border-collapse:collapse;border:0;margin:.3rem 0 .7rem;font-size:.95em;color:inherit;"
    "font-variant-numeric:tabular-nums"
)
_CODE = (
    "background:none;color:inherit;padding:0;border:0;overflow-wrap:break-word;"
    "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace"
)


def as_html(costs: Costs) -> str:
    """The whole summary as one element that stands alone."""
    columns = columns_of(costs)
    return "\n".join(
        [
            '<section style="margin:.4rem 0;line-height:1.4;text-align:left;max-width:75rem">',
            f'<p style="margin:0"><strong>{escape(title(costs))}</strong></p>',
            f'<div style="overflow-x:auto"><table style="{_TABLE}">',
            f"<thead><tr>{''.join(map(_heading, columns))}</tr></thead>",
            "<tbody>",
            _input(costs, columns),
            *(_row(row, columns) for row in costs.rows),
            "</tbody>",
            f"<tfoot>{_totals(costs, columns)}</tfoot>",
            "</table></div>",
            *_html_below(costs),
            "</section>",
        ]
    )


def _heading(column: Column) -> str:
    text = escape(column.heading.replace("- ", "-"))
    return (
        f'<th scope="col" style="{_CELL};{_side(column)};white-space:normal;'
        f'vertical-align:bottom;border-bottom:{_RULE};font-weight:600">{text}</th>'
    )


def _row(row: Row, columns: list[Column]) -> str:
    mark = f' style="box-shadow:inset 3px 0 {_FAILED};background:none"' if row.failed else ""
    return f"<tr{mark}>{''.join(_cell(row, column) for column in columns)}</tr>"


def _cell(row: Row, column: Column) -> str:
    text = escape(column.cell(row))
    style = f"{_CELL};{_side(column)}"
    if column is SHARE and row.share:
        part = f"{100 * row.share:.1f}%"
        style += f";background:linear-gradient({_BAR},{_BAR}) right top/{part} 1.8em no-repeat"
    if column is LAYER:
        short = escape(shortened(column.cell(row)))
        text = f'<code title="{text}" style="{_CODE}">{short}</code>'
    if column is OUTPUT and row.failed:
        text = f"<strong>{text}</strong>"
    return f'<td style="{style}">{text}</td>'


def _input(costs: Costs, columns: list[Column]) -> str:
    parts = (
        f'<td style="{_CELL};{_side(column)}">{escape(column.input(costs))}</td>'
        for column in columns
    )
    return f"<tr>{''.join(parts)}</tr>"


def _totals(costs: Costs, columns: list[Column]) -> str:
    parts = (
        f'<td style="{_CELL};{_side(column)};border-top:{_RULE};font-weight:600">'
        f"{escape(column.total(costs))}</td>"
        for column in columns
    )
    return f"<tr>{''.join(parts)}</tr>"


def _side(column: Column) -> str:
    side = "right;white-space:nowrap" if column.number else "left"
    least = {OUTPUT.heading: ";min-width:6.5em", LAYER.heading: ";min-width:10em"}
    return f"text-align:{side}{least.get(column.heading, '')}"


def _html_below(costs: Costs) -> Iterator[str]:
    yield (
        '<dl style="display:grid;grid-template-columns:max-content 1fr;gap:.15rem .9rem;margin:0">'
    )
    for label, text in below(costs):
        yield (
            f'<dt style="float:none;width:auto;margin:0;font-weight:400;{_QUIET}">'
            f'{escape(label)}</dt><dd style="margin:0;min-width:0;overflow-wrap:anywhere">'
            f"{escape(text)}</dd>"
        )
    yield "</dl>"


@dataclass(frozen=True, repr=False)
class Summary(Costs):
    """What a model costs, layer by layer: `rows`, and their totals; it prints as a table.

    `containers` has the class of each layer that called others, by its path; `output_sources`
    are the indices of the rows that the model's output was computed from. `notes` says what the
    numbers lack. `error` is what ended the run, None if nothing did: then rows and totals are
    those up to there.

    >>> from tinytorch import Linear, ReLU, Sequential
    >>> from tinytorch.profiling import summary
    >>> model = Sequential(Linear(784, 256), ReLU(), Linear(256, 128), ReLU(), Linear(128, 10))
    >>> costs = summary(model, (32, 784))
    >>> costs.parameters, costs.parameter_bytes, costs.multiply_adds
    (235146, 940584, 7512064)
    >>> costs.trainable, costs.buffers, costs.buffer_bytes
    (235146, 0, 0)
    >>> costs.input_bytes, costs.activation_bytes, costs.formula_bytes, costs.kept_bytes
    (100352, 199936, 150784, 149504)
    >>> costs.to_dict()["totals"]["multiply_adds"]
    7512064
    """

    def text(self, width: int | None = None) -> str:
        """The summary as a table in lines of at most `width` columns; None: as the terminal has.

        Where there is no room for all columns, the bytes of each layer are left out, and where
        there is little, it is a list. TypeError or ValueError for a width that is no whole number
        of at least 20.

        >>> from tinytorch import Linear
        >>> from tinytorch.profiling import summary
        >>> print(summary(Linear(3, 2), (5, 3)).text(40))
        Linear with input (5, 3)
        <BLANKLINE>
        - Linear(3, 2)
          (5, 3) -> (5, 2)
          parameters                           8
          parameter bytes                     32
          activation bytes                    40
          kept bytes                          60
          multiply-adds                       30
          share                           100.0%
        <BLANKLINE>
        parameters
          8 numbers, 32 bytes
        activations
          100 bytes by formula: the input (60)
          and the outputs of layers that
          multiply matrices
          60 bytes measured: what the graph
          keeps until backward()
        multiply-adds
          30 in products of matrices, or 60
          FLOPs
        """
        if width is None:
            width = max(20, shutil.get_terminal_size().columns)
        check_count("text", 20, width=width)
        return as_text(self, int(width))

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        """The summary as a notebook shows it."""
        return as_html(self)
