"""Both sides' times, taken in turn: what they are, and who is faster in every round."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from tito.lab.compare.sides import Taken

#: With warming up and a process's start, 5 rounds take about 8 seconds.
ROUNDS, FEWEST_ROUNDS = 5, 3
#: Less than so many times as fast is not called faster.
CLEARLY = 1.05
#: After so long no further round begins, once there are enough.
LONGEST_S = 10.0
WORK = {"forward": "forward", "step": "training step"}


@dataclass(frozen=True)
class Timed:
    """One piece of work at one batch: seconds of each round, ours and PyTorch's.

    ``others`` is the share of the processors that other programs had: the median of all rounds.
    """

    work: str
    batch: int
    ours: list[float]
    torch: list[float]
    others: float = 0.0

    @property
    def ratio(self) -> float:
        """PyTorch's time over ours, the median of all rounds: above 1 ours is the faster one."""
        return statistics.median(self._ratios)

    @property
    def faster(self) -> Literal["ours", "torch", "neither"]:
        """Whichever was faster in every round, and by more than a little in half of them."""
        if min(self._ratios) > 1 and self.ratio > CLEARLY:
            return "ours"
        return "torch" if max(self._ratios) < 1 and self.ratio < 1 / CLEARLY else "neither"

    @property
    def _ratios(self) -> list[float]:
        return [theirs / mine for mine, theirs in zip(self.ours, self.torch, strict=True)]


def take(
    ours: Callable[[], Taken],
    torch: Callable[[], Taken],
    batches: Sequence[int],
    rounds: int = ROUNDS,
    say: Callable[[str], None] = lambda text: None,
) -> list[Timed]:
    """All rounds, one side after the other; every second round begins with the other one.

    ``say`` is told which round it is.
    """
    mine: list[Taken] = []
    theirs: list[Taken] = []
    end = time.monotonic() + LONGEST_S
    for number in range(rounds):
        if number >= FEWEST_ROUNDS and time.monotonic() > end:
            break
        say(f"Timing, round {number + 1} of {rounds} ...")
        sides = [(mine, ours), (theirs, torch)]
        for taken, measure in sides if number % 2 == 0 else sides[::-1]:
            taken.append(measure())
    others = statistics.median(each["others"][0] for each in (*mine, *theirs))
    return [
        Timed(work, batch, [t[work][n] for t in mine], [t[work][n] for t in theirs], others)
        for work in WORK
        for n, batch in enumerate(batches)
    ]
