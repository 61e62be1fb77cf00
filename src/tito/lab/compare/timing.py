"""Both sides' times, taken in turn: what they are, how far they spread, and what follows."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from tito.lab.compare.sides import Taken
from tito.lab.profile.machine import is_busy
from tito.say.terminal import listed

#: With warming up and a process's start, 5 rounds take about 8 seconds.
ROUNDS, FEWEST_ROUNDS = 5, 3
#: Less than so many times as fast is not called faster.
CLEARLY = 1.05
#: After so long no further round begins, once there are enough.
LONGEST_S = 10.0
#: Rounds that are so many times as long as others were disturbed.
_UNEVEN = 2.0
WORK = {"forward": "forward", "step": "training step"}


@dataclass(frozen=True)
class Timed:
    """One piece of work at one batch: seconds of each round, ours and PyTorch's."""

    work: str
    batch: int
    ours: list[float]
    torch: list[float]
    #: The share of the processors that other programs had meanwhile: the median of all rounds.
    others: float = 0.0

    @property
    def ratios(self) -> list[float]:
        """PyTorch's time over ours, in each round: above 1 ours is the faster one."""
        return [theirs / mine for mine, theirs in zip(self.ours, self.torch, strict=True)]

    @property
    def ratio(self) -> float:
        """The median of those."""
        return statistics.median(self.ratios)

    @property
    def faster(self) -> Literal["ours", "torch", "neither"]:
        """Whichever was faster in every round, and by more than a little in half of them."""
        if min(self.ratios) > 1 and self.ratio > CLEARLY:
            return "ours"
        return "torch" if max(self.ratios) < 1 and self.ratio < 1 / CLEARLY else "neither"

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return {**asdict(self), "ratio": self.ratio, "faster": self.faster}


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


def disturbed(timed: Sequence[Timed]) -> bool:
    """Whether others were at work, or most of it took far longer in one round than in another."""
    if any(is_busy(t.others) for t in timed):
        return True
    uneven = [t for t in timed if max(max(s) / min(s) for s in (t.ours, t.torch)) > _UNEVEN]
    return 2 * len(uneven) > len(timed)


def sentence(timed: Sequence[Timed], ours: str) -> str:
    """What follows from the figures; ``ours`` is what our side is called."""
    if disturbed(timed):
        return (
            "Other programs are at work on this machine: who is faster cannot be read from these "
            "times. Take them again when it is idle."
        )
    pieces: list[str] = []
    for side, name in (("ours", ours), ("torch", "PyTorch"), ("neither", "")):
        won = [t for t in timed if t.faster == side]
        if not won:
            continue
        everywhere = len(won) == len(timed)
        if not name:
            where = "anywhere" if everywhere else f"in {_listed(won)}"
            pieces.append(
                f"Neither is clearly faster {where}: the rounds disagree, or the two are within 5%."
            )
            continue
        times = [t.ratio if side == "ours" else 1 / t.ratio for t in won]
        low, high = (f"{n:.1f}" if n < 100 else f"{n:,.0f}" for n in (min(times), max(times)))
        where = "everywhere" if everywhere else f"in {_listed(won)}"
        span = f"{low} times" if low == high else f"{low} to {high} times"
        pieces.append(f"{name[:1].upper()}{name[1:]} is faster {where} ({span} as fast).")
    return " ".join(pieces)


def _listed(timed: Sequence[Timed]) -> str:
    """The pieces of work by name: forward at batch 1 and 32, training step at batch 1."""
    found = {name: [f"{t.batch:,}" for t in timed if t.work == w] for w, name in WORK.items()}
    return " and ".join(f"{name} at batch {listed(b)}" for name, b in found.items() if b)
