"""A summary as text: a table as wide as there is room for, or where there is little, a list."""

from __future__ import annotations

import itertools
import unicodedata
from typing import TYPE_CHECKING

from tinytorch.profiling import cells
from tinytorch.profiling.cells import Column
from tinytorch.profiling.values import shape_words

if TYPE_CHECKING:
    from tinytorch.profiling.rows import Row, Summary

_GAP = 2
_LEAST_LAYER, _MOST_OUTPUT = 18, 24
# What a table goes without, in this order, where it has no room; the lines below have the totals.
_SPARED = (cells.KEPT_BYTES, cells.PARAMETER_BYTES, cells.INDEX, cells.SHARE)


def as_text(costs: Summary, width: int) -> str:
    """The whole summary in lines of at most so many columns."""
    lines = [*wrapped(cells.title(costs), width), ""]
    lines += _table(costs, width) or _list(costs, width)
    lines.append("")
    return "\n".join(line.rstrip() for line in [*lines, *_below(costs, width)])


def _below(costs: Summary, width: int) -> list[str]:
    """The lines below the table, each text beside its label, or below it."""
    pairs = list(cells.below(costs))
    indent = max(len(label) for label, _ in pairs) + _GAP
    beside = width >= 3 * indent
    lines: list[str] = []
    for label, text in pairs:
        lines += [label] if label and not beside else []
        for place, line in enumerate(wrapped(text, width - (indent if beside else _GAP))):
            start = label if beside and not place else ""
            lines.append(f"{start:{indent if beside else _GAP}}{line}")
    return lines


def _table(costs: Summary, width: int) -> list[str] | None:
    """The lines of a table; None where even the fewest columns are too wide."""
    columns = cells.columns_of(costs)
    for spared in (None, *_SPARED):
        columns = [column for column in columns if column is not spared]
        table = [[column.cell(row) for column in columns] for row in costs.rows]
        table.insert(0, [column.input(costs) for column in columns])
        table.append([column.total(costs) for column in columns])
        widths = [_natural(column, place, table) for place, column in enumerate(columns)]
        place = columns.index(cells.LAYER)
        room = width - sum(widths) + widths[place] - _GAP * (len(columns) - 1)
        if room < widths[place]:
            for line in table:
                line[place] = cells.shortened(line[place])
            widths[place] = _natural(cells.LAYER, place, table)
        if room >= min(widths[place], _LEAST_LAYER):
            widths[place] = min(widths[place], room)
            return _lines(table, columns, widths)
    return None


def _natural(column: Column, place: int, table: list[list[str]]) -> int:
    """How wide a column would like to be."""
    widest = max(map(columns_taken, [*column.heading.split(), *(line[place] for line in table)]))
    return min(widest, _MOST_OUTPUT) if column is cells.OUTPUT else widest


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


def _list(costs: Summary, width: int) -> list[str]:
    """Each layer by itself, a line for each of its numbers that is not 0."""
    lines: list[str] = []
    for row in costs.rows:
        lines += _item(row, costs, width)
    return lines[:-1]


def _item(row: Row, costs: Summary, width: int) -> list[str]:
    text = f"{row.path or '-'} {cells.layer(row)}"
    if columns_taken(text) > width:
        text = cells.shortened(text)
    lines = [
        f"{'  ' if place else ''}{line}" for place, line in enumerate(wrapped(text, width - 2))
    ]
    way = f"{shape_words(row.input_shape)} -> {cells.output(row)}"
    lines += [f"  {line}" for line in wrapped(way, width - 2)]
    for column in cells.columns_of(costs):
        text = column.cell(row)
        if column.number and column is not cells.INDEX and text not in ("", "0"):
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
