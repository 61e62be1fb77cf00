"""A summary as HTML for a notebook, in the notebook's own colours.

Nothing is loaded, no script runs, and each style stands at its element, for notebooks drop style
sheets that they do not trust. Colour only repeats what a word says.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from tinytorch.profiling import cells
from tinytorch.profiling.cells import Column

if TYPE_CHECKING:
    from tinytorch.profiling.rows import Row, Summary

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


def as_html(costs: Summary) -> str:
    """The whole summary as one element that stands alone."""
    columns = cells.columns_of(costs)
    return "\n".join(
        [
            '<section style="margin:.4rem 0;line-height:1.4;text-align:left;max-width:75rem">',
            f'<p style="margin:0"><strong>{escape(cells.title(costs))}</strong></p>',
            f'<div style="overflow-x:auto"><table style="{_TABLE}">',
            f"<thead><tr>{''.join(map(_heading, columns))}</tr></thead>",
            "<tbody>",
            _input(costs, columns),
            *(_row(row, columns) for row in costs.rows),
            "</tbody>",
            f"<tfoot>{_totals(costs, columns)}</tfoot>",
            "</table></div>",
            *_below(costs),
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
    if column is cells.SHARE and row.share:
        part = f"{100 * row.share:.1f}%"
        style += f";background:linear-gradient({_BAR},{_BAR}) right top/{part} 1.8em no-repeat"
    if column is cells.LAYER:
        short = escape(cells.shortened(column.cell(row)))
        text = f'<code title="{text}" style="{_CODE}">{short}</code>'
    if column is cells.OUTPUT and row.failed:
        text = f"<strong>{text}</strong>"
    return f'<td style="{style}">{text}</td>'


def _input(costs: Summary, columns: list[Column]) -> str:
    parts = (
        f'<td style="{_CELL};{_side(column)}">{escape(column.input(costs))}</td>'
        for column in columns
    )
    return f"<tr>{''.join(parts)}</tr>"


def _totals(costs: Summary, columns: list[Column]) -> str:
    parts = (
        f'<td style="{_CELL};{_side(column)};border-top:{_RULE};font-weight:600">'
        f"{escape(column.total(costs))}</td>"
        for column in columns
    )
    return f"<tr>{''.join(parts)}</tr>"


def _side(column: Column) -> str:
    side = "right;white-space:nowrap" if column.number else "left"
    least = {cells.OUTPUT.heading: ";min-width:6.5em", cells.LAYER.heading: ";min-width:10em"}
    return f"text-align:{side}{least.get(column.heading, '')}"


def _below(costs: Summary) -> Iterator[str]:
    yield (
        '<dl style="display:grid;grid-template-columns:max-content 1fr;gap:.15rem .9rem;margin:0">'
    )
    for label, text in cells.below(costs):
        yield (
            f'<dt style="float:none;width:auto;margin:0;font-weight:400;{_QUIET}">'
            f'{escape(label)}</dt><dd style="margin:0;min-width:0;overflow-wrap:anywhere">'
            f"{escape(text)}</dd>"
        )
    yield "</dl>"
