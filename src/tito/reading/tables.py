"""A table in as many columns of a terminal as there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from tito.terminal import Screen, columns

_GAP = "  "

Row = Sequence[str]


def table_lines(
    rows: Sequence[Row], right: frozenset[int], screen: Screen, width: int
) -> list[str]:
    """The rows below their headings, cells wrapped; where even words do not fit, as records.

    ``right`` names the columns that are aligned at the right, by their place.
    """
    widths = _widths(rows, width - len(_GAP) * (len(rows[0]) - 1))
    if widths is None:
        return [line for row in rows[1:] for line in _record(rows[0], row, screen, width)][:-1]
    rule = ["-" * wide for wide in widths]
    found = [*_row(rows[0], widths, right, screen), _GAP.join(rule)]
    cells = [list(_row(row, widths, right, screen)) for row in rows[1:]]
    tall = any(len(lines) > 1 for lines in cells)
    for lines in cells:
        found += [*lines, ""] if tall else lines
    return found[:-1] if tall else found


def _widths(rows: Sequence[Row], room: int) -> list[int] | None:
    """How wide each column becomes; None if a word would have to be broken."""
    sides = list(zip(*rows, strict=True))
    least = [max((columns(w) for cell in side for w in cell.split()), default=1) for side in sides]
    widths = [max(map(columns, side)) for side in sides]
    if sum(least) > room:
        return None
    while sum(widths) > room:
        slack = [wide - small for wide, small in zip(widths, least, strict=True)]
        place = max(range(len(widths)), key=lambda n: (slack[n] > 0, widths[n]))
        widths[place] -= 1
    return widths


def _row(row: Row, widths: list[int], right: frozenset[int], screen: Screen) -> Iterator[str]:
    cells = [screen.wrap(cell, wide) for cell, wide in zip(row, widths, strict=True)]
    for line in zip_longest(*cells, fillvalue=""):
        padded = (
            " " * (wide - columns(part)) + part
            if n in right
            else part + " " * (wide - columns(part))
            for n, (part, wide) in enumerate(zip(line, widths, strict=True))
        )
        yield _GAP.join(padded).rstrip()


def _record(heads: Row, row: Row, screen: Screen, width: int) -> Iterator[str]:
    """One row as lines of heading and cell: for terminals that are too narrow for the table."""
    for place, (head, cell) in enumerate(zip(heads, row, strict=True)):
        if not cell:
            continue
        text = f"{head}: {cell}" if head and place else cell
        indent = "  " if place else ""
        yield from (indent + line for line in screen.wrap(text, width - len(indent)))
    yield ""
