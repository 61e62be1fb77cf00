"""Times, rates and counts as a person reads them: three figures, and a unit that fits."""

from __future__ import annotations

import math


def time_words(seconds: float) -> str:
    """Seconds in ns, µs, ms or s."""
    if 0 < seconds < 1e-9:
        return "<1 ns"
    for factor, unit in ((1e9, "ns"), (1e6, "µs"), (1e3, "ms")):
        if figures(seconds * factor) < 1000:
            return f"{short(seconds * factor)} {unit}"
    return f"{short(seconds)} s"


def span_words(low: float, high: float) -> str:
    """From one time to another, the unit said once where it is the same."""
    first, last = time_words(low), time_words(high)
    if first == last:
        return last
    if first.split()[1] == last.split()[1]:
        first = first.split()[0]
    return f"{first} to {last}"


def rate_words(per_second: float, unit: str) -> str:
    """Billions a second, such as GFLOP/s or GB/s."""
    return f"{short(per_second / 1e9)} {unit}"


def byte_words(count: float) -> str:
    """Bytes in a unit that fits: 1 KB is 1,000 bytes."""
    for factor, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "KB")):
        if count >= factor:
            return f"{short(count / factor)} {unit}"
    return f"{count:,.0f} bytes"


def share_words(share: float) -> str:
    """A share in percent; what is more than nothing is never called 0%."""
    if 0 < share < 0.01:
        return "under 1%"
    return f"{share:.0%}"


def short(number: float) -> str:
    """A number in three figures, as 0.123, 4.56, 78.9, 123 or 4,570."""
    number = figures(number)
    if number == 0:
        return "0"
    places = max(0, 2 - math.floor(math.log10(number)))
    return f"{number:,.{min(places, 6)}f}"


def figures(number: float) -> float:
    """A number rounded to three figures."""
    return float(f"{number:.3g}")
