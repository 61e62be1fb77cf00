"""What bounds a part of a training step: arithmetic, memory, or the price of the calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tito.profiling.amounts import byte_words, rate_words, share_words, time_words
from tito.profiling.readings import Reading

#: What takes at least this share of the time is said to bound it.
BOUNDS_FROM = 0.5
#: Where all of them together take less than this, something else does.
UNEXPLAINED_BELOW = 0.4
#: A second one with at least so much of the first's share is said, too.
CLOSE = 0.8

#: The part of a step that the batch makes no difference to.
UPDATE = "update"

NAMES = {
    "arithmetic": "arithmetic",
    "memory": "memory",
    "calls": "Python's overhead",
}


@dataclass(frozen=True)
class Phase:
    """One part of a step: how long it took, and how long three things would take by themselves.

    ``flops`` is 0 where there is no product in it. ``moved_bytes`` is what has to be read or
    written once. ``alone`` has seconds: the FLOPs at the peak of products, the bytes at the rate at
    which memory moves as many, the calls with nothing in them; what was not measured is left out.
    """

    name: str
    reading: Reading
    flops: int
    moved_bytes: int
    alone: dict[str, float]

    @property
    def flops_per_second(self) -> float | None:
        """What it achieved; None where there are no products to count."""
        return self.flops / self.reading.median_s if self.flops else None

    @property
    def bytes_per_second(self) -> float:
        """How fast its bytes came by, if each did so once."""
        return self.moved_bytes / self.reading.median_s

    def share(self, cause: str) -> float:
        """The share of the time that one thing takes by itself; at most 1, for noise makes more."""
        return min(self.alone[cause] / self.reading.median_s, 1.0)

    def ranked(self) -> list[str]:
        """The things that take time, the longest first."""
        return sorted(self.alone, key=lambda cause: -self.alone[cause])

    @property
    def bound(self) -> str | None:
        """What bounds it: what takes longest, if that is half of the time or more."""
        ranked = self.ranked()
        return ranked[0] if ranked and self.share(ranked[0]) >= BOUNDS_FROM else None

    def to_dict(self, peak: float) -> dict[str, Any]:
        """Plain data; ``peak`` in FLOPs a second."""
        rate = self.flops_per_second
        return {
            **self.reading.to_dict(),
            "flops": self.flops,
            "gflops": None if rate is None else rate / 1e9,
            "share_of_peak": None if rate is None else rate / peak,
            "moved_bytes": self.moved_bytes,
            "gb_per_s": self.bytes_per_second / 1e9,
            "alone_s": self.alone,
            "bound": self.bound,
        }


def bound_words(phase: Phase) -> str:
    """A sentence or two on what bounds it, from its own figures."""
    bound, ranked = phase.bound, phase.ranked()
    if bound is None:
        if ranked and sum(phase.share(each) for each in ranked) < UNEXPLAINED_BELOW:
            return _unexplained(phase)
        parts = [f"{NAMES[each]} {share_words(phase.share(each))}" for each in ranked]
        listed = f" ({', '.join(parts)})" if parts else ""
        return f"{phase.name.capitalize()}: no one thing takes half of its {_time(phase)}{listed}."
    words = f"{phase.name.capitalize()}: {NAMES[bound]} bounds it. {_why(phase, bound)}"
    if len(ranked) > 1 and phase.alone[ranked[1]] >= CLOSE * phase.alone[bound]:
        words += f" {NAMES[ranked[1]].capitalize()} comes close, with {_alone(phase, ranked[1])}."
    return words


def _unexplained(phase: Phase) -> str:
    """A sentence where arithmetic, memory and calls are far from taking all that time."""
    together = share_words(min(sum(phase.share(each) for each in phase.alone), 1.0))
    words = f"{phase.name.capitalize()}: something else takes most of its {_time(phase)}; what is "
    words += f"above explains {together} of it. "
    if "calls" not in phase.alone:
        return words + "It may be Python's overhead, which could not be measured here."
    return words + (
        "Work done number by number in Python does that, or copies, or other programs that keep "
        "the processors busy."
    )


def _why(phase: Phase, bound: str) -> str:
    """What takes so long, and what would make it shorter."""
    match bound:
        case "arithmetic":
            return (
                f"Its {phase.flops:,} FLOPs at the peak would take {_alone(phase, bound)}. Fewer "
                "multiply-adds or a faster processor would help, and little else."
            )
        case "memory":
            return (
                f"Moving its {byte_words(phase.moved_bytes)} once takes {_alone(phase, bound)}. "
                + (
                    "A larger batch helps: weights are fetched once for all of its examples."
                    if phase.name != UPDATE
                    else "Fewer parameters would help; the batch makes no difference to it."
                )
            )
        case _:
            return f"With nothing to calculate, the same calls take {_alone(phase, bound)}. " + (
                "A larger batch costs little more: it shares that price among its examples."
                if phase.name != UPDATE
                else "The price is one for each parameter tensor, however small."
            )


def _alone(phase: Phase, cause: str) -> str:
    """How long one thing takes by itself, beside the whole."""
    seconds, whole = phase.alone[cause], phase.reading.median_s
    if seconds >= whole:
        return f"{time_words(seconds)}, as long as all of it ({time_words(whole)})"
    return f"{time_words(seconds)} of {time_words(whole)} ({share_words(phase.share(cause))})"


def _time(phase: Phase) -> str:
    return time_words(phase.reading.median_s)


def peak_words(peak: float, where: tuple[int, int, int]) -> str:
    """The peak of products, and in which it was reached."""
    rows, inner, columns = where
    return f"{rate_words(peak, 'GFLOP/s')}, in ({rows}, {inner}) @ ({inner}, {columns})"
