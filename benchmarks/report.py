"""The table as text: times, ratios with their spread, and whether each target holds."""

from __future__ import annotations

import statistics
from collections.abc import Iterable

from benchmarks.conductor import Measured
from benchmarks.targets import Check, checks_of, geometric_checks

HEAD = (
    f"{'work':<30}{'TinyTorch':>10}{'limit':>10}{'PyTorch':>10}"
    f"   {'limit / ours':<19}{'PyTorch / ours':<22}target"
)


def table(measured: Iterable[Measured]) -> str:
    """Every row, then the geometric means."""
    measured = list(measured)
    lines = [HEAD, "-" * len(HEAD)]
    group = None
    for row in measured:
        if group not in (None, row.row.group):
            lines.append("")
        group = row.row.group
        lines.append(line(row))
    lines += [f"{check.name:<60}   {'':<19}{check.ratio:<22.2f}{target(check)}"
              for check in geometric_checks(measured)]  # fmt: skip
    return "\n".join(lines)


def line(row: Measured) -> str:
    """One row."""
    mark = "~" if row.disturbed else ""
    times = [
        f"{duration(row.seconds(side)) if side in row.readings else '–':>10}"
        for side in ("tinytorch", "limit", "torch")
    ]
    limit, torch = (
        f"{spread(row.ratios(side)) if side in row.readings else '–':<{width}}"
        for side, width in (("limit", 19), ("torch", 22))
    )
    verdicts = ", ".join(target(check) for check in checks_of(row))
    return f"{row.row.name + mark:<30}{''.join(times)}   {limit}{torch}{verdicts}".rstrip()


def target(check: Check) -> str:
    """What was asked, and whether it holds."""
    return f"{check.short} {check.least:g} {'holds' if check.holds else 'MISSED'}"


def spread(ratios: list[float]) -> str:
    """The median, and the middle half of the rounds."""
    middle = statistics.median(ratios)
    if len(ratios) < 3:
        return f"{middle:.2f}"
    low, _, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return f"{middle:.2f} ({low:.2f}–{high:.2f})"


def duration(seconds: float) -> str:
    """A time in the unit that fits."""
    for factor, unit in ((1e6, "µs"), (1e3, "ms")):
        if seconds * factor < 1000:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds:.2f} s"
