"""A table on a terminal: columns as wide as their cells, each to the left or to the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tito.say.terminal import Screen, columns

Cells = Sequence[str]


def table(
    rows: Sequence[Cells], screen: Screen, sides: str, styles: Sequence[str] = ()
) -> Iterator[str]:
    """Columns as wide as they have to be; a row of one cell stands for itself."""
    cleaned = [[screen.clean(cell) for cell in row] for row in rows]
    full = [row for row in cleaned if len(row) == len(sides) and not _runs_on(row)]
    widths = [max(columns(row[n]) for row in full) for n in range(len(sides))]
    for number, row in enumerate(cleaned):
        cells = _padded(row, widths, sides)
        line = "  " + "  ".join(cells).rstrip()
        style = styles[number] if styles else ""
        if style and len(row) == len(sides):
            head = line.removesuffix(row[-1])
            yield head + screen.paint(row[-1], style)
        else:
            yield line


def _runs_on(row: Cells) -> bool:
    """Whether its second cell is a sentence, over the empty ones after it."""
    return len(row) > 3 and row[1] != "" and not any(row[2:-1])


def _padded(row: Cells, widths: Sequence[int], sides: str) -> list[str]:
    if len(row) == 1:
        return [row[0]]
    if _runs_on(row):
        room = sum(widths[1:-1]) + 2 * (len(widths) - 3)
        return [row[0].ljust(widths[0]), row[1].ljust(room), row[-1]]
    pairs = zip(row, widths, sides, strict=True)
    return [
        cell + " " * (width - columns(cell)) if side == "<" else cell.rjust(width)
        for cell, width, side in pairs
    ]
