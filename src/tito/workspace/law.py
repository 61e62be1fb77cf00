"""Which of the kept versions stay: the law by which old ones go, and what time it leaves.

Of each file the newest ``NEWEST`` versions stay; of older ones the last of each hour, and after
``HOURLY_DAYS`` days the last of each day. If that is more than ``MOST_BYTES`` as kept, the
oldest go. The newest version always stays, and the newest of those that passed most checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

NEWEST = 200
HOURLY_DAYS = 30
MOST_BYTES = 16 << 20
#: Who tests nothing for longer than this has paused: that time is not counted.
PAUSE_S = 15 * 60
_HOUR, _DAY = 3600, 86400


@dataclass(frozen=True)
class Version:
    """A text that a learner's file had: its hash, when it was last tested, and what passed.

    ``passed`` and ``total`` are None where it was kept without having been tested.
    """

    sha256: str
    saved_at: float
    passed: int | None
    total: int | None


def to_stay(versions: Sequence[Version], sizes: Mapping[str, int], now: float) -> set[str]:
    """The hashes of those versions of one file, oldest first, that stay. Always the same ones."""
    if not versions:
        return set()
    best = max(versions, key=lambda version: (version.passed or 0, version.saved_at))
    precious = {versions[-1].sha256, best.sha256}
    spans = {_span(version, now): version for version in versions[:-NEWEST]}
    chosen = [*spans.values(), *versions[-NEWEST:]]
    room = MOST_BYTES - sum(sizes.get(sha256, 0) for sha256 in precious)
    stay = set(precious)
    for version in reversed(chosen):
        if version.sha256 not in stay:
            room -= sizes.get(version.sha256, 0)
            if room < 0:
                break
            stay.add(version.sha256)
    return stay


def time_spent(moments: Iterable[float]) -> float:
    """The seconds between tests that followed each other within ``PAUSE_S``."""
    ordered = sorted(moments)
    gaps = (after - before for before, after in pairwise(ordered))
    return sum(gap for gap in gaps if gap <= PAUSE_S)


def thinned(moments: Iterable[float]) -> list[float]:
    """As few of the moments as give the same ``time_spent``, the first and the last among them."""
    thin: list[float] = []
    for moment in sorted(moments):
        if len(thin) > 1 and moment - thin[-2] <= PAUSE_S:
            thin[-1] = moment
        else:
            thin.append(moment)
    return thin


def _span(version: Version, now: float) -> tuple[int, int]:
    """The hour or the day of which one old version stays."""
    length = _HOUR if now - version.saved_at < HOURLY_DAYS * _DAY else _DAY
    return length, int(version.saved_at // length)
