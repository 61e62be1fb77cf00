"""The conductor: all sides strictly in turn, several rounds, and disturbed readings once more.

Ratios are taken within a round, so that a machine that slows down slows all sides of it alike.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from benchmarks.reading import Reading
from benchmarks.workloads import Row, Work

OURS, LIMIT, TORCH = "tinytorch", "limit", "torch"
#: A reading is disturbed when other processes took more than this share of the processors,
MOST_OTHERS = 0.1
#: or when its median is more than so many times its fastest part.
MOST_UNEVENNESS = 1.3
#: Rounds disagree when the middle half of a ratio is wider than this share of it.
MOST_SPREAD = 0.1
#: A disturbed reading is taken again after a pause, so often at most.
PAUSE_S, REPEATS = 0.2, 4


class Side(Protocol):
    """One side, as the conductor sees it."""

    def knows(self, work: Work) -> bool:
        """Whether the side has this work to do."""
        ...

    def measure(self, work: Work, seconds: float) -> Reading:
        """Take one reading; when it returns, the side is at rest."""
        ...


@dataclass
class Result:
    """A row's readings: for each side one a round."""

    row: Row
    readings: dict[str, list[Reading]]
    #: How many readings were taken again.
    repeated: int = 0

    @property
    def disturbed(self) -> int:
        """How many of the readings that were kept are disturbed ones."""
        return sum(is_disturbed(one) for of_side in self.readings.values() for one in of_side)

    @property
    def doubtful(self) -> bool:
        """Whether one of the medians rests on disturbed readings."""
        return any(map(self.doubts, self.readings))

    def doubts(self, side: str) -> bool:
        """Whether more than a third of a side's readings are disturbed."""
        return 3 * sum(map(is_disturbed, self.readings[side])) > len(self.readings[side])

    def value(self, side: str) -> float:
        """The median of a side, in seconds or bytes."""
        return statistics.median(reading.value for reading in self.readings[side])

    def ratios(self, side: str) -> list[float]:
        """The side's figure over ours, in each round."""
        pairs = zip(self.readings[side], self.readings[OURS], strict=True)
        return [theirs.value / ours.value for theirs, ours in pairs]

    @property
    def steady(self) -> bool:
        """Whether the middle half of the ratios lies close together, for each side."""
        for side in self.readings.keys() - {OURS}:
            low, middle, high = statistics.quantiles(self.ratios(side), n=4)
            if high - low > MOST_SPREAD * middle:
                return False
        return True

    def ratio(self, side: str) -> float:
        """The median of those."""
        return statistics.median(self.ratios(side))


def is_disturbed(reading: Reading) -> bool:
    """Whether something else was running; a system that cannot tell is believed."""
    return (reading.others or 0.0) > MOST_OTHERS or reading.unevenness > MOST_UNEVENNESS


class Patience:
    """The time that a row has for what was disturbed: a busy machine must not hold it up for ever.

    `pause` and `clock` are the real ones, except in tests.
    """

    def __init__(
        self,
        seconds: float,
        pause: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.left, self.pause, self.clock = seconds, pause, clock

    def repeated(self, side: Side, work: Work, seconds: float) -> Reading:
        """One more reading, after a pause."""
        began = self.clock()
        self.pause(PAUSE_S)
        reading = side.measure(work, seconds)
        self.left -= self.clock() - began
        return reading


def measure_row(
    row: Row,
    sides: Mapping[str, Side],
    rounds: int,
    seconds: float,
    patience: Patience,
    most: int = 0,
) -> Result:
    """All rounds of a row; every second round goes through the sides backwards.

    Where the rounds disagree there are more of them, up to `most`: a machine may have a fast and a
    slow mood, and a few rounds may see one side in the one and another in the other.
    """
    knowing = [name for name, side in sides.items() if side.knows(row.work)]
    result = Result(row, {name: [] for name in knowing})
    for number in range(max(rounds, most)):
        if number >= rounds and result.steady:
            break
        for name in knowing[:: -1 if number % 2 else 1]:
            tried = _tries(sides[name], row.work, seconds, patience)
            result.readings[name].append(_best(tried))
            result.repeated += len(tried) - 1
    return result


def _tries(side: Side, work: Work, seconds: float, patience: Patience) -> list[Reading]:
    """Readings until one is undisturbed, or there were enough."""
    tried = [side.measure(work, seconds)]
    while is_disturbed(tried[-1]) and len(tried) <= REPEATS and patience.left > 0:
        tried.append(patience.repeated(side, work, seconds))
    return tried


def _best(tried: list[Reading]) -> Reading:
    """The undisturbed one; if there is none, the one that others disturbed least."""
    if not is_disturbed(tried[-1]):
        return tried[-1]
    return min(tried, key=lambda reading: ((reading.others or 0.0), reading.unevenness))
