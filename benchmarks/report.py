"""The table as text: figures, ratios with their spread, and whether each target holds."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from benchmarks.conductor import LIMIT, OURS, TORCH, Result
from benchmarks.scaling import Curve, Growth
from benchmarks.targets import MEAN_GROUP, MEAN_NAME, Check, check, mean_check
from benchmarks.workloads import GROUPS

NAMES = {OURS: "TinyTorch", LIMIT: "limit", TORCH: "PyTorch"}
NOTHING = "–"
#: Marks what rests on disturbed readings.
MARK = "~"
NAME_WIDTH, VALUE_WIDTH, RATIO_WIDTH = 22, 9, 33


def table(results: Sequence[Result]) -> str:
    """Every row under its group's title."""
    lines = [_head(), ""]
    for group, title in GROUPS.items():
        rows = [result for result in results if result.row.group == group]
        if not rows:
            continue
        lines += [title, *map(_line, rows)]
        if group == MEAN_GROUP and (mean := mean_check(results)):
            blank = " " * (3 * VALUE_WIDTH + RATIO_WIDTH)
            lines.append(f"  {MEAN_NAME:<{NAME_WIDTH}}{blank}{_ratio([mean.ratio], mean)}")
        lines.append("")
    return "\n".join(line.rstrip() for line in lines[:-1])


def _head() -> str:
    values = "".join(f"{name:>{VALUE_WIDTH}}" for name in NAMES.values())
    limit, torch = (f"{f'{NAMES[side]} / ours':<{RATIO_WIDTH}}" for side in (LIMIT, TORCH))
    return f"  {'':<{NAME_WIDTH}}{values}   {limit}{torch}"


def _line(result: Result) -> str:
    name = result.row.name + f" {MARK}" * result.doubtful
    values = "".join(f"{_value(result, side):>{VALUE_WIDTH}}" for side in NAMES)
    ratios = (
        _ratio(result.ratios(side), check(result, side))
        if side in result.readings
        else f"{NOTHING:>7}"
        for side in (LIMIT, TORCH)
    )
    return f"  {name:<{NAME_WIDTH}}{values}" + "".join(f"{one:<{RATIO_WIDTH}}" for one in ratios)


def _value(result: Result, side: str) -> str:
    if side not in result.readings:
        return NOTHING
    value = result.value(side)
    return f"{value / 2**20:.1f} MiB" if result.row.in_bytes else duration(value)


def _ratio(ratios: Sequence[float], target: Check | None) -> str:
    """The median, the middle half of the rounds, the target and whether it holds."""
    middle, words = statistics.median(ratios), ""
    if len(ratios) > 2:
        low, high = middle_half(ratios)
        words = f"({low:.2f}–{high:.2f})"
    if target is None:
        return f"{middle:7.2f} {words}"
    return f"{middle:7.2f} {words:<13} ≥ {target.target:.2f} {'' if target.holds else 'MISS'}"


def middle_half(values: Sequence[float]) -> tuple[float, float]:
    """The quartiles: half of the values lie between them."""
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, high


def scaling_table(curves: Sequence[Curve]) -> str:
    """Each sweep's times, and how they grow."""
    lines: list[str] = []
    for curve in curves:
        sizes = "".join(f"{size:>{VALUE_WIDTH},}" for size in curve.sweep.sizes)
        lines += [curve.sweep.name, f"  {'n':<10}{sizes}"]
        for side, times in curve.seconds.items():
            cells = "".join(
                f"{duration(time) + MARK * result.doubts(side):>{VALUE_WIDTH}}"
                for time, result in zip(times, curve.results, strict=True)
            )
            lines.append(f"  {NAMES[side]:<10}{cells}")
        growths = "; ".join(f"{NAMES[side]} {_growth(curve, side)}" for side in curve.seconds)
        lines += [f"  growth: {growths}", ""]
    return "\n".join(lines[:-1])


def _growth(curve: Curve, side: str) -> str:
    growth: Growth = curve.growth(side)
    words = f"n^{growth.exponent:.2f}, {growth.words}"
    if curve.sweep.one is None:
        return words
    fixed = f"{duration(growth.fixed)} and " if growth.fixed > 0 else ""
    return f"{words}: {fixed}{duration(growth.each)} {curve.sweep.one}"


def duration(seconds: float) -> str:
    """A time with three digits, in the unit that fits."""
    for factor, unit in ((1e6, "µs"), (1e3, "ms"), (1.0, "s")):
        number = seconds * factor
        if number < 999.5 or unit == "s":
            break
    digits = 2 if number < 9.995 else 1 if number < 99.95 else 0
    return f"{number:.{digits}f} {unit}"
