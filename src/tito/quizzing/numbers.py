"""Numbers as people type them: 200960, 200,960, 200_960, 201 k, 0.94 MB, 1,25."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TYPED = re.compile(r"(?:about|ca\.?|~|=)?\s*([+-]?\d[\d.,_' \u00a0\u202f]*)(.*)", re.DOTALL)
_GROUPS = {mark: re.compile(rf"[+-]?\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+") for mark in ",."}
_SCALES = {
    **dict.fromkeys(("", "byte", "bytes", "b", "number", "numbers", "x", "times", "ms"), 1.0),
    **dict.fromkeys(("parameter", "parameters", "params", "milliseconds", "unit", "units"), 1.0),
    **dict.fromkeys(("k", "kb", "thousand", "s", "second", "seconds"), 1e3),
    **dict.fromkeys(("m", "mb", "million"), 1e6),
    **dict.fromkeys(("kib",), 2.0**10),
    **dict.fromkeys(("mib",), 2.0**20),
    **dict.fromkeys(("us", "µs", "μs", "microseconds"), 1e-3),
}
_LONGEST = 40


@dataclass(frozen=True)
class Reading:
    """What typed text can mean: a value, and how far it may be off if it is a rounded one."""

    value: float
    room: float
    scaled: bool


def readings(text: str) -> list[Reading]:
    """All that the text can mean as a number; nothing if it is none.

    A comma can set thousands apart or begin the decimals, and so can a point: both are kept.
    Times are in milliseconds: ``1 s`` is 1000.
    """
    found = _TYPED.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    scale = _SCALES.get(found[2].strip().rstrip(".").casefold()) if found else None
    if found is None or scale is None:
        return []
    digits = re.sub(r"[_' \u00a0\u202f]", "", found[1])
    read: list[Reading] = []
    for plain in dict.fromkeys(_plain(digits)):
        decimals = len(plain.partition(".")[2])
        room = 0.5 * 10**-decimals * scale
        read.append(Reading(float(plain) * scale, room, scaled=decimals > 0 or scale != 1))
    return read


def shown(value: float, unit: str = "") -> str:
    """The value as it is written here: ``200,960``, ``1.25 ms``."""
    text = f"{value:,.0f}" if value == round(value) else f"{value:g}"
    return f"{text} {unit}".rstrip()


def _plain(digits: str) -> list[str]:
    """The digits as Python reads them, in each way in which commas and points can be meant."""
    for thousands, point in ((",", "."), (".", ",")):
        if thousands in digits and point in digits:
            whole, _, rest = digits.rpartition(point)
            if _GROUPS[thousands].fullmatch(whole) and rest.isdigit():
                return [f"{whole.replace(thousands, '')}.{rest}"]
    if "," in digits and "." in digits:
        return []
    mark = "," if "," in digits else "."
    found: list[str] = []
    if digits.count(mark) <= 1:
        found.append(digits.replace(mark, ".").rstrip("."))
    if _GROUPS[mark].fullmatch(digits):
        found.append(digits.replace(mark, ""))
    return found
